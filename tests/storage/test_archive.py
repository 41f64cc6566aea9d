"""Whose copy is due: once per result, at one process at a time, less and less often."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.task import Status, Task, TaskId
from storage import archive, tasks
from storage.archive import FIRST_WAIT, LEASE, ToKeep
from storage.database import Database
from storage.tables import tasks as task_rows
from storage.tasks import TaskRow
from tests.builders import FILM, NOON, a_task
from tests.storage.rows import a_stored_task, rows_of

DUE = NOON + FIRST_WAIT
DONE = a_task(status=Status.COMPLETED, media=FILM, ended_at=NOON)


@pytest.fixture
async def row(database: Database) -> TaskRow:
    """Of a task that has just ended well."""
    async with database.write() as tx:
        row = await a_stored_task(tx, DONE.id)
        await tasks.save(tx, [(row, DONE, None)])
    return row


async def claim(database: Database, after: timedelta = timedelta(0)) -> ToKeep | None:
    async with database.write() as tx:
        return await archive.claim(tx, DUE + after)


async def is_due_after(database: Database, minutes: float) -> bool:
    [stored] = await rows_of(database, task_rows)
    at = stored["archive_at"]
    return at is not None and at == DUE + timedelta(minutes=minutes)


@pytest.mark.parametrize(
    "task",
    [
        a_task(status=Status.RUNNING),
        a_task(status=Status.FAILED, ended_at=NOON),
        a_task(status=Status.COMPLETED, ended_at=NOON),
    ],
    ids=["running", "failed", "without a file"],
)
async def test_what_has_no_result_is_not_kept(database: Database, task: Task) -> None:
    async with database.write() as tx:
        row = await a_stored_task(tx)
        await tasks.save(tx, [(row, task, None)])
    assert await claim(database, timedelta(days=1)) is None


async def test_whoever_waits_for_the_film_is_served_first(database: Database, row: TaskRow) -> None:
    assert await claim(database, -timedelta(seconds=1)) is None
    assert await claim(database) == ToKeep(row, 1, DONE)


async def test_a_claim_is_one_processes_and_ends_by_itself(
    database: Database, row: TaskRow
) -> None:
    assert await claim(database) is not None
    assert await claim(database, LEASE - timedelta(seconds=1)) is None
    assert await claim(database, LEASE) == ToKeep(row, 2, DONE)


async def test_a_claim_that_is_renewed_stays(database: Database, row: TaskRow) -> None:
    first = await claim(database)
    assert first is not None
    async with database.write() as tx:
        assert await archive.renew(tx, first, DUE + LEASE / 2)
    assert await claim(database, LEASE) is None
    assert await claim(database, LEASE * 2) is not None


async def test_nobody_is_asked_more_often_than_once_an_hour_in_the_end(
    database: Database, row: TaskRow
) -> None:
    waited = timedelta(0)
    for minutes in (1, 2, 4, 8, 16, 32, 60, 60):
        assert await claim(database, waited) is not None
        waited += timedelta(minutes=minutes)
        assert await is_due_after(database, waited.total_seconds() / 60)


async def test_a_zombie_changes_nothing(database: Database, row: TaskRow) -> None:
    zombie = await claim(database)
    assert zombie is not None
    assert await claim(database, LEASE) is not None
    before = await rows_of(database, task_rows)
    async with database.write() as tx:
        assert not await archive.renew(tx, zombie, DUE + LEASE)
        assert not await archive.keep(tx, zombie, ("a/1",))
        assert not await archive.give_up(tx, zombie)
    assert await rows_of(database, task_rows) == before


async def test_what_is_kept_or_given_up_is_settled_once(database: Database, row: TaskRow) -> None:
    mine = await claim(database)
    assert mine is not None
    async with database.write() as tx:
        assert await archive.keep(tx, mine, ("a/1", "a/2"))
        assert not await archive.keep(tx, mine, ("b/1",))
        assert not await archive.give_up(tx, mine)
    [stored] = await rows_of(database, task_rows)
    assert (stored["archived"], stored["archive_at"]) == ('["a/1","a/2"]', None)


async def test_what_is_kept_is_not_due_again_when_the_task_is_saved_again(
    database: Database, row: TaskRow
) -> None:
    mine = await claim(database)
    assert mine is not None
    async with database.write() as tx:
        await archive.keep(tx, mine, ("a/1",))
        await tasks.save(tx, [(row, DONE, None)])
    assert await claim(database, timedelta(days=1)) is None


async def test_what_was_given_up_is_tried_again_with_a_fresh_link(
    database: Database, row: TaskRow
) -> None:
    mine = await claim(database)
    assert mine is not None
    async with database.write() as tx:
        await archive.give_up(tx, mine)
    assert await claim(database, timedelta(days=1)) is None
    async with database.write() as tx:
        await tasks.save(tx, [(row, DONE, None)])
    assert await claim(database) == ToKeep(row, 2, DONE)


async def test_a_look_at_the_provider_leaves_a_copy_under_way_alone(
    database: Database, row: TaskRow
) -> None:
    mine = await claim(database)
    assert mine is not None
    async with database.write() as tx:
        await tasks.save(tx, [(row, DONE, None)])
    assert await claim(database) is None
    async with database.write() as tx:
        assert await archive.keep(tx, mine, ("a/1",))


async def test_a_row_that_cannot_be_read_holds_up_no_other(
    database: Database, row: TaskRow
) -> None:
    async with database.write() as tx:
        await tx.execute(task_rows.update().values(state="{"))
        other = await a_stored_task(tx, "task_2")
        await tasks.save(tx, [(other, replace(DONE, id=TaskId("task_2")), None)])
    assert await claim(database) is None
    found = await claim(database)
    assert found is not None
    assert found.row == other
