"""Telegram's stand-in goes in; the people, groups and topics of the chat page come out."""

from collections.abc import Callable
from dataclasses import replace

from sandbox.bot_api import BotApi, User
from sandbox.telegram.chats import Chat

ANN, LI, MIA, BO = 1001, 1002, 1003, 1004
STUDIO, FILM_CREW = -2001, -1_000_000_003_001
TOPICS = ("Rushes", "Final cut")


class Cast:
    def __init__(self, api: BotApi) -> None:
        self.api = api
        people = (
            api.user(ANN, "Ann", "en"),
            api.user(LI, "小李", "zh-hans"),
            api.user(MIA, "Mia", "en"),
            api.user(BO, "Bo", "en"),
        )
        self.people: dict[int, User] = {person.id: person for person in people}
        self.topics: dict[int, dict[int, str]] = {}
        """By chat and thread id, the name. "General" is no thread."""
        self._found_groups()

    def _found_groups(self) -> None:
        members = {ANN: "creator", LI: "administrator", MIA: "member", BO: "member"}
        studio = self.api.group(STUDIO, "Studio")
        crew = self.api.group(FILM_CREW, "Film crew", topics=True)
        for group in (studio, crew):
            for person, status in members.items():
                self.api.member(group, self.people[person], status)
        self.topics[crew] = {self.api.topic(crew): name for name in TOPICS}

    def now_speaks(self, person: int, language: str) -> None:
        """In Telegram's spelling; from the next update on the bot sees it."""
        user = replace(self.people[person], language=language)
        self.people[person] = self.api.user(user.id, user.name, user.language)

    def chats(self) -> list[int]:
        """The two private ones are listed before anybody has written there."""
        return list(dict.fromkeys((ANN, LI, *self.api.chats())))

    def chat(self, chat_id: int) -> Chat | None:
        """None as long as nobody has written there."""
        return self.api.chat(chat_id) if chat_id in self.api.chats() else None

    def members(self, chat_id: int) -> list[int]:
        """Those of our people who can speak there."""
        chat = self.chat(chat_id)
        if chat_id > 0 or chat is None:
            return [chat_id] if chat_id in self.people else []
        return [person for person in self.people if _is_in(chat.members.get(person))]

    def change_place(self, chat_id: int, person: int, *, present: bool) -> None:
        """The person blocks or throws out the bot, or takes it back. Raises ValueError."""
        chat = self.chat(chat_id)
        if chat is None:
            raise ValueError("nobody has written there yet")
        if present == (chat.state == "open"):
            raise ValueError("it is so already")
        self._way(chat, present=present)(person, chat_id)

    def _way(self, chat: Chat, *, present: bool) -> Callable[[int, int], None]:
        def act(person: int, chat_id: int) -> None:
            user = self.people[person]
            if chat.kind == "private":
                (self.api.unblock if present else self.api.block)(user)
            else:
                (self.api.let_in if present else self.api.kick)(user, chat_id)

        return act


def _is_in(status: str | None) -> bool:
    return status not in (None, "left", "kicked")
