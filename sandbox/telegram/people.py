"""What people do in their chats goes in; the updates that the bot gets for it come out."""

import secrets
import time
from copy import deepcopy

from sandbox.telegram.account import Account
from sandbox.telegram.chats import FIRST_SUPERGROUP, Chat, User, member_json
from sandbox.telegram.formatting import typed
from sandbox.telegram.keyboards import buttons
from sandbox.telegram.refusal import Json
from sandbox.telegram.utf16 import cut, units
from sandbox.telegram.world import World, quoted


class People:
    """Chats are named by their ids. What no person could do raises `ValueError`."""

    def __init__(self, world: World, account: Account) -> None:
        self._world = world
        self._account = account

    def user(self, id: int, name: str, language: str = "en") -> User:  # noqa: A002 — Telegram's word
        """A stranger: until `private_chat` or `say`, the bot cannot write to them."""
        person = User(id, name, language)
        self._world.users[id] = person
        return person

    def private_chat(self, user: User) -> int:
        """The user has opened it before: no update tells so."""
        self._world.users.setdefault(user.id, user)
        self._world.chats.setdefault(user.id, Chat(user.id, "private", user.name))
        return user.id

    def group(
        self,
        id: int,  # noqa: A002 — Telegram's word
        title: str,
        *,
        topics: bool = False,
        privacy: bool = True,
    ) -> int:
        """With *privacy* the bot sees there only commands and replies to it, as by default."""
        if id >= 0:
            raise ValueError("the id of a group is negative")
        chat = Chat(id, "group", title, forum=topics, privacy=privacy)
        if topics or id <= FIRST_SUPERGROUP:
            chat.kind = "supergroup"
        chat.members[self._world.bot["id"]] = "member"
        self._world.chats[id] = chat
        return id

    def member(self, group: int, user: User, status: str = "member") -> None:
        """*status*: creator, administrator, member, restricted, left or kicked."""
        self._world.chats[group].members[user.id] = status

    def topic(self, group: int) -> int:
        """A new open one: its thread id."""
        chat = self._world.chats[group]
        if not chat.forum:
            raise ValueError("this group has no topics")
        thread = self._world.new_message_id(chat)
        chat.topics[thread] = True
        return thread

    def close_topic(self, group: int, thread: int) -> None:
        self._world.chats[group].topics[thread] = False

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
        return self._utter(user, chat, thread, reply_to, content.under("text"), forward=forward)

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
        *,
        forward: bool = False,
    ) -> Json:
        place = self._place(user, chat)
        if place.state != "open" or place.migrated_to is not None:
            raise ValueError("nobody can write there")
        if thread is not None and not place.topics.get(thread):
            raise ValueError("no such open topic")
        message = self._world.envelope(place, user.json, thread) | content
        if reply_to is not None:
            message["reply_to_message"] = quoted(place.messages[reply_to])
        if forward:
            sender = {
                "type": "hidden_user",
                "sender_user_name": "Somebody",
                "date": message["date"],
            }
            message["forward_origin"] = sender
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

    def block(self, user: User) -> None:
        self._membership(user, self._world.chats[user.id], "blocked", ("member", "kicked"))

    def unblock(self, user: User) -> None:
        self._membership(user, self._world.chats[user.id], "open", ("kicked", "member"))

    def kick(self, user: User, group: int) -> None:
        """*user* throws the bot out."""
        self._membership(user, self._world.chats[group], "kicked", ("member", "kicked"))

    def deactivate(self, user: User) -> None:
        """The account is deleted; the bot is not told."""
        self._world.chats[user.id].state = "deactivated"

    def _membership(self, user: User, chat: Chat, state: str, change: tuple[str, str]) -> None:
        match state:
            case "open" | "blocked" | "kicked":
                chat.state = state
        old, new = (member_json(self._world.bot, status) for status in change)
        event: Json = {"chat": chat.json, "from": user.json, "date": int(time.time())}
        told = event | {"old_chat_member": old, "new_chat_member": new}
        self._world.updates.push("my_chat_member", told)

    def migrate(self, group: int) -> int:
        """The group becomes a supergroup: its new id. Old messages stay behind."""
        old = self._world.chats[group]
        if old.kind != "group" or old.migrated_to is not None:
            raise ValueError("this is a supergroup already")
        new = self.group(FIRST_SUPERGROUP + group, old.title, privacy=old.privacy)
        self._world.chats[new].members.update(old.members)
        old.migrated_to = new
        self._serve(old, {"migrate_to_chat_id": new})
        self._serve(self._world.chats[new], {"migrate_from_chat_id": group})
        return new

    def _serve(self, chat: Chat, content: Json) -> None:
        """A service message: bots always see those."""
        sender = {"id": 1087968824, "is_bot": True, "first_name": "Group"}
        message = self._world.envelope(chat, sender, None) | content
        self._world.add(chat, message, rings=False)
        self._world.updates.push("message", deepcopy(message))

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
