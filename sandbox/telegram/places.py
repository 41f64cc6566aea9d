"""Chats that open, close and change hands go in; the updates that the bot gets for it come out."""

import time
from copy import deepcopy

from sandbox.telegram.chats import FIRST_SUPERGROUP, Chat, User, member_json
from sandbox.telegram.refusal import Json
from sandbox.telegram.world import World


class Places:
    """Chats are named by their ids. What no person could do raises `ValueError`."""

    def __init__(self, world: World) -> None:
        self._world = world

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

    def block(self, user: User) -> None:
        self._membership(user, self._world.chats[user.id], "blocked", ("member", "kicked"))

    def unblock(self, user: User) -> None:
        self._membership(user, self._world.chats[user.id], "open", ("kicked", "member"))

    def kick(self, user: User, group: int) -> None:
        """*user* throws the bot out."""
        self._membership(user, self._world.chats[group], "kicked", ("member", "kicked"))

    def let_in(self, user: User, group: int) -> None:
        """*user* brings the bot back."""
        self._membership(user, self._world.chats[group], "open", ("kicked", "member"))

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
        anonymous = {"id": 1087968824, "is_bot": True, "first_name": "Group"}
        sender = anonymous | {"username": "GroupAnonymousBot"}
        message = self._world.envelope(chat, sender, None) | {"sender_chat": chat.json} | content
        self._world.add(chat, message, rings=False)
        self._world.updates.push("message", deepcopy(message))
