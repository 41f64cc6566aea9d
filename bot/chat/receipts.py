"""What the Bot API or the way to it answered goes in, a receipt comes out.

Only the cause tells "never sent" from "maybe done": python-telegram-bot calls nearly everything
a NetworkError, BadRequest included, and the aiohttp transport calls a cut connection a
ConnectTimeout although the request may have been executed.
"""

import re
from datetime import timedelta

import aiohttp
from telegram.error import (
    BadRequest,
    ChatMigrated,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    RetryAfter,
    TelegramError,
)

from bot.core.delivery import (
    ChatGone,
    ChatMoved,
    Doubt,
    FloodWait,
    MediaRefused,
    MessageGone,
    NotSent,
    Receipt,
    Rejected,
    ReplyGone,
    Sent,
    TokenRefused,
    TopicGone,
    Unsure,
)
from bot.core.watch import ChatId

NEVER_LEFT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)
UNTOLD = timedelta(seconds=5)
"""The rest after a 429 that does not say how long."""
LONGEST_WHY = 200

# The first that matches, without regard to case: the library capitalizes what Telegram wrote.
_BAD_REQUESTS: tuple[tuple[re.Pattern[str], Receipt], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), receipt)
    for pattern, receipt in (
        (r"message is not modified", Sent(None)),
        (r"query is too old|query.id.(is )?invalid", Sent(None)),
        (r"message to be replied not found|replied message not found|reply_message", ReplyGone()),
        (r"message to edit not found|message can't be edited|message_id_invalid", MessageGone()),
        (r"message_(author_required|edit_time_expired)", MessageGone()),
        (r"there is no (text|media|caption) in the message to edit", MessageGone()),
        (r"topic_\w*(closed|deleted)|topic_id_invalid|message thread not found", TopicGone()),
        # What a member may not send is the film's matter as long as words are allowed.
        (r"chat_send_plain_forbidden|send text messages", ChatGone("words are not allowed")),
        (r"chat_send_\w+_forbidden|not enough rights to send", Rejected("not allowed here")),
        (r"no rights to send|no (write )?access to the chat", ChatGone("no right to write")),
        (r"chat_(write|guest_send)_forbidden|chat_restricted", ChatGone("no right to write")),
        (r"chat_admin_required|need administrator rights", ChatGone("no right to write")),
        (r"user_(banned_in_channel|restricted)|_premium_required", ChatGone("no right to write")),
        (r"payment_required", ChatGone("no right to write")),
        (r"chat not found|group chat was (deleted|upgraded)", ChatGone("chat not found")),
        (r"group (is|was) deactivated|chat_(id_invalid|forbidden)", ChatGone("chat not found")),
        (r"channel_(private|invalid)|peer_id_(invalid|not)", ChatGone("chat not found")),
        (r"user not found|user_id_invalid|(user|bot) is deactivated", ChatGone("user not found")),
        (r"user_deactivated|user_is_(blocked|bot)", ChatGone("user not found")),
        (r"bot (is not a member|was (blocked|kicked))", ChatGone("chat not found")),
        (r"bots? can't (initiate|send messages to)", ChatGone("chat not found")),
        (r"keyboard button url|button_\w+_invalid", Rejected("a button was not taken")),
        (r"wrong file identifier|failed to get http url", MediaRefused("the URL was not taken")),
        (r"can't upload file by url|file generation", MediaRefused("the URL was not taken")),
        (r"wrong type of the web page|webpage_\w+", MediaRefused("not a media URL for Telegram")),
        (r"wrong http url|file is too big|file_reference", MediaRefused("the file was not taken")),
        (r"can't use file of type|wrong remote file|image_process", MediaRefused("wrong kind")),
        (r"too big for a photo|photo_\w*dimensions", MediaRefused("no photo for Telegram")),
        (
            r"file_(id|part|parts)_\w+|file must be non-empty",
            MediaRefused("the file was not taken"),
        ),
        (r"(photo|video|media)\w*_(invalid|empty|forbidden)", MediaRefused("media refused")),
        (r"logged out", TokenRefused()),
    )
)


def receipt_of(error: Exception) -> Receipt:
    """Never the text of an InvalidToken: it quotes the token."""
    match error:
        case RetryAfter(retry_after=wait):
            return FloodWait(wait if isinstance(wait, timedelta) else timedelta(seconds=wait))
        case ChatMigrated(new_chat_id=to):
            return ChatMoved(ChatId(to))
        case TelegramError() if _is_not_telegram(error):
            return _network(error)
        case InvalidToken() | EndPointNotFound():
            return TokenRefused()
        case Forbidden():
            return ChatGone(str(error)[:LONGEST_WHY])
        case BadRequest():
            return _refusal(str(error))
        case TelegramError():
            return _network(error)
        case KeyError() | AttributeError() | TypeError():  # "ok" without a result
            return Unsure("an answer without a result", Doubt.ANSWER)
        case TimeoutError():
            return Unsure("no answer in time", Doubt.OUTAGE)
        case _:
            raise error


def receipt_of_film(error: Exception) -> Receipt:
    """Same, for a file that Telegram has to fetch first: its slowness is no outage."""
    receipt = receipt_of(error)
    too_long = any(isinstance(cause, TimeoutError) for cause in _causes(error))
    if isinstance(receipt, Unsure) and too_long:
        return Unsure("the file took too long", Doubt.PATIENCE)
    return receipt


def _is_not_telegram(error: TelegramError) -> bool:
    """A page of somebody in between: a proxy's 403 says nothing about the chat, or our token."""
    return any(isinstance(cause, ValueError) for cause in _causes(error))


def _refusal(text: str) -> Receipt:
    for pattern, receipt in _BAD_REQUESTS:
        if pattern.search(text):
            return receipt
    return Rejected(text[:LONGEST_WHY])


def _network(error: TelegramError) -> Receipt:
    text = str(error).lower()
    causes = _causes(error)
    if any(isinstance(cause, UnicodeEncodeError) for cause in causes):
        return Rejected("not a text that can be sent")
    if "entity too large" in text or "content too large" in text:
        return MediaRefused("too large to upload")
    if "too many requests" in text:
        return FloodWait(UNTOLD)
    if any(isinstance(cause, NEVER_LEFT) for cause in causes):
        return NotSent(type(error.__cause__).__name__)
    return Unsure(type(error.__cause__ or error).__name__, Doubt.OUTAGE)


def _causes(error: BaseException) -> list[BaseException]:
    chain = [error]
    while chain[-1].__cause__ is not None:
        chain.append(chain[-1].__cause__)
    return chain
