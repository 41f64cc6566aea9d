"""All state of one bot's Telegram: users, chats, messages; a change goes in, history comes out."""

import time
from copy import deepcopy

from sandbox.telegram.bell import Bell
from sandbox.telegram.chats import Chat, User, Version
from sandbox.telegram.files import FileStore
from sandbox.telegram.params import Params
from sandbox.telegram.refusal import Json, bad_request, forbidden
from sandbox.telegram.rules import Limits
from sandbox.telegram.updates import Updates


class World:
    def __init__(self, bot: Json, limits: Limits) -> None:
        self.bot = bot
        self.limits = limits
        self.bell = Bell()
        self.updates = Updates(self.bell, limits)
        self.files = FileStore()
        self.users: dict[int, User] = {}
        self.chats: dict[int, Chat] = {}
        self._last_id = 100

    def new_message_id(self, chat: Chat) -> int:
        """Private chats and small groups share one row of numbers, a supergroup has its own."""
        if chat.kind == "supergroup":
            chat.last_id += 1
            return chat.last_id
        self._last_id += 1
        return self._last_id

    def chat_for(self, params: Params) -> Chat:
        """The chat that the bot may write to; raises what Telegram says otherwise."""
        chat = self.known_chat(params)
        match chat.state:
            case "blocked":
                raise forbidden("bot was blocked by the user")
            case "kicked":
                raise forbidden(f"bot was kicked from the {chat.kind} chat")
            case "deactivated":
                raise forbidden("user is deactivated")
        if chat.migrated_to is not None:
            raise bad_request(
                "group chat was upgraded to a supergroup chat", migrate_to_chat_id=chat.migrated_to
            )
        return chat

    def known_chat(self, params: Params) -> Chat:
        asked = params.text("chat_id")
        if not asked:
            raise bad_request("chat_id is empty")
        chat = self.chats.get(int(asked)) if asked.lstrip("-").isdecimal() else None
        if chat is None:
            raise bad_request("chat not found")
        return chat

    def envelope(self, chat: Chat, sender: Json, thread: int | None) -> Json:
        """A new message without content."""
        message: Json = {
            "message_id": self.new_message_id(chat),
            "from": sender,
            "chat": chat.json,
            "date": int(time.time()),
        }
        if thread is not None:
            message |= {"message_thread_id": thread, "is_topic_message": True}
        return message

    def add(self, chat: Chat, message: Json, *, rings: bool) -> None:
        chat.messages[message["message_id"]] = message
        self._note(chat, Version(time.time(), "sent", deepcopy(message), rings))

    def change(self, chat: Chat, message: Json) -> None:
        chat.messages[message["message_id"]] = message
        self._note(chat, Version(time.time(), "edited", deepcopy(message), rings=False))

    def remove(self, chat: Chat, message_id: int) -> None:
        message = chat.messages.pop(message_id)
        self._note(chat, Version(time.time(), "deleted", message, rings=False))

    def _note(self, chat: Chat, version: Version) -> None:
        chat.history.append(version)
        self.bell.ring()


def quoted(message: Json) -> Json:
    """A message as shown inside a reply to it."""
    return {name: value for name, value in message.items() if name != "reply_to_message"}
