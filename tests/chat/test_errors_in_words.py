"""The whole list of Telegram's words (failures.md, 1.4), as its server writes them.

Each is answered over real HTTP to a message; then it is said what becomes of: an answer, a ring,
an edit of a card, an end, a film in the place of its announcement, a film as a message of its
own, and the answer to a button. A parcel in a topic, and one that replies, are in the last test.
"""

import json
from dataclasses import replace

import pytest

from bot.core.delivery import ChatMoved, Receipt, ReplyGone, TokenRefused, TopicGone
from bot.core.outcome import WithoutReply, WithoutTopic
from bot.core.verdict import settle
from bot.core.watch import ChatId
from tests.builders import NOON
from tests.chat.accidents import answered
from tests.chat.outcomes import outcomes, parcels

PARKED = "park park park park park park park"
DONE = "done done done done done done done"
NO_FILM = "plain plain never plain edit_upload new_upload never"
NO_WORDS = "plain plain never plain edit_link new_link never"
NO_MESSAGE = "never never never never new never never"
NO_REPLY = "never never never never never never never"
AGAIN = "again again again again again again again"
MOVED = "move move move move move move move"

FORBIDDEN = [
    "bot was blocked by the user",
    "user is deactivated",
    "bot was kicked from the group chat",
    "bot was kicked from the supergroup chat",
    "bot was kicked from the channel chat",
    "bot is not a member of the group chat",
    "bot is not a member of the supergroup chat",
    "bot is not a member of the channel chat",
    "the group chat was deleted",
    "bot can't initiate conversation with a user",
    "bot can't send messages to bots",
    "bots can't send messages to bots",
    "not enough rights to send text messages to the chat",
]
GONE = [
    "chat not found",
    "private chat not found",
    "user not found",
    "PEER_ID_INVALID",
    "CHAT_ID_INVALID",
    "CHANNEL_PRIVATE",
    "group chat was upgraded to a supergroup chat",  # where to, a service message will tell
    "group is deactivated",
    "bot is not a member of the supergroup chat",
    # muted: nothing can be said until that changes
    "CHAT_WRITE_FORBIDDEN",
    "CHAT_SEND_PLAIN_FORBIDDEN",
    "CHAT_GUEST_SEND_FORBIDDEN",
    "CHAT_RESTRICTED",
    "CHAT_ADMIN_REQUIRED",
    "USER_BANNED_IN_CHANNEL",
    "PRIVACY_PREMIUM_REQUIRED",
    "ALLOW_PAYMENT_REQUIRED",
    "not enough rights to send text messages to the chat",
    "have no rights to send a message",
    "Have no write access to the chat",
    "need administrator rights in the channel chat",
]
NOT_THE_FILM = [
    "Wrong HTTP URL specified",
    "wrong file identifier/HTTP URL specified",
    "Wrong remote file identifier specified: Wrong padding in the string",
    "Failed to get HTTP URL content",
    "WEBPAGE_CURL_FAILED",
    "Wrong type of the web page content",
    "WEBPAGE_MEDIA_EMPTY",
    "MEDIA_EMPTY",
    "VIDEO_CONTENT_TYPE_INVALID",
    "can't upload file by URL",
    "file is too big",
    "FILE_REFERENCE_EXPIRED",
    "IMAGE_PROCESS_FAILED",
    "PHOTO_INVALID_DIMENSIONS",
    "file of size 10485761 bytes is too big for a photo; the maximum size is 10485760 bytes",
    "can't use file of type Document as Video",
    'failed to send message #2 with the error message "WEBPAGE_CURL_FAILED"',
    'failed to send message #1 with the error message "MEDIA_EMPTY"',
]
NOT_THAT_WAY = [
    # what this chat may not be sent
    "CHAT_SEND_VIDEOS_FORBIDDEN",
    "CHAT_SEND_MEDIA_FORBIDDEN",
    "not enough rights to send videos to the chat",
    "not enough rights to send photos to the chat",
    # our own bugs, written into the log with these words
    'can\'t parse entities: Unsupported start tag "x" at byte offset 0',
    "ENTITY_BOUNDS_INVALID",
    "BUTTON_DATA_INVALID",
    "BUTTON_URL_INVALID",
    "inline keyboard button URL 'x' is invalid: Wrong HTTP URL",
    "reply markup is too long",
    "message is too long",
    "message caption is too long",
    "MEDIA_CAPTION_TOO_LONG",
    "message text is empty",
    "something that nobody has seen yet",
]
OTHERS: list[tuple[str, str]] = [
    ("message is not modified: specified new message content and reply markup are …", DONE),
    ("query is too old and response timeout expired or query ID is invalid", DONE),
    ("message to edit not found", NO_MESSAGE),
    ("message can't be edited", NO_MESSAGE),
    ("MESSAGE_ID_INVALID", NO_MESSAGE),
    ("there is no text in the message to edit", NO_MESSAGE),
    ("message to be replied not found", NO_REPLY),
    ("REPLY_MESSAGE_ID_INVALID", NO_REPLY),
    ("TOPIC_CLOSED", NO_MESSAGE),  # for an end in a group see below
    ("TOPIC_DELETED", NO_MESSAGE),
    ("message thread not found", NO_MESSAGE),
    ("Logged out", AGAIN),
]
TEXTS = [
    *((403, f"Forbidden: {words}", PARKED) for words in FORBIDDEN),
    *((400, f"Bad Request: {words}", PARKED) for words in GONE),
    *((400, f"Bad Request: {words}", NO_FILM) for words in NOT_THE_FILM),
    *((400, f"Bad Request: {words}", NO_WORDS) for words in NOT_THAT_WAY),
    *((400, f"Bad Request: {words}", become) for words, become in OTHERS),
]


