"""The Bot API's stand-in: a token goes in; an aiohttp application and its people come out."""

import time
from collections.abc import Callable
from copy import deepcopy
from typing import TypeVar

from aiohttp import web

from sandbox.telegram.account import Account
from sandbox.telegram.bell import Bell
from sandbox.telegram.calls import Call, Calls
from sandbox.telegram.chats import Chat, User, Version
from sandbox.telegram.editing import Editing
from sandbox.telegram.faults import Fault, Faults
from sandbox.telegram.fetching import Fetcher
from sandbox.telegram.files import Arrival, StoredFile
from sandbox.telegram.flood import Flood, Violation
from sandbox.telegram.media import Media
from sandbox.telegram.methods import all_methods
from sandbox.telegram.people import People
from sandbox.telegram.posting import Posting
from sandbox.telegram.pushing import Push, Pusher
from sandbox.telegram.refusal import Json
from sandbox.telegram.rules import NO_FLOOD_LIMITS, Limits
from sandbox.telegram.surface import Surface
from sandbox.telegram.world import World

__all__ = ["NO_FLOOD_LIMITS", "BotApi", "Call", "Fault", "Limits", "Push", "User", "Version"]

T = TypeVar("T")


class BotApi(People):
    """`app` is served once (`sandbox.serving.serve`); its end removes the files.

    Not thread-safe: everything is called in the event loop that serves `app`.
    """

    def __init__(
        self,
        token: str = "42:SANDBOX-TOKEN",  # noqa: S107 — opens nothing but this stand-in
        username: str = "reelbell_sandbox_bot",
        limits: Limits | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """*clock*, in seconds, is that of the flood limits."""
        limits = limits or Limits()
        bot = {"id": int(token.partition(":")[0]), "is_bot": True, "first_name": "Reelbell"}
        self.token = token
        self.username = username
        self._state = World(bot | {"username": username}, limits)
        self._account = Account(self._state, self._state.files)
        super().__init__(self._state, self._account)
        self._calls = Calls(self._state.bell)
        self._flood = Flood(limits, clock)
        self._fetcher = Fetcher(self._state.files, limits)
        self.faults = Faults(self._state.updates.interrupt)
        self._pusher = Pusher(self._state.updates, self.faults, limits)
        self.app = self._wired()

    def _wired(self) -> web.Application:
        media = Media(self._state.files, self._fetcher, self._state.limits)
        posting, editing = Posting(self._state, media), Editing(self._state, media)
        methods = all_methods(self._account, posting, editing, self._state.updates)
        app = Surface(
            self.token, self._state, methods, self._flood, self.faults, self._calls, self._fetcher
        ).app()
        app.cleanup_ctx.append(self._pusher.lifetime)
        return app

    @property
    def bell(self) -> Bell:
        """Rings whenever anything happens: a call, an update, a change of a message."""
        return self._state.bell

    @property
    def calls(self) -> list[Call]:
        """In the order in which they were answered."""
        return self._calls.made

    @property
    def violations(self) -> list[Violation]:
        return self._flood.violations

    @property
    def files(self) -> list[Arrival]:
        """Every use of a file by the bot, and how it came: upload, path, url, cache or file_id."""
        return self._state.files.arrivals

    @property
    def outage(self) -> bool:
        """While true every connection is cut."""
        return self.faults.outage

    @outage.setter
    def outage(self, refused: bool) -> None:
        self.faults.outage = refused

    @property
    def commands(self) -> dict[tuple[str, str], list[Json]]:
        """By scope, as JSON text with sorted keys, and language ("" for all)."""
        return self._account.commands

    @property
    def profile(self) -> dict[tuple[str, str], str]:
        """By field (name, description, short_description) and language."""
        return self._account.profile

    @property
    def callback_answers(self) -> dict[str, Json]:
        """By callback query id: the parameters of the bot's answer."""
        return self._account.callback_answers

    @property
    def pending_updates(self) -> list[Json]:
        """Those that the bot has not acknowledged."""
        return self._state.updates.pending

    @property
    def pushes(self) -> list[Push]:
        """To the bot's webhook, in the order in which they were answered."""
        return self._pusher.made

    def lose_push_answers(self, times: int = 1) -> None:
        """The next *times* updates that the webhook acknowledges are pushed again all the same."""
        self._pusher.answers_to_lose = times

    def called(self, method: str, chat_id: int | None = None) -> list[Call]:
        """Calls of one method, in one chat or in all."""
        return [
            call for call in self.calls if call.method == method and chat_id in (None, call.chat_id)
        ]

    def chats(self) -> list[int]:
        return list(self._state.chats)

    def messages(self, chat_id: int) -> list[Json]:
        """As they are now, oldest first, people's included."""
        found = self._state.chats[chat_id].messages
        return [deepcopy(found[message_id]) for message_id in sorted(found)]

    def history(self, chat_id: int) -> list[Version]:
        return list(self._state.chats[chat_id].history)

    def reactions(self, chat_id: int, message_id: int) -> list[str]:
        """The bot's."""
        return self._state.chats[chat_id].reactions.get(message_id, [])

    def chat(self, chat_id: int) -> Chat:
        """The stand-in's own: look, do not touch."""
        return self._state.chats[chat_id]

    def forget_urls(self) -> None:
        """The days for which Telegram remembers what a URL gave have passed."""
        self._fetcher.forget()

    def file(self, file_unique_id: str) -> Arrival | None:
        """The first arrival of that file."""
        same = (one for one in self.files if one.file.file_unique_id == file_unique_id)
        return next(same, None)

    def stored(self, file_unique_id: str) -> StoredFile | None:
        """Thumbnails included."""
        return self._state.files.find_unique(file_unique_id)

    async def until(self, condition: Callable[[], T], timeout: float = 30) -> T:  # noqa: ASYNC109 — its failure names the calls
        """What *condition* returned once it was true; asked again after every call and update."""
        return await self._calls.until(condition, timeout)

    async def change(self, timeout: float) -> bool:  # noqa: ASYNC109 — a pause, not a failure
        """Wait until anything happens; False when nothing did."""
        return await self._state.bell.next(timeout)
