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
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

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

NEVER_LEFT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)

# Matched without regard to case: the library capitalizes what Telegram wrote.
_BAD_REQUESTS: tuple[tuple[re.Pattern[str], Receipt], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), receipt)
    for pattern, receipt in (
        (r"message is not modified", Sent(None)),
        (r"query is too old|query id is invalid", Sent(None)),
        (r"message to edit not found|message can't be edited|message_id_invalid", MessageGone()),
        (r"there is no (text|media|caption) in the message to edit", MessageGone()),
        (r"topic_closed|message thread not found|topic_deleted", TopicGone()),
        (r"chat not found|chat_write_forbidden|group chat was deleted", ChatGone("chat not found")),
        (r"user not found|peer_id_invalid|bot is not a member", ChatGone("chat not found")),
        (r"wrong file identifier|failed to get http url", MediaRefused("the URL was not taken")),
        (r"wrong type of the web page|webpage_\w+", MediaRefused("not a media URL for Telegram")),
        (r"wrong http url|file is too big|file_reference", MediaRefused("the file was not taken")),
        (r"can't use file of type|wrong remote file|image_process", MediaRefused("wrong kind")),
        (r"chat_send_\w+_forbidden", Rejected("not allowed in this chat")),
        (r"(photo|video|media)\w*(_| )(invalid|empty|forbidden)", MediaRefused("media refused")),
    )
)


def receipt_of(error: Exception) -> Receipt:
    """Never the text of an InvalidToken: it quotes the token."""
    match error:
        case RetryAfter(retry_after=wait):
            return FloodWait(wait if isinstance(wait, timedelta) else timedelta(seconds=wait))
        case ChatMigrated(new_chat_id=to):
            return ChatMoved(ChatId(to))
        case Forbidden():
            return ChatGone(str(error)[:200])
        case InvalidToken():
            return NotSent("token refused")
        case BadRequest():
            return _refusal(str(error))
        case NetworkError():
            return _network(error)
        case TelegramError():
            return Unsure(str(error)[:200])
        case KeyError() | AttributeError() | TypeError():  # "ok" without a result
            return Unsure("an answer without a result")
        case TimeoutError():
            return Unsure("no answer in time")
        case _:
            raise error


def _refusal(text: str) -> Receipt:
    for pattern, receipt in _BAD_REQUESTS:
        if pattern.search(text):
            return receipt
    return Rejected(text[:200])


def _network(error: NetworkError) -> Receipt:
    text = str(error)
    if "request entity too large" in text.lower():
        return MediaRefused("too large to upload")
    if "too many requests" in text.lower():  # a 429 that does not say how long
        return FloodWait(timedelta(seconds=5))
    if any(isinstance(cause, NEVER_LEFT) for cause in _causes(error)):
        return NotSent(type(error.__cause__).__name__)
    return Unsure(type(error.__cause__ or error).__name__)


def _causes(error: BaseException) -> list[BaseException]:
    chain = [error]
    while chain[-1].__cause__ is not None:
        chain.append(chain[-1].__cause__)
    return chain
