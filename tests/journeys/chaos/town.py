"""The people of a run: they ask for tasks, and some of them send commands and press buttons."""

import random
from collections import defaultdict
from dataclasses import dataclass
from itertools import count

from sandbox.bot_api import BotApi, User
from sandbox.telegram.keyboards import buttons
from sandbox.video_api import VideoApi
from tests.journeys.chaos.fate import Ask
from tests.journeys.chaos.oracle.facts import End, Errand, Promise

LADDERS = ("50%", "the end only", "10·20·…·90%", "25·50·75%")
"""What the bell turns to, one press after the other, from the usual ladder."""


@dataclass(frozen=True, slots=True)
class Place:
    chat: int
    user: User


class Town:
    def __init__(self, telegram: BotApi, videos: VideoApi, groups: int, people: int) -> None:
        self.promises: list[Promise] = []
        self.errands: list[Errand] = []
        self._telegram = telegram
        self._videos = videos
        ids = count(7001)
        users = [telegram.user(next(ids), f"Person {number}") for number in range(people)]
        clubs = [telegram.group(-next(ids), f"Club {number}") for number in range(groups)]
        self._places = [Place(club, users[number]) for number, club in enumerate(clubs)]
        self._places += [Place(telegram.private_chat(user), user) for user in users]
        self._turns: defaultdict[str, int] = defaultdict(int)
        self._stopped: set[str] = set()

    def asks(self, ask: Ask) -> None:
        """The task begins its life now."""
        place = self._places[ask.chat]
        task = ask.script.task_id
        self._videos.add(ask.script)
        words = f"/watch {task}" if place.chat < 0 else f"please watch {task}"
        sent = self._telegram.say(place.user, words, place.chat)
        end: End = "failed" if ask.script.outcome == "failed" else "film"
        self.promises.append(Promise(place.chat, task, end, sent["message_id"]))

    def runs_an_errand(self, dice: random.Random) -> None:
        """In a private chat: a command, or a button of a card that is there."""
        promise = dice.choice([one for one in self.promises if one.chat > 0])
        user = next(one.user for one in self._places if one.chat == promise.chat)
        cards = self._cards(promise.chat)
        match dice.choice(
            ("help", "list", "hint", "again", "stop", "bell", "bell", "bell", "cross")
        ):
            case "help":
                self._says(promise.chat, user, "/help", "Send me a task ID")
            case "list":
                self._says(promise.chat, user, "/list", "I am ")
            case "hint":
                self._says(promise.chat, user, "how are you?", "I found no task ID")
            case "again" if promise.task in cards and promise.task not in self._stopped:
                self._says(promise.chat, user, promise.task, "I am already watching this one")
            case "stop" if promise.task in cards:
                stopped = promise.task in self._stopped
                expected = "I am not watching this here" if stopped else "No longer watching"
                self._says(promise.chat, user, f"/stop {promise.task}", expected)
                self._stopped.add(promise.task)
            case "bell" if promise.task in cards:
                self._presses(promise, user, *cards[promise.task], "bell")
            case "cross" if promise.task in cards and dice.random() < 0.3:
                self._presses(promise, user, *cards[promise.task], "stop")
            case _:
                self._says(promise.chat, user, "/help", "Send me a task ID")

    def _says(self, chat: int, user: User, words: str, expected: str) -> None:
        sent = self._telegram.say(user, words, chat)
        self.errands.append(Errand(chat, words, str(sent["message_id"]), expected))

    def _presses(
        self, promise: Promise, user: User, message: int, data: dict[str, str], button: str
    ) -> None:
        """A card that was stopped has lost its buttons, but whoever is quick still sees them."""
        task = promise.task
        if task in self._stopped:
            expected = "no longer works"
        elif button == "stop":
            expected = "Stopped"
            self._stopped.add(task)
        else:
            expected = f"ring at {LADDERS[self._turns[task] % len(LADDERS)]}"
            self._turns[task] += 1
        query = self._telegram.press(user, message, data[button], promise.chat, forged=True)
        self.errands.append(Errand(promise.chat, f"{button} of {task}", query, expected))

    def _cards(self, chat: int) -> dict[str, tuple[int, dict[str, str]]]:
        """By task: the message, and the data of its buttons by their names."""
        found = {}
        for message in self._telegram.messages(chat):
            data = [str(one.get("callback_data")) for one in buttons(message)]
            by_name = {one.partition(":")[0]: one for one in data}
            if {"bell", "stop"} <= by_name.keys():
                task = message["text"].splitlines()[1]
                found[task] = (message["message_id"], by_name)
        return found

    @property
    def stopped(self) -> frozenset[str]:
        """Tasks whose watch a person has ended: no end of theirs is owed."""
        return frozenset(self._stopped)
