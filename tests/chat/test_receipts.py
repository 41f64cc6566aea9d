"""What python-telegram-bot raises for each thing that can go wrong, and what we make of it."""

from datetime import timedelta

import aiohttp
import httpx
import pytest
from aiohttp.client_reqrep import ConnectionKey
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.chat.receipts import receipt_of
from bot.core.delivery import (
    ChatGone,
    ChatMoved,
    FloodWait,
    MediaRefused,
    MessageGone,
    NotSent,
    Receipt,
    Rejected,
    Sent,
    TopicGone,
    Unsure,
)
from bot.core.watch import ChatId

NOWHERE = ConnectionKey("api.telegram.org", 443, True, True, None, None, None)
BAD_GATEWAY = "Bad Gateway (502). Parsing the server response b'<html>' failed"


def caused(error: Exception, *causes: Exception) -> Exception:
    """As raised: each one "from" the next."""
    for one, cause in zip((error, *causes), causes, strict=False):
        one.__cause__ = cause
    return error


def kind(receipt: Receipt) -> type[Receipt]:
    return type(receipt)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("message is not modified: specified new message content and reply markup are …", Sent),
        ("query is too old and response timeout expired or query ID is invalid", Sent),
        ("wrong file identifier/HTTP URL specified", MediaRefused),
        ("Wrong HTTP URL specified", MediaRefused),
        ("failed to get HTTP URL content", MediaRefused),
        ("WEBPAGE_CURL_FAILED", MediaRefused),
        ("wrong type of the web page content", MediaRefused),
        ("WEBPAGE_MEDIA_EMPTY", MediaRefused),
        ("MEDIA_EMPTY", MediaRefused),
        ("file is too big", MediaRefused),
        ("can't use file of type Document as Video", MediaRefused),
        ("IMAGE_PROCESS_FAILED", MediaRefused),
        ("PHOTO_INVALID_DIMENSIONS", MediaRefused),
        ("CHAT_SEND_VIDEOS_FORBIDDEN", Rejected),
        ("FILE_REFERENCE_EXPIRED", MediaRefused),
        ("message to edit not found", MessageGone),
        ("message can't be edited", MessageGone),
        ("MESSAGE_ID_INVALID", MessageGone),
        ("there is no text in the message to edit", MessageGone),
        ("TOPIC_CLOSED", TopicGone),
        ("TOPIC_DELETED", TopicGone),
        ("message thread not found", TopicGone),
        ("chat not found", ChatGone),
        ("private chat not found", ChatGone),
        ("CHAT_WRITE_FORBIDDEN", ChatGone),
        ("PEER_ID_INVALID", ChatGone),
        ("message is too long", Rejected),
        ("message caption is too long", Rejected),
        ('can\'t parse entities: unsupported start tag "x" at byte offset 0', Rejected),
        ("BUTTON_DATA_INVALID", Rejected),
        ("not enough rights to send text messages to the chat", Rejected),
        ("message to be replied not found", Rejected),
        ("something that nobody has seen yet", Rejected),
    ],
)
def test_a_bad_request_is_told_by_its_words(words: str, expected: type[Receipt]) -> None:
    assert kind(receipt_of(BadRequest(f"Bad Request: {words}"))) is expected


@pytest.mark.parametrize(
    "words",
    [
        "bot was blocked by the user",
        "user is deactivated",
        "bot was kicked from the group chat",
        "bot was kicked from the supergroup chat",
        "bot is not a member of the channel chat",
        "the group chat was deleted",
        "bot can't initiate conversation with a user",
    ],
)
def test_whatever_is_forbidden_means_that_the_chat_is_gone(words: str) -> None:
    receipt = receipt_of(Forbidden(f"Forbidden: {words}"))
    assert isinstance(receipt, ChatGone)
    assert words in receipt.why


