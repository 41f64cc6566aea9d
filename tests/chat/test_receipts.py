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
    EndPointNotFound,
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
    Doubt,
    FloodWait,
    MediaRefused,
    NotSent,
    Receipt,
    Rejected,
    TokenRefused,
    Unsure,
    is_outage,
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
        (InvalidToken("Unauthorized"), TokenRefused()),
        (InvalidToken("The token `42:AAsecret` was rejected"), TokenRefused()),
        (EndPointNotFound("no such method"), TokenRefused()),
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


def test_a_page_of_somebody_in_between_says_nothing_about_the_chat_or_the_token() -> None:
    """A firewall's 403 parked the chat until its person wrote again."""
    for error in (Forbidden("Forbidden (403)"), InvalidToken("Not Found (404)"), BadRequest("400")):
        page = caused(error, TelegramError("Invalid server response"), ValueError("no JSON"))
        assert receipt_of(page) == Unsure("TelegramError", Doubt.OUTAGE)


def test_a_text_that_no_request_can_carry_is_not_tried_for_ever() -> None:
    broken = UnicodeEncodeError("utf-8", "\ud800", 0, 1, "surrogates not allowed")
    error = caused(NetworkError("Unknown error in HTTP implementation"), broken)
    assert isinstance(receipt_of(error), Rejected)


@pytest.mark.parametrize(
    ("error", "speaks_of_telegram"),
    [
        (NetworkError("Internal Server Error: restart"), True),
        (caused(TelegramError("Invalid server response"), ValueError()), True),
        (caused(TimedOut(), httpx.TimeoutException(""), aiohttp.ConnectionTimeoutError()), True),
        (TimeoutError(), True),
        (KeyError("result"), False),
        (RetryAfter(17), False),
        (NetworkError("Too Many Requests"), False),
        (NetworkError("Request Entity Too Large"), False),
        (Forbidden("Forbidden: bot was blocked by the user"), False),
        (BadRequest("Bad Request: chat not found"), False),
        (InvalidToken("Unauthorized"), False),
        (ChatMigrated(-1001), False),
    ],
)
def test_an_outage_is_told_from_what_concerns_one_chat(
    error: Exception, *, speaks_of_telegram: bool
) -> None:
    assert is_outage(receipt_of(error)) is speaks_of_telegram
