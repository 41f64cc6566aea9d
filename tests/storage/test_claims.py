"""Claims of tasks: each is one worker's at a time, and a zombie changes nothing."""

import asyncio
from collections import Counter
from datetime import datetime, timedelta

from sqlalchemy import update

from storage import tasks
from storage.database import Database
from storage.tables import tasks as task_rows
from storage.tasks import LEASE, OPERATOR, Claim
from tests.builders import ANN, NOON, a_task
from tests.storage.rows import a_stored_task, rows_of

MINUTE = timedelta(minutes=1)
LATER = NOON + LEASE + timedelta(seconds=1)


async def claimed(database: Database, at: datetime = NOON, limit: int = 50) -> tuple[Claim, ...]:
    async with database.write() as tx:
        return await tasks.claim_due(tx, at, limit)


async def test_the_most_overdue_tasks_are_claimed_and_never_more_than_asked_for(
    database: Database,
) -> None:
    async with database.write() as tx:
        for number in range(9):
            await a_stored_task(tx, f"task_{number}", NOON - number * MINUTE)
    assert {one.task.id for one in await claimed(database, limit=3)} == {
        "task_8",
        "task_7",
        "task_6",
    }
    assert len(await claimed(database, limit=4)) == 4
    assert len(await claimed(database, limit=4)) == 2


async def test_what_is_not_due_or_never_due_is_not_claimed(database: Database) -> None:
    async with database.write() as tx:
        await a_stored_task(tx, "task_soon", NOON + timedelta(microseconds=1))
        row = await a_stored_task(tx, "task_over")
        await tasks.save(tx, [(row, a_task(), None)])
    assert await claimed(database) == ()


async def test_a_claim_lasts_one_lease_and_then_falls_due_with_a_new_fence(
    database: Database,
) -> None:
    async with database.write() as tx:
        await a_stored_task(tx)
    [first] = await claimed(database)
    assert await claimed(database, NOON + LEASE - timedelta(microseconds=1)) == ()
    [second] = await claimed(database, NOON + LEASE)
    assert second.row == first.row
    assert second.fence > first.fence


async def test_a_zombie_holds_nothing_any_more(database: Database) -> None:
    async with database.write() as tx:
        await a_stored_task(tx, "task_lost")
        await a_stored_task(tx, "task_kept", NOON + LEASE)
    zombie = await claimed(database)
    alive = await claimed(database, LATER)
    async with database.write() as tx:
        assert await tasks.still_held(tx, zombie) == ()
        assert set(await tasks.still_held(tx, alive)) == set(alive)
        assert set(await tasks.still_held(tx, (*zombie, *alive))) == set(alive)


async def test_an_expired_lease_that_nobody_took_over_is_still_held(database: Database) -> None:
    async with database.write() as tx:
        await a_stored_task(tx)
    late = await claimed(database)
    async with database.write() as tx:
        assert await tasks.still_held(tx, late) == late


async def test_what_is_given_back_is_due_at_once(database: Database) -> None:
    async with database.write() as tx:
        await a_stored_task(tx)
    first = await claimed(database)
    async with database.write() as tx:
        await tasks.give_back(tx, first, NOON)
    assert [one.row for one in await claimed(database)] == [one.row for one in first]


async def test_a_zombie_gives_nothing_back(database: Database) -> None:
    async with database.write() as tx:
        await a_stored_task(tx)
    zombie = await claimed(database)
    await claimed(database, LATER)
    async with database.write() as tx:
        await tasks.give_back(tx, zombie, LATER)
    assert await claimed(database, LATER) == ()


async def test_giving_back_does_not_wake_a_task_that_has_come_to_rest(database: Database) -> None:
    async with database.write() as tx:
        row = await a_stored_task(tx)
    held = await claimed(database)
    async with database.write() as tx:
        await tasks.save(tx, [(row, a_task(), None)])
        await tasks.give_back(tx, held, NOON)
    assert await claimed(database, LATER) == ()


async def test_starting_over_takes_the_task_from_whoever_held_it(database: Database) -> None:
    async with database.write() as tx:
        row = await a_stored_task(tx)
    held = await claimed(database)
    async with database.write() as tx:
        await tasks.start_over(tx, row, a_task(), NOON)
        assert await tasks.still_held(tx, held) == ()


async def test_a_look_under_way_stays_the_only_one(database: Database) -> None:
    async with database.write() as tx:
        row = await a_stored_task(tx)
    await claimed(database)
    async with database.write() as tx:
        await tasks.look_now(tx, row, NOON)
    assert await claimed(database) == ()


async def test_a_task_that_cannot_be_read_costs_its_neighbours_nothing(database: Database) -> None:
    """One row of a newer program stopped all polling: every claim failed on it, for ever."""
    async with database.write() as tx:
        poison = await a_stored_task(tx, "task_poison", NOON - MINUTE)
        await a_stored_task(tx, "task_good")
        changed = update(task_rows).where(task_rows.c.id == poison)
        await tx.execute(changed.values(state='{"id": "task_poison", "status": "dreaming"}'))
    assert [one.task.id for one in await claimed(database)] == ["task_good"]
    assert await claimed(database) == ()  # it is asked for again only when its lease is over
    [row, _] = await rows_of(database, task_rows)
    assert row["next_poll_at"] == NOON + LEASE


async def test_a_claim_of_one_takes_one_even_if_the_statistics_are_old(database: Database) -> None:
    """PostgreSQL ran the inner query once per row, and one worker got everything that was due."""
    async with database.write() as tx:
        await a_stored_task(tx, "task_0")
    async with database.write() as tx:
        await tx.exec_driver_sql("ANALYZE")
    async with database.write() as tx:
        for number in range(1, 21):
            await a_stored_task(tx, f"task_{number}")
    assert len(await claimed(database, limit=1)) == 1


async def test_one_task_under_two_keys_is_two_tasks(database: Database) -> None:
    async with database.write() as tx:
        mine = await a_stored_task(tx, "task_1")
        theirs = await tasks.add(tx, tasks.KeyOwner(ANN), a_task(id="task_1"), NOON)
        found = await tasks.find(tx, OPERATOR, a_task(id="task_1").id)
    assert mine != theirs
    assert found is not None
    assert found.row == mine


async def test_several_claimers_at_once_never_get_the_same_task(database: Database) -> None:
    async with database.write() as tx:
        for number in range(60):
            await a_stored_task(tx, f"task_{number}")
    rounds = [await asyncio.gather(*(claimed(database, limit=5) for _ in range(6)))]
    while any(rounds[-1]):
        rounds.append(await asyncio.gather(*(claimed(database, limit=5) for _ in range(6))))
    batches = [batch for one in rounds for batch in one]
    assert max(map(len, batches)) <= 5
    times = Counter(one.row for batch in batches for one in batch)
    assert len(times) == 60
    assert set(times.values()) == {1}
