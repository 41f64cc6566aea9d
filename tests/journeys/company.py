"""Journeys that go on at the same time: a poll takes seconds, and nobody should wait for another.

Each is a test of its own. With the first, all that were selected begin; each test then waits for
its own. Whoever shares a house shares the process in it.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from enum import IntEnum, auto
from functools import partial
from pathlib import Path
from typing import Literal

import pytest

from tests.journeys.house import SECRETS, House

Play = Callable[[House], Awaitable[None]]
Engine = Literal["sqlite", "postgresql"]
BOTH: tuple[Engine, ...] = ("sqlite", "postgresql")
LONGEST = 300
"""Seconds that a journey may take."""

DOORWAY = 2
"""Processes that begin at the same time: each takes a second of a core for that."""


class Where(IntEnum):
    """Houses are opened in this order: what takes longest first."""

    ALONE = auto()
    """In a house of one's own, with its bot."""
    MORTAL = auto()
    """In one house, whose bot is killed once everybody there called `die`."""
    TOGETHER = auto()
    """In one house, whose bot runs all the time."""
    CLOSED = auto()
    """In a house of one's own, and no bot is in."""


@dataclass(frozen=True, slots=True)
class Journey:
    play: Play
    where: Where
    engine: Engine

    @property
    def house(self) -> str:
        shared = self.where in (Where.TOGETHER, Where.MORTAL)
        return f"{self.where.name if shared else self.play.__name__}-{self.engine}".lower()


def journey(
    where: Where = Where.TOGETHER, on: tuple[Engine, ...] = ("sqlite",)
) -> Callable[[Play], Callable[["Company", Engine], Awaitable[None]]]:
    """Makes a test of what goes on in a house."""

    def made(play: Play) -> Callable[[Company, Engine], Awaitable[None]]:
        async def test(company: Company, engine: Engine) -> None:
            await company.end_of(Journey(play, where, engine))

        test.journey = partial(Journey, play, where)  # type: ignore[attr-defined]  # for selected()
        parametrized = pytest.mark.parametrize("engine", on)(test)
        return pytest.mark.asyncio(loop_scope="session")(parametrized)

    return made


def selected(items: Iterable[pytest.Item]) -> list[Journey]:
    """Those among the tests that pytest is going to run."""
    return [
        item.obj.journey(item.callspec.params["engine"])
        for item in items
        if isinstance(item, pytest.Function) and hasattr(item.obj, "journey")
    ]


class Company:
    """*new_database* gives the URL of an empty one in PostgreSQL; None: nobody wants any."""

    def __init__(
        self,
        journeys: list[Journey],
        folder: Path,
        new_database: Callable[[], Awaitable[str]] | None,
    ) -> None:
        self._guests: dict[str, set[Journey]] = defaultdict(set)
        for one in sorted(journeys, key=lambda one: one.where):
            self._guests[one.house].add(one)
        self._folder = folder
        self._new_database = new_database
        self._houses: dict[str, House] = {}
        self._doorway = asyncio.Semaphore(DOORWAY)
        self._plays: dict[Journey, asyncio.Task[None]] = {}

    def begin(self) -> None:
        for name, guests in self._guests.items():
            opening = asyncio.create_task(self._open(name, guests))
            for one in guests:
                self._plays[one] = asyncio.create_task(_go(one, opening))

    async def _open(self, name: str, guests: set[Journey]) -> House:
        one = next(iter(guests))
        folder = self._folder / name
        url = f"sqlite+aiosqlite:///{folder}/reelbell.db"
        if one.engine == "postgresql" and self._new_database is not None:
            url = await self._new_database()
        house = self._houses[name] = House(folder, url, len(guests), self._doorway)
        await house.open()
        if one.where is not Where.CLOSED:
            await house.start()
        return house

    async def end_of(self, journey: Journey) -> None:
        """Whoever leaves last closes the house."""
        try:
            await self._plays[journey]
        finally:
            guests = self._guests[journey.house]
            guests.discard(journey)
            if not guests and journey.house in self._houses:
                await self._houses[journey.house].close()

    async def close(self) -> None:
        for play in self._plays.values():
            play.cancel()
        await asyncio.gather(*self._plays.values(), return_exceptions=True)
        for house in self._houses.values():
            await house.close()
        assert self._leaks() == []
        assert [twice for house in self._houses.values() for twice in house.doubles()] == []

    def _leaks(self) -> list[str]:
        """Lines, of any process so far, that show a secret."""
        return [
            line
            for house in self._houses.values()
            for line in house.output().splitlines()
            if any(secret in line for secret in SECRETS)
        ]


async def _go(journey: Journey, opening: asyncio.Task[House]) -> None:
    house = await asyncio.shield(opening)
    try:
        async with asyncio.timeout(LONGEST):
            await journey.play(house)
    except BaseException:
        await house.leave()
        raise
