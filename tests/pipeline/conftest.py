"""The whole pipeline on a real database, between a scripted provider and a recording chat."""

from datetime import timedelta
from itertools import count
from typing import Any

import pytest

from bot.core.request import Request
from bot.pipeline.answer import Answering
from bot.pipeline.deliver import Deliver, Timing
from bot.pipeline.lane import Patience
from bot.pipeline.poll import Poll
from bot.pipeline.subscribe import Rules
from bot.pipeline.sweep import Sweep
from storage import inbox
from storage.database import Database
from storage.inbox import Arrived
from tests.builders import Clock
from tests.fakes import RecordingChat, ScriptedProvider, ScriptedResults


class Line:
    """The stages in a row. Time stands still unless the test moves it."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = Clock()
        self.provider = ScriptedProvider()
        self.chat = RecordingChat()
        self.results = ScriptedResults()
        self.rules = Rules((25, 50, 75), 50, timedelta(hours=72), frozenset())
        self._requests: dict[int, Request] = {}
        self._numbers = count(1)
        self.restart()

    def restart(self) -> None:
        """New processes on the same database: nothing in memory survives."""
        self.answering = Answering(self.database, self._read, rules=self.rules, now=self.clock)
        self.poll = Poll(
            self.database,
            self.provider,
            key="key",
            rate=1000,
            concurrency=50,
            now=self.clock,
            dice=lambda: 0.0,
        )
        self.deliver = Deliver(
            self.database,
            self.chat,
            self.results,
            now=self.clock,
            dice=lambda: 0.0,
            rate=1000,
            timing=Timing(patience=Patience(sleep=self.clock.sleep)),
        )
        self.sweep = Sweep(self.database, now=self.clock)

    def _read(self, payload: dict[str, Any]) -> Request | None:
        return self._requests.get(payload["update_id"])

    async def arrives(self, asked: Request) -> int:
        """Stored, not yet handled."""
        number = next(self._numbers)
        self._requests[number] = asked
        arrived = Arrived(number, asked.asker.chat_id, {"update_id": number})
        async with self.database.write() as tx:
            await inbox.store(tx, [arrived], self.clock())
        return number

    async def asks(self, asked: Request) -> None:
        await self.arrives(asked)
        await self.answering.once()

    async def delivers(self, seconds: float = 0) -> None:
        """Everything that may go, as the clock goes on in steps of a second."""
        while await self.deliver.once():
            pass
        for _ in range(int(seconds)):
            self.clock.pass_by(seconds=1)
            while await self.deliver.once():
                pass

    async def looks(self, after: float = 0) -> int:
        """One round of polling, then the delivery of what it brought."""
        self.clock.pass_by(seconds=after)
        looked = await self.poll.once()
        await self.delivers()
        return looked


@pytest.fixture
def line(database: Database) -> Line:
    return Line(database)
