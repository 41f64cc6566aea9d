"""What people do in their chats goes in; the updates that the bot gets for it come out."""

import secrets
import time
from copy import deepcopy

from sandbox.telegram.account import Account
from sandbox.telegram.chats import Chat, User
from sandbox.telegram.formatting import typed
from sandbox.telegram.keyboards import buttons
from sandbox.telegram.places import Places
from sandbox.telegram.posting import CONTENT
from sandbox.telegram.refusal import Json
from sandbox.telegram.utf16 import cut, units
from sandbox.telegram.world import World, quoted


class People(Places):
    """Chats are named by their ids. What no person could do raises `ValueError`."""

    def __init__(self, world: World, account: Account) -> None:
        super().__init__(world)
        self._account = account

    def say(
        self,
        user: User,
        text: str,
        chat: int | None = None,
        thread: int | None = None,
        reply_to: int | None = None,
        *,
        forward: bool = False,
    ) -> Json:
        content = typed(text)
        if not 1 <= units(content.text) <= 4096:
            raise ValueError("a person's client sends 1 to 4096 characters")
        said = content.under("text")
        if forward:
            sender = {"type": "hidden_user", "sender_user_name": "Somebody"}
            said["forward_origin"] = sender | {"date": int(time.time())}
        return self._utter(user, chat, thread, reply_to, said)

    def forward(
        self, user: User, source: int, message_id: int, chat: int, thread: int | None = None
    ) -> Json:
        """Passes a message on to *chat*, where it came from with it; its buttons stay behind."""
        original = self._world.chats[source].messages[message_id]
        content = {name: value for name, value in original.items() if name in CONTENT}
        if not content:
            raise ValueError("there is nothing in this message to forward")
        first = {"type": "user", "sender_user": original["from"], "date": original["date"]}
        content["forward_origin"] = original.get("forward_origin", first)
        return self._utter(user, chat, thread, None, deepcopy(content))

    def send_photo(self, user: User, caption: str, chat: int | None = None) -> Json:
        """One pixel that nobody can download, with a caption that matters."""
        size = {"file_id": "AgACnothing", "file_unique_id": "AQADnothing", "width": 1, "height": 1}
        content = {"photo": [size], **typed(caption).under("caption")}
        return self._utter(user, chat, None, None, content)

    def _utter(
        self,
        user: User,
        chat: int | None,
        thread: int | None,
        reply_to: int | None,
        content: Json,
    ) -> Json:
        place = self._place(user, chat)
        if place.state != "open" or place.migrated_to is not None:
            raise ValueError("nobody can write there")
        if thread is not None and not place.topics.get(thread):
            raise ValueError("no such open topic")
        message = self._world.envelope(place, user.json, thread) | content
        if reply_to is not None:
            message["reply_to_message"] = quoted(place.messages[reply_to])
        self._world.add(place, message, rings=False)
        if self._is_shown(place, message):
            self._world.updates.push("message", deepcopy(message))
        return deepcopy(message)

    def edit(self, user: User, message_id: int, text: str, chat: int | None = None) -> Json:
        place = self._place(user, chat)
        message = place.messages[message_id]
        if message["from"]["id"] != user.id or "text" not in message:
            raise ValueError("a person edits texts of their own")
        kept = {name: value for name, value in message.items() if name != "entities"}
        changed = kept | typed(text).under("text") | {"edit_date": int(time.time())}
        self._world.change(place, changed)
        if self._is_shown(place, changed):
            self._world.updates.push("edited_message", deepcopy(changed))
        return deepcopy(changed)

    def press(
        self,
        user: User,
        message_id: int,
        data_or_label: str,
        chat: int | None = None,
        *,
        forged: bool = False,
    ) -> str:
        """The callback query's id. *forged*: any data, on any message, as a bad client can."""
        place = self._place(user, chat)
        message = place.messages.get(message_id)
        data = data_or_label if forged else _data(message or {}, data_or_label)
        gone = {"chat": place.json, "message_id": message_id, "date": 0}
        query = str(secrets.randbits(62))
        self._account.open_callbacks.add(query)
        content = {
            "id": query,
            "from": user.json,
            "message": deepcopy(message or gone),
            "chat_instance": str(hash(place.id)),
            "data": data,
        }
        self._world.updates.push("callback_query", content)
        return query

    def expire_callbacks(self) -> None:
        """Every button pressed so far was pressed too long ago."""
        self._account.open_callbacks.clear()

    def delete_message(self, chat: int, message_id: int) -> None:
        """The bot is not told."""
        self._world.remove(self._world.chats[chat], message_id)

    def _place(self, user: User, chat: int | None) -> Chat:
        """Who speaks up somewhere is there: a private chat opens, a group is joined."""
        if chat is None:
            return self._world.chats[self.private_chat(user)]
        place = self._world.chats[chat]
        if place.kind == "private" and place.id != user.id:
            raise ValueError("this is somebody else's private chat")
        self._world.users.setdefault(user.id, user)
        if place.kind != "private":
            place.members.setdefault(user.id, "member")
        return place

    def _is_shown(self, chat: Chat, message: Json) -> bool:
        if chat.kind == "private" or not chat.privacy:
            return True
        answered = message.get("reply_to_message", {}).get("from", {}).get("id")
        return answered == self._world.bot["id"] or self._is_a_command(message)

    def _is_a_command(self, message: Json) -> bool:
        text = message.get("text") or message.get("caption") or ""
        for entity in message.get("entities") or message.get("caption_entities") or []:
            if entity["type"] == "bot_command":
                command = cut(text, entity["offset"], entity["length"])
                if command.partition("@")[2].lower() in ("", self._world.bot["username"].lower()):
                    return True
        return False


def _data(message: Json, wanted: str) -> str:
    """Of the button that says or carries *wanted*."""
    for button in buttons(message):
        if wanted in (button.get("callback_data"), button["text"]):
            if "callback_data" in button:
                return str(button["callback_data"])
            raise ValueError(f"{wanted!r} is not a button that tells the bot")
    shown = [button["text"] for button in buttons(message)]
    raise ValueError(f"no button {wanted!r} on the message; there are {shown}")
