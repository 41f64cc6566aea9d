"""Telegram's JSON goes in, what the person asked comes out; None for what is not our business."""

import re
from typing import Any

from telegram import (
    CallbackQuery,
    ChatMember,
    ChatMemberRestricted,
    ChatMemberUpdated,
    Message,
    Update,
)
from telegram.constants import ChatMemberStatus, ChatType

from bot.chat.keyboards import read_callback_data
from bot.chat.locale import pick
from bot.core.intake import ENCODED, SHOWN, find_task_ids, read_task_ids, start_payload
from bot.core.request import (
    Asker,
    AskHelp,
    AskList,
    AskStop,
    AskStopAll,
    AskUnknown,
    AskWatch,
    ChatBack,
    ChatLost,
    ChatRenamed,
    Press,
    Request,
    Start,
    Wish,
)
from bot.core.watch import ChatId, UserId, WatchRef

# A pasted path begins with a slash, too.
_COMMAND = re.compile(r"/\w{1,32}(?:@\w+)?(?=\s|$)", re.ASCII)


def chat_of(payload: dict[str, Any]) -> int | None:
    """The chat an update belongs to, without understanding the update."""
    for kind in ("message", "my_chat_member", "callback_query"):
        inner = payload.get(kind)
        if isinstance(inner, dict):
            held = inner.get("message", inner) if kind == "callback_query" else inner
            chat = held.get("chat") if isinstance(held, dict) else None
            return chat.get("id") if isinstance(chat, dict) else None
    return None


def read_update(payload: dict[str, Any], username: str) -> Request | None:
    """*username* is the bot's own: '/stop@another_bot' is not for us."""
    update = Update.de_json(payload)
    if update.callback_query is not None:
        return _press(update.callback_query)
    if update.my_chat_member is not None:
        return _membership(update.my_chat_member)
    if update.message is not None:
        return _message(update.message, username)
    return None


def _press(query: CallbackQuery) -> Request | None:
    if query.message is None:
        return None
    button, ref = read_callback_data(query.data or "") or (None, WatchRef(""))
    thread = _topic(query.message) if isinstance(query.message, Message) else None
    asker = Asker(
        ChatId(query.message.chat.id),
        UserId(query.from_user.id),
        pick(query.from_user.language_code),
        private=query.message.chat.type == ChatType.PRIVATE,
        thread_id=thread,
    )
    return Request(asker, Press(query.id, button, ref))


def _membership(change: ChatMemberUpdated) -> Request | None:
    asker = Asker(
        ChatId(change.chat.id),
        UserId(change.from_user.id),
        pick(change.from_user.language_code),
        private=change.chat.type == ChatType.PRIVATE,
    )
    return Request(asker, ChatBack() if _may_write(change.new_chat_member) else ChatLost())


def _may_write(bot: ChatMember) -> bool:
    """One who is restricted may be out, or in and muted."""
    if isinstance(bot, ChatMemberRestricted):
        return bot.is_member and bot.can_send_messages
    return bot.status not in (ChatMemberStatus.LEFT, ChatMemberStatus.BANNED)


def _message(message: Message, username: str) -> Request | None:
    person = message.from_user
    if person is None or message.via_bot is not None:
        return None
    # Of a move Telegram tells in the name of an anonymous administrator, who counts as a bot.
    if person.is_bot and message.migrate_to_chat_id is None:
        return None
    private = message.chat.type == ChatType.PRIVATE
    asker = Asker(
        ChatId(message.chat.id),
        UserId(person.id),
        pick(person.language_code),
        private=private,
        message_id=message.message_id,
        thread_id=_topic(message),
    )
    wish = _wish(message, username, private=private)
    return None if wish is None else Request(asker, wish)


def _topic(message: Message) -> int | None:
    """In a group without topics a chain of replies has a thread as well; none to write to."""
    return message.message_thread_id if message.is_topic_message else None


def _wish(message: Message, username: str, *, private: bool) -> Wish | None:
    if message.migrate_to_chat_id is not None:
        return ChatRenamed(ChatId(message.migrate_to_chat_id))
    text = message.text or message.caption or ""
    if not text and message.effective_attachment is None:
        return None  # nobody said anything: something was pinned, a timer was set
    if _COMMAND.match(text):
        return _command(text, username, private=private)
    if not private:  # in a group people talk to each other; we answer to commands
        return None
    found = find_task_ids(text)
    return AskWatch(found.task_ids, found.rejected)


def _command(text: str, username: str, *, private: bool) -> Wish | None:
    name, *rest = text.split(maxsplit=1)
    words = rest[0] if rest else ""
    command, _, addressee = name[1:].lower().partition("@")
    if addressee and addressee != username.lower():
        return None
    match command:
        case "start" if words.strip():
            return _deep_link(words)
        case "start":
            return Start()
        case "help":
            return AskHelp()
        case "watch":
            found = read_task_ids(words.split())
            return AskWatch(found.task_ids, found.rejected, command=True)
        case "list":
            return AskList()
        case "stop" if words.strip().lower() == "all":
            return AskStopAll()
        case "stop":
            found = read_task_ids(words.split())
            return AskStop(found.task_ids, found.rejected)
        case _:
            return AskUnknown() if private or addressee else None


def _deep_link(words: str) -> AskWatch:
    """Typed by hand it may be an ID that no payload can hold."""
    payload = words.strip()
    task_id = start_payload(payload)
    if task_id is not None:
        return AskWatch((task_id,))
    if payload.startswith(ENCODED):
        return AskWatch((), (payload[:SHOWN],))
    found = read_task_ids(words.split())
    return AskWatch(found.task_ids, found.rejected, command=True)
