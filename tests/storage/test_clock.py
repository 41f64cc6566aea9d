"""A wall clock that is set, forwards or back: nobody waits longer, and nothing comes early."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.core.notice import LINK_LIVES, Reminder
from bot.core.task import Status
from bot.core.watch import ChatId
from storage import dispatch, gates, inbox, outbox, tasks
from storage.clock import Clock
from storage.database import Database
from storage.films import REMIND_BEFORE
from storage.outbox import Address, Item
from storage.schema import migrate
from storage.tables import outbox as messages
from storage.tables import subscriptions
from storage.tables import tasks as task_rows
from tests.builders import ANN, FILM, NOON, a_task
from tests.conftest import empty
from tests.storage.rows import (
    a_stored_task,
    a_stored_watch,
    an_update,
    rows_of,
    the_end,
)

MINUTE = timedelta(minutes=1)


class Wall:
    """A clock on the wall that somebody sets, and a steady one that nobody can."""

    def __init__(self) -> None:
        self.shows = NOON
        self.ticked = 1000.0

    def __call__(self) -> datetime:
        return self.shows

    def ticks(self) -> float:
        return self.ticked

    def passes(self, span: timedelta) -> None:
        self.shows += span
        self.ticked += span.total_seconds()


@pytest.fixture
def wall() -> Wall:
    return Wall()


async def opened(url: str) -> AsyncIterator[Database]:
    await migrate(url)
    database = Database(url)
    yield database
    await database.close()


@pytest.fixture
async def on_sqlite(tmp_path: Path) -> AsyncIterator[Database]:
    """The machine's clock is the only one here, and can be set."""
    async for database in opened(f"sqlite+aiosqlite:///{tmp_path}/reelbell.db"):
        yield database


@pytest.fixture
async def on_postgresql(postgres_url: str) -> AsyncIterator[Database]:
    await asyncio.to_thread(asyncio.run, empty(postgres_url))
    async for database in opened(postgres_url):
        yield database


def clock_of(database: Database, wall: Wall) -> Clock:
    return Clock(database, wall=wall, ticks=wall.ticks)


async def a_house_full(database: Database, at: datetime) -> None:
    """A task, a watch, its end and an update, all due at that time."""
    async with database.write() as tx:
        row = await a_stored_task(tx, due=at)
        watch = await a_stored_watch(tx, row, asked=at)
        await outbox.put(tx, the_end(row, watch), at)
        await inbox.store(tx, [an_update(1)], at)
        await gates.hold(tx, gates.TELEGRAM, at)


async def what_is_due(database: Database, at: datetime) -> tuple[int, int, int]:
    """Tasks, messages, updates."""
    async with database.write() as tx:
        looks = len(await tasks.claim_due(tx, at, 9))
        messages = len(await dispatch.claim(tx, at, 9))
        return looks, messages, len(await inbox.claim(tx, at, 9))


async def test_between_two_looks_a_clock_that_is_set_changes_nothing(
    database: Database, wall: Wall
) -> None:
    clock = clock_of(database, wall)
    wall.shows += timedelta(days=3)
    wall.passes(MINUTE)
    assert clock() == NOON + MINUTE


@pytest.mark.parametrize("jump", [timedelta(hours=-2), timedelta(days=3)])
async def test_what_was_due_in_a_minute_is_due_in_a_minute_after_a_jump(
    on_sqlite: Database, wall: Wall, jump: timedelta
) -> None:
    clock = clock_of(on_sqlite, wall)
    await clock.begin()
    await a_house_full(on_sqlite, NOON + MINUTE)
    wall.shows += jump
    await clock.once()
    assert clock() == NOON + jump
    assert await what_is_due(on_sqlite, clock()) == (0, 0, 0)
    wall.passes(MINUTE)
    assert await what_is_due(on_sqlite, clock()) == (1, 1, 1)


async def test_a_clock_that_jumps_ahead_ends_no_watch(on_sqlite: Database, wall: Wall) -> None:
    clock = clock_of(on_sqlite, wall)
    await clock.begin()
    await a_house_full(on_sqlite, NOON)
    wall.shows += timedelta(days=4)
    await clock.once()
    [watch] = await rows_of(on_sqlite, subscriptions)
    assert watch["expires_at"] - clock() == timedelta(hours=72)


async def test_a_small_correction_moves_nothing(on_sqlite: Database, wall: Wall) -> None:
    clock = clock_of(on_sqlite, wall)
    await clock.begin()
    await a_house_full(on_sqlite, NOON + MINUTE)
    wall.shows += timedelta(seconds=2)
    await clock.once()
    assert clock() == NOON + timedelta(seconds=2)
    [task] = await rows_of(on_sqlite, task_rows)
    assert task["next_poll_at"] == NOON + MINUTE


async def test_what_a_clock_ahead_of_time_put_off_is_due_at_the_next_start(
    database: Database, wall: Wall
) -> None:
    clock = clock_of(database, wall)
    await clock.begin()
    await a_house_full(database, clock() + timedelta(days=3))
    await clock_of(database, wall).begin()
    assert await what_is_due(database, clock() + MINUTE) == (1, 1, 1)


async def test_a_reminder_is_not_said_at_every_start(database: Database, wall: Wall) -> None:
    clock = clock_of(database, wall)
    await clock.begin()
    async with database.write() as tx:
        row = await a_stored_task(tx, status=Status.COMPLETED, media=FILM)
        watch = await a_stored_watch(tx, row)
        reminder = Reminder(watch.ref, a_task(media=FILM))
        wait = LINK_LIVES - REMIND_BEFORE
        await outbox.put(tx, [Item(Address(ChatId(ANN)), reminder, watch.id, row, wait)], clock())
    await clock_of(database, wall).begin()
    [waiting] = await rows_of(database, messages)
    assert waiting["due_at"] - clock() > wait - MINUTE


async def test_on_postgresql_it_is_the_server_s_time(on_postgresql: Database, wall: Wall) -> None:
    clock = clock_of(on_postgresql, wall)
    assert clock() == NOON
    await clock.once()
    async with on_postgresql.read() as tx:
        there = (await tx.exec_driver_sql("SELECT clock_timestamp()")).scalar_one()
    assert abs(clock() - there) < MINUTE


async def test_a_server_s_clock_that_jumps_ahead_ends_no_watch(
    on_postgresql: Database, wall: Wall
) -> None:
    clock, other = clock_of(on_postgresql, wall), clock_of(on_postgresql, wall)
    await clock.begin()
    await other.begin()
    before = clock() - timedelta(days=4)
    await a_house_full(on_postgresql, before)
    for one in (clock, other):  # both see the server four days ahead of what they thought
        one._set(before)
        await one.once()
    [watch] = await rows_of(on_postgresql, subscriptions)
    assert abs(watch["expires_at"] - clock() - timedelta(hours=72)) < MINUTE