# The library warns that its seconds will be a timedelta one day: we take both.
@pytest.mark.parametrize("wait", [17, timedelta(seconds=17)])
def test_a_chat_rests_as_long_as_telegram_says(wait: int | timedelta) -> None:
    assert receipt_of(RetryAfter(wait)) == FloodWait(timedelta(seconds=17))


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (NetworkError("Too Many Requests"), FloodWait(timedelta(seconds=5))),
        (NetworkError("Too Many Requests: retry after 3"), FloodWait(timedelta(seconds=5))),
        (ChatMigrated(-1001), ChatMoved(ChatId(-1001))),
        (InvalidToken("Unauthorized"), NotSent("token refused")),
        (InvalidToken("The token `42:AAsecret` was rejected"), NotSent("token refused")),
        (NetworkError("Request Entity Too Large"), MediaRefused("too large to upload")),
    ],
)
def test_these_answers_have_one_meaning(error: Exception, expected: Receipt) -> None:
    assert receipt_of(error) == expected


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        pytest.param(
            caused(
                NetworkError("httpx.ConnectError"),
                httpx.ConnectError(""),
                aiohttp.ClientConnectorError(NOWHERE, ConnectionRefusedError()),
            ),
            NotSent,
            id="refused",
        ),
        pytest.param(
            caused(
                NetworkError("httpx.ConnectError"),
                httpx.ConnectError(""),
                aiohttp.ClientConnectorDNSError(NOWHERE, OSError()),
            ),
            NotSent,
            id="no-such-name",
        ),
        pytest.param(
            caused(TimedOut(), httpx.TimeoutException(""), aiohttp.ConnectionTimeoutError()),
            NotSent,
            id="connect-timeout-or-pool-exhausted",
        ),
        pytest.param(
            caused(TimedOut(), httpx.ConnectTimeout(""), aiohttp.ClientOSError(104, "reset")),
            Unsure,
            id="reset-while-sending",
        ),
        pytest.param(
            caused(TimedOut(), httpx.ConnectTimeout(""), aiohttp.ServerDisconnectedError()),
            Unsure,
            id="executed-then-closed",
        ),
        pytest.param(
            caused(NetworkError(""), httpx.ReadError(""), aiohttp.ClientPayloadError()),
            Unsure,
            id="executed-then-truncated",
        ),
        pytest.param(
            caused(TimedOut(), httpx.ReadTimeout(""), aiohttp.SocketTimeoutError()),
            Unsure,
            id="executed-then-silence",
        ),
        pytest.param(TimeoutError(), Unsure, id="our-own-deadline"),
        pytest.param(
            caused(TelegramError("Invalid server response"), ValueError()), Unsure, id="200-html"
        ),
        pytest.param(KeyError("result"), Unsure, id="200-without-result"),
        pytest.param(AttributeError(), Unsure, id="200-not-an-object"),
        pytest.param(NetworkError("Internal Server Error: restart"), Unsure, id="500"),
        pytest.param(
            caused(NetworkError(BAD_GATEWAY), TelegramError("Invalid server response")),
            Unsure,
            id="502-html",
        ),
        pytest.param(NetworkError("Gateway Timeout"), Unsure, id="504"),
        pytest.param(Conflict("Conflict: terminated"), Unsure, id="409"),
    ],
)
def test_only_what_never_left_is_known_not_to_be_sent(
    error: Exception, expected: type[Receipt]
) -> None:
    assert kind(receipt_of(error)) is expected


@pytest.mark.parametrize("bug", [ValueError("a bug"), ZeroDivisionError(), LookupError()])
def test_a_bug_of_ours_is_no_receipt(bug: Exception) -> None:
    with pytest.raises(type(bug)):
        receipt_of(bug)


def test_long_words_of_telegram_are_cut() -> None:
    for error in (BadRequest("x" * 999), Forbidden("x" * 999), TelegramError("x" * 999)):
        receipt = receipt_of(error)
        assert isinstance(receipt, Rejected | ChatGone | Unsure)
        assert len(receipt.why) <= 200