async def answer_to_a_message(status: int, words: str, **parameters: int) -> Receipt:
    body = {"ok": False, "error_code": status, "description": words}
    told = json.dumps(body | ({"parameters": parameters} if parameters else {}))
    async with answered(status, told) as sender:
        return await sender.send(parcels()["answer"])


@pytest.mark.parametrize(("status", "words", "become"), TEXTS)
async def test_telegrams_words_decide_what_becomes_of_each_kind_of_message(
    status: int, words: str, become: str
) -> None:
    assert outcomes(await answer_to_a_message(status, words)) == become


async def test_a_group_that_says_where_it_went_is_followed() -> None:
    words = "Bad Request: group chat was upgraded to a supergroup chat"
    receipt = await answer_to_a_message(400, words, migrate_to_chat_id=-1001)
    assert receipt == ChatMoved(ChatId(-1001))
    assert outcomes(receipt) == MOVED


async def test_a_token_that_is_not_taken_any_more_is_a_receipt_of_its_own() -> None:
    for status, words in (
        (401, "Unauthorized"),
        (404, "Not Found"),
        (400, "Bad Request: Logged out"),
    ):
        assert await answer_to_a_message(status, words) == TokenRefused()


@pytest.mark.parametrize("thread", [7, None], ids=["in a topic", "in General"])
def test_a_topic_is_left_for_the_chat_and_a_chat_for_whom_an_end_is_owed(
    thread: int | None,
) -> None:
    in_group = [replace(one, chat_id=ChatId(-1001), thread_id=thread) for one in parcels().values()]
    became = [type(settle(one, TopicGone(), NOON, 0)).__name__ for one in in_group]
    if thread is not None:
        assert set(became) == {WithoutTopic.__name__}
    else:
        assert became == ["Never", "Never", "Never", "InPrivate", "Instead", "InPrivate", "Never"]


def test_whatever_replied_to_a_deleted_message_replies_to_none() -> None:
    replying = [replace(one, reply_to=7) for one in parcels().values()]
    assert {settle(one, ReplyGone(), NOON, 0) for one in replying} == {WithoutReply()}
