"""What nobody needs any more leaves; what anybody may still be told, or ask for, stays."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.core.task import Status
from storage import inbox, outbox, subscriptions
from storage.database import Database
from storage.purge import AT_ONCE, KEEP_ENDED, KEEP_UPDATES, purge
from storage.tables import inbox as updates
from storage.tables import outbox as messages
from storage.tables import subscriptions as watches
from storage.tables import tasks
from tests.builders import ANN, NOON, XIAOLI
from tests.storage.rows import (
    a_stored_chat,
    a_stored_task,
    a_stored_watch,
    an_answer,
    an_ended_watch,
    an_update,
    count_of,
    rows_of,
    the_end,
)

MOMENT = timedelta(seconds=1)
LONG_AGO = NOON - KEEP_ENDED - MOMENT
LAST_WEEK = NOON - KEEP_UPDATES - MOMENT
NONEXISTENT = [Status.UNKNOWN, Status.REFUSED]


async def purged(database: Database) -> int:
    async with database.write() as tx:
        return await purge(tx, NOON)


async def counts(database: Database) -> tuple[int, int, int]:
    return (
        await count_of(database, watches),
        await count_of(database, tasks),
        await count_of(database, messages),
    )


async def test_a_watch_that_ended_long_ago_leaves_with_its_messages_and_its_task(
    database: Database,
) -> None:
    async with database.write() as tx:
        await an_ended_watch(tx, LONG_AGO)
    assert await counts(database) == (1, 1, 2)
    assert await purged(database) > 0
    assert await counts(database) == (0, 0, 0)


async def test_history_is_kept_for_its_whole_time(database: Database) -> None:
    async with database.write() as tx:
        await an_ended_watch(tx, NOON - KEEP_ENDED + MOMENT)
    assert await purged(database) == 0
    assert await counts(database) == (1, 1, 2)


async def test_a_watch_that_is_alive_stays_however_old_it_is(database: Database) -> None:
    async with database.write() as tx:
        row = await a_stored_task(tx, due=LONG_AGO)
        await a_stored_watch(tx, row, asked=LONG_AGO, expires=timedelta(days=90))
    assert await purged(database) == 0
    assert await counts(database) == (1, 1, 0)


async def test_a_watch_whose_end_was_not_told_yet_stays(database: Database) -> None:
    """A chat that blocked the bot hears of its film when it comes back."""
    async with database.write() as tx:
        await an_ended_watch(tx, LONG_AGO)
        untold = update(messages).where(messages.c.kind == "attach")
        await tx.execute(untold.values(state="pending", settled_at=None))
    assert await purged(database) == 0
    assert await counts(database) == (1, 1, 2)


async def test_a_task_stays_for_the_others_who_watch_it(database: Database) -> None:
    async with database.write() as tx:
        row = await an_ended_watch(tx, LONG_AGO)
        await a_stored_watch(tx, row, XIAOLI)
    await purged(database)
    assert [one["chat_id"] for one in await rows_of(database, watches)] == [XIAOLI]
    assert await count_of(database, tasks) == 1


@pytest.mark.parametrize("status", NONEXISTENT)
async def test_of_a_task_that_does_not_exist_nothing_is_left_behind(
    database: Database, status: Status
) -> None:
    async with database.write() as tx:
        await an_ended_watch(tx, NOON - MOMENT, status)
        await an_ended_watch(tx, NOON - MOMENT, Status.FAILED, XIAOLI)
    await purged(database)
    assert [one["status"] for one in await rows_of(database, tasks)] == ["failed"]
    assert await counts(database) == (1, 1, 2)


@pytest.mark.parametrize("status", NONEXISTENT)
async def test_that_a_task_does_not_exist_is_told_before_it_leaves(
    database: Database, status: Status
) -> None:
    async with database.write() as tx:
        row = await a_stored_task(tx, status=status)
        watch = await a_stored_watch(tx, row)
        await outbox.put(tx, the_end(row, watch)[:1], NOON)
        await subscriptions.end(tx, [watch.id], NOON)
    assert await purged(database) == 0
    assert await counts(database) == (1, 1, 1)


async def test_answers_leave_a_week_after_they_were_said_and_unsaid_ones_never(
    database: Database,
) -> None:
    async with database.write() as tx:
        await a_stored_chat(tx)
        await outbox.put(tx, [an_answer() for _ in range(5)], LAST_WEEK)
        for number, state in enumerate(("sent", "skipped", "dead"), 1):
            said = update(messages).where(messages.c.id == number)
            await tx.execute(said.values(state=state, settled_at=LAST_WEEK))
        recent = update(messages).where(messages.c.id == 4)
        await tx.execute(recent.values(state="sent", settled_at=LAST_WEEK + 2 * MOMENT))
    assert await purged(database) == 3
    assert [one["state"] for one in await rows_of(database, messages)] == ["sent", "pending"]


async def test_handled_updates_leave_after_a_week_but_no_waiting_one(database: Database) -> None:
    async with database.write() as tx:
        await inbox.store(tx, [an_update(number) for number in (1, 2, 3)], LAST_WEEK)
        await tx.execute(update(updates).where(updates.c.update_id != 2).values(state="done"))
        await inbox.store(tx, [an_update(4)], NOON)
    assert await purged(database) == 2
    assert [one["update_id"] for one in await rows_of(database, updates)] == [2, 4]


async def test_purging_twice_removes_nothing_more(database: Database) -> None:
    async with database.write() as tx:
        await an_ended_watch(tx, LONG_AGO)
        await an_ended_watch(tx, NOON)
    await purged(database)
    before = await counts(database)
    assert await purged(database) == 0
    assert await counts(database) == before


async def test_a_great_heap_leaves_in_several_goes(database: Database) -> None:
    """The writer's lock is held for each, and polling waits for it."""
    async with database.write() as tx:
        await a_stored_chat(tx)
        row = await a_stored_task(tx)
        await a_stored_watch(tx, row)
        heap = [
            {
                "ref": f"ref_{number}",
                "chat_id": ANN,
                "thread_id": 0,
                "user_id": ANN,
                "task": row,
                "ladder": "",
                "created_at": LONG_AGO,
                "expires_at": LONG_AGO,
                "ended_at": LONG_AGO,
            }
            for number in range(AT_ONCE + 5)
        ]
        await tx.execute(watches.insert(), heap)
    assert [await purged(database) for _ in range(3)] == [AT_ONCE, 5, 0]
    assert await counts(database) == (1, 1, 0)
