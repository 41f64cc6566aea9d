"""A group that becomes a supergroup in the middle of everything: nothing is lost or doubled."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from bot.core.delivery import Parcel
from bot.core.notice import Attachment, Milestone
from bot.core.outcome import Done, Moved, Outcome
from bot.core.step import News, last_news
from bot.core.task import Status
from bot.core.watch import ChatId
from storage import chats, dispatch, outbox, settlement, subscriptions, tasks
from storage.database import Database
from storage.news import publish
from storage.tables import chats as chat_rows
from storage.tables import outbox as messages
from storage.tables import subscriptions as watches
from storage.tasks import TaskRow
from tests.builders import FILM, NOON, a_task
from tests.storage.rows import (
    LADDER,
    a_stored_chat,
    a_stored_task,
    a_stored_watch,
    an_answer,
    rows_of,
    the_card,
    the_end,
)

GROUP = ChatId(-1001)
SUPERGROUP = ChatId(-100_1001)
WATCHES = 12


async def claimed(database: Database, at: datetime, limit: int = 4) -> tuple[Parcel, ...]:
    async with database.write() as tx:
        return await dispatch.claim(tx, at, limit)


async def settled(database: Database, parcel: Parcel, outcome: Outcome, at: datetime) -> bool:
    async with database.write() as tx:
        return await settlement.settle(tx, parcel, outcome, at)


async def moved(database: Database, old: ChatId = GROUP, new: ChatId = SUPERGROUP) -> None:
    async with database.write() as tx:
        await chats.move(tx, old, new, NOON)


async def ended(database: Database, row: TaskRow) -> None:
    """As the poll does it: watches are read, then their end is published."""
    done = a_task(status=Status.COMPLETED, media=FILM)
    async with database.write() as tx:
        await tasks.hold_rows(tx, [row])
        waiting = (await subscriptions.active_of(tx, [row])).get(row, ())
        await publish(tx, [(one, last_news(done, one.watch, NOON)) for one in waiting], NOON)


async def rung(database: Database, rows: Sequence[TaskRow], mark: int) -> None:
    """Same, for a percentage."""
    task = a_task(status=Status.RUNNING, percent=mark)
    async with database.write() as tx:
        await tasks.hold_rows(tx, rows)
        told = []
        for some in (await subscriptions.active_of(tx, rows)).values():
            for one in some:
                ring = Milestone(one.watch.ref, task, mark, None)
                told.append((one, News(replace(one.watch, told=mark), milestone=ring)))
        await publish(tx, told, NOON)


async def a_busy_group(database: Database) -> list[TaskRow]:
    async with database.write() as tx:
        rows = [await a_stored_task(tx, f"task_{number}") for number in range(WATCHES)]
        for row in rows:
            watch = await a_stored_watch(tx, row, GROUP)
            await outbox.put(tx, [the_card(row, watch, GROUP)], NOON)
    return rows


async def test_a_move_in_the_middle_of_everything_loses_no_end_and_doubles_none(
    database: Database,
) -> None:
    rows = await a_busy_group(database)
    said: Counter[tuple[int, str]] = Counter()

    async def delivers(at: datetime) -> None:
        for parcel in await claimed(database, at):
            old = parcel.chat_id == GROUP
            if not old:
                said[parcel.id, type(parcel.notice).__name__] += 1
            outcome = Moved(SUPERGROUP) if old else Done(parcel.id)
            assert await settled(database, parcel, outcome, at)

    for number, row in enumerate(rows):
        at = NOON + timedelta(minutes=number)
        stirred = [moved(database), moved(database)] if number == WATCHES // 2 else []
        work = [ended(database, row), delivers(at), delivers(at), *stirred]
        await asyncio.gather(*work)
    at = NOON + timedelta(hours=1)
    while any(one["state"] == "pending" for one in await rows_of(database, messages)):
        await delivers(at)
        at += timedelta(minutes=1)
        assert at < NOON + timedelta(hours=6), "something is stuck"
    assert {one["chat_id"] for one in await rows_of(database, messages)} == {SUPERGROUP}
    assert {one["chat_id"] for one in await rows_of(database, watches)} == {SUPERGROUP}
    assert {one["chat_id"] for one in await rows_of(database, chat_rows)} == {SUPERGROUP}
    for kind in ("Ended", "Attachment"):
        told = [count for (_, name), count in said.items() if name == kind]
        assert told == [1] * WATCHES, kind


async def test_a_group_that_moves_and_whoever_publishes_never_wait_for_each_other(
    database: Database,
) -> None:
    """PostgreSQL ended one of them as a deadlock, or for a message to an id that was gone."""
    rows = await a_busy_group(database)
    half = WATCHES // 2
    there, back = (GROUP, SUPERGROUP), (SUPERGROUP, GROUP)
    for mark in range(1, 13):
        old, new = there if mark % 2 else back
        await asyncio.gather(
            rung(database, rows[:half], mark),
            moved(database, old, new),
            rung(database, rows[half:], mark),
        )
    rings = [one for one in await rows_of(database, messages) if one["kind"] == "p12"]
    assert [one["chat_id"] for one in rings] == [GROUP] * WATCHES


@pytest.mark.parametrize("news_comes_twice", [False, True])
async def test_a_message_that_was_on_its_way_to_the_old_id_is_sent_to_the_new_one_once(
    database: Database, *, news_comes_twice: bool
) -> None:
    async with database.write() as tx:
        row = await a_stored_task(tx)
        watch = await a_stored_watch(tx, row, GROUP)
        await outbox.put(tx, the_end(row, watch, GROUP), NOON)
    [parcel] = await claimed(database, NOON)
    if news_comes_twice:  # by the service message, while we were sending
        await moved(database)
    assert await settled(database, parcel, Moved(SUPERGROUP), NOON)
    [again] = await claimed(database, NOON + timedelta(minutes=1))
    assert (again.id, again.chat_id) == (parcel.id, SUPERGROUP)
    assert await settled(database, again, Done(7), NOON)
    [film] = await claimed(database, NOON + timedelta(minutes=2))
    assert (film.chat_id, film.message_id) == (SUPERGROUP, 7)
    assert isinstance(film.notice, Attachment)


async def test_a_message_that_reached_the_old_group_is_not_said_again(database: Database) -> None:
    async with database.write() as tx:
        await a_stored_chat(tx, GROUP)
        await outbox.put(tx, [an_answer(GROUP)], NOON)
    [parcel] = await claimed(database, NOON)
    await moved(database)
    assert await settled(database, parcel, Done(7), NOON)
    assert await claimed(database, NOON + timedelta(minutes=1)) == ()


@pytest.mark.parametrize("known", [False, True])
async def test_a_group_that_moved_can_be_reached_whatever_was_thought_of_it_before(
    database: Database, *, known: bool
) -> None:
    """Its last message had been refused with "upgraded", without saying where to."""
    async with database.write() as tx:
        await a_stored_chat(tx, GROUP)
        await outbox.put(tx, [an_answer(GROUP)], NOON)
        await chats.lost(tx, GROUP, "group chat was upgraded")
        if known:
            await a_stored_chat(tx, SUPERGROUP)
            await chats.lost(tx, SUPERGROUP, "chat not found")
        await chats.move(tx, GROUP, SUPERGROUP, NOON)
    assert [one.chat_id for one in await claimed(database, NOON)] == [SUPERGROUP]


async def test_several_who_tell_of_a_move_at_once_make_one_move(database: Database) -> None:
    await a_busy_group(database)
    await asyncio.gather(*(moved(database) for _ in range(6)))
    async with database.read() as tx:
        assert (await tx.scalars(select(chat_rows.c.chat_id))).all() == [SUPERGROUP]
        here = await subscriptions.active_in(tx, SUPERGROUP, None)
    assert len(here) == WATCHES


async def test_an_old_message_of_the_group_that_is_read_late_moves_its_answer_along(
    database: Database,
) -> None:
    await a_busy_group(database)
    await moved(database)
    async with database.write() as tx:  # as answering does it
        await chats.meet(tx, GROUP, "en", LADDER, NOON)
        await chats.back(tx, GROUP, NOON)
        await outbox.put(tx, [an_answer(GROUP)], NOON)
    claims = [one for one in await claimed(database, NOON, 16) if one.chat_id == GROUP]
    assert len(claims) == 1
    await settled(database, claims[0], Moved(SUPERGROUP), NOON)
    assert {one["chat_id"] for one in await rows_of(database, messages)} == {SUPERGROUP}
