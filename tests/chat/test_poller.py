"""One process polls: it stops before its lease ends, and the others begin only afterwards."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from bot.chat.poller import LEASE, Poller
from storage.database import Database
from storage.tables import roles
from tests.builders import Clock
from tests.chat.receiving import MoodyDatabase, messages
from tests.fakes import Pauses
from tests.storage.rows import rows_of

Condition = Callable[[], bool]


class Process:
    """A poller that does nothing but hold on, in a world whose time stands still."""

    def __init__(self, database: Database, name: str, clock: Clock) -> None:
        self.polls = 0
        """How many of them are running."""
        self.begun = 0
        self.asked = 0
        self.poller = Poller(
            database,
            self._poll,
            holder=name,
            now=clock,
            sleep=self._sleep,
            ticking=lambda: clock().timestamp(),
        )
        self._clock = clock
        self._running: asyncio.Task[None] | None = None
        self._goes_on = asyncio.Event()
        self._goes_on.set()
        self._frozen = asyncio.Event()

    async def _sleep(self, _: float) -> None:
        self.asked += 1
        await asyncio.sleep(0)
        if not self._goes_on.is_set():
            self._frozen.set()
        await self._goes_on.wait()

    async def _poll(self, held: Condition) -> None:
        self.polls += 1
        self.begun += 1
        try:
            await asyncio.Event().wait()
        finally:
            self.polls -= 1

    def start(self) -> None:
        self._running = asyncio.create_task(self.poller.run())

    async def freeze(self) -> None:
        """Like SIGSTOP, while it sleeps."""
        self._goes_on.clear()
        await asyncio.wait_for(self._frozen.wait(), 30)

    def thaw(self) -> None:
        self._goes_on.set()

    async def stop(self) -> None:
        if self._running is not None:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)

    async def turns(self, number: int = 3) -> None:
        """So many times it renews, or tries."""
        until = self.asked + number
        await becomes(lambda: self.asked >= until)


async def becomes(true: Condition) -> None:
    async with asyncio.timeout(30):
        while not true():  # noqa: ASYNC110 — whatever it is that becomes true
            await asyncio.sleep(0)


Enter = Callable[[str], Process]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@asynccontextmanager
async def all_ended(started: list[Process]) -> AsyncIterator[None]:
    yield
    for one in started:
        one.thaw()
        await one.stop()


@pytest.fixture
async def enter(database: Database, clock: Clock) -> AsyncIterator[Enter]:
    started: list[Process] = []

    def begin(name: str) -> Process:
        started.append(Process(database, name, clock))
        started[-1].start()
        return started[-1]

    async with all_ended(started):
        yield begin


async def test_of_two_processes_one_polls(enter: Enter) -> None:
    one, two = enter("one"), enter("two")
    await becomes(lambda: one.polls + two.polls > 0)
    for process in (one, two):
        await process.turns()
    assert sorted((one.polls, two.polls)) == [0, 1]


async def test_whoever_polls_goes_on_for_ever_and_the_other_does_not(
    enter: Enter, clock: Clock
) -> None:
    one = enter("one")
    await becomes(lambda: one.polls == 1)
    two = enter("two")
    for _ in range(20):
        clock.pass_by(seconds=5)
        await one.turns(2)
        await two.turns(1)
    assert (one.polls, one.begun, two.begun) == (1, 1, 0)


async def test_whoever_was_told_to_stop_leaves_the_role_to_the_other_at_once(
    enter: Enter, database: Database
) -> None:
    one = enter("one")
    await becomes(lambda: one.polls == 1)
    two = enter("two")
    await two.turns()
    await one.stop()
    await becomes(lambda: two.polls == 1)  # the clock stands still: no lease has ended
    assert one.polls == 0
    [row] = await rows_of(database, roles)
    assert row["holder"] == "two"


async def test_the_lease_of_one_that_hangs_ends_and_it_steps_back_when_it_wakes(
    enter: Enter, clock: Clock
) -> None:
    zombie = enter("zombie")
    await becomes(lambda: zombie.polls == 1)
    await zombie.freeze()
    other = enter("other")
    clock.pass_by(seconds=LEASE.total_seconds() - 1)
    await other.turns()
    assert other.polls == 0
    assert not zombie.poller.holds()
    clock.pass_by(seconds=1)
    await becomes(lambda: other.polls == 1)
    zombie.thaw()
    await becomes(lambda: zombie.polls == 0)
    await zombie.turns()
    assert (zombie.begun, other.polls) == (1, 1)


@pytest.fixture
async def lonely(moody: MoodyDatabase, clock: Clock) -> AsyncIterator[Process]:
    process = Process(moody, "lonely", clock)
    async with all_ended([process]):
        process.start()
        await becomes(lambda: process.polls == 1)
        yield process


async def test_who_cannot_renew_stops_before_its_lease_ends(
    lonely: Process, moody: MoodyDatabase, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, "reelbell.receive")
    await lonely.turns(1)
    moody.away = True
    for _ in range(3):  # 15 of 20 s
        clock.pass_by(seconds=5)
        await lonely.turns()
        assert lonely.polls == 1
    clock.pass_by(seconds=3)
    await becomes(lambda: lonely.polls == 0)
    await lonely.turns()
    moody.away = False
    await becomes(lambda: lonely.polls == 1)
    assert messages(caplog) == ["role.unknown", "polling.lost", "role.known"]


async def test_a_short_outage_of_the_database_interrupts_nothing(
    lonely: Process, moody: MoodyDatabase, clock: Clock
) -> None:
    moody.away = True
    clock.pass_by(seconds=10)
    await lonely.turns()
    moody.away = False
    clock.pass_by(seconds=5)
    await lonely.turns()
    clock.pass_by(seconds=10)
    await lonely.turns()
    assert (lonely.polls, lonely.begun) == (1, 1)


async def test_a_role_that_cannot_be_given_up_holds_up_no_end(
    lonely: Process, moody: MoodyDatabase
) -> None:
    moody.away = True
    await asyncio.wait_for(lonely.stop(), 30)
    assert lonely.polls == 0


async def test_a_bug_in_polling_ends_it_loudly(database: Database) -> None:
    async def broken(held: Condition) -> None:
        raise ZeroDivisionError

    poll: Callable[[Condition], Awaitable[None]] = broken
    poller = Poller(database, poll, holder="one", now=Clock(), sleep=Pauses())
    with pytest.raises(ZeroDivisionError):
        await asyncio.wait_for(poller.run(), 30)
