"""A stage goes in; people, groups and tasks that no other test knows come out."""

import time
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count
from typing import Any

from sandbox.bot_api import User
from sandbox.films import Film
from sandbox.scripts import Script
from sandbox.stage import Stage
from sandbox.video_api import Task

FILM = Film(320, 180, 30, 5)
"""Small, and longer than any test watches it."""
LOOKS_WITHIN = 25
"""Seconds for what takes one poll: 6 and a tick of the clock at most, on an idle machine."""
Message = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Place:
    """What the page opens under *key*."""

    key: str
    chat: int
    title: str


class Town:
    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.api = stage.cast.api
        self.videos = stage.videos
        self._ids = count(7001)

    def newcomer(self, name: str, language: str = "en") -> Place:
        """In a private chat, which they have not begun."""
        user = self._person(name, language)
        self.api.private_chat(user)
        self.api.bell.ring()
        return Place(str(user.id), user.id, name)

    def group(self, title: str, *names: str) -> Place:
        chat = self.api.group(-next(self._ids), title)
        self._join(chat, names)
        return Place(str(chat), chat, title)

    def forum(self, title: str, topic: str, *names: str) -> Place:
        """The topic of a new group, which also has a "General"."""
        chat = self.api.group(-1_000_000_000_000 - next(self._ids), title, topics=True)
        self._join(chat, names)
        thread = self.api.topic(chat)
        self.stage.cast.topics[chat] = {thread: topic}
        return Place(f"{chat}/{thread}", chat, f"{title} › {topic}")

    def members(self, place: Place) -> list[User]:
        """Those who can speak there."""
        cast = self.stage.cast
        return [cast.people[one] for one in cast.members(place.chat)]

    def _person(self, name: str, language: str) -> User:
        user = self.api.user(next(self._ids), name, language)
        self.stage.cast.people[user.id] = user
        return user

    def _join(self, chat: int, names: tuple[str, ...]) -> None:
        for name in names:
            self.api.member(chat, self._person(name, "en"))
        self.api.bell.ring()

    def task(self, task_id: str, status: str = "queued", percent: int | None = None) -> Task:
        """A task that stays where it is until the test moves it on."""
        return self.ordered(Script(task_id, film=FILM), status, percent)

    def ordered(self, script: Script, status: str, percent: int | None = None) -> Task:
        made = self.videos.add(replace(script, film=script.film or FILM))
        made.move_to(status, percent)
        return made

    def seen(self, place: Place) -> list[Message]:
        """The messages of the bot as they are now, oldest first."""
        return [one for one in self.api.messages(place.chat) if one["from"]["is_bot"]]

    async def hears_the_end(self, task_id: str) -> None:
        """The bot was told that the task is over."""
        await self.videos.until(
            lambda: any(
                call.task_id == task_id and call.told_status in ("completed", "failed")
                for call in self.videos.calls
            ),
            LOOKS_WITHIN,
        )

    async def sees_time_pass(self, span: timedelta) -> None:
        """The bot has asked for a task, whichever, so much later."""
        later = time.time() + span.total_seconds()
        await self.videos.until(lambda: self.videos.calls[-1].at > later, 2 * LOOKS_WITHIN)
