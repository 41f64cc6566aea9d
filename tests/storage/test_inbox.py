"""Updates: stored once, one per chat at a time, in order, and never lost to a bad one."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from storage import inbox
from storage.database import Database
from storage.inbox import LEASE, MOST_ATTEMPTS, Letter, TakenOverError
from storage.tables import inbox as updates
from tests.builders import ANN, NOON, XIAOLI
from tests.storage.rows import an_update, rows_of

LATER = NOON + LEASE + timedelta(seconds=1)


async def letters(database: Database, at: datetime = NOON, limit: int = 50) -> tuple[Letter, ...]:
    async with database.write() as tx:
        return await inbox.claim(tx, at, limit)


async def arrives(database: Database, *numbers: int, chat: int | None = ANN) -> None:
    async with database.write() as tx:
        await inbox.store(tx, [an_update(number, chat) for number in numbers], NOON)


async def test_a_claim_of_one_takes_one_even_if_the_statistics_are_old(database: Database) -> None:
    """PostgreSQL ran the inner query once per row, and one worker got everything that was due."""
    await arrives(database, 1, chat=1)
    async with database.write() as tx:
        await tx.exec_driver_sql("ANALYZE")
    for number in range(2, 22):
        await arrives(database, number, chat=number)
    assert len(await letters(database, limit=1)) == 1


async def test_the_same_update_twice_is_handled_once(database: Database) -> None:
    await arrives(database, 1, 2)
    await arrives(database, 2, 3)
    assert [row["update_id"] for row in await rows_of(database, updates)] == [1, 2, 3]
    [letter] = await letters(database)
    async with database.write() as tx:
        await inbox.done(tx, letter)
    await arrives(database, 1)
    assert [one.update_id for one in await letters(database)] == [2]


@pytest.mark.parametrize("text", ["\x00", "\ud83d", "\u202e", "🎬", "'; DROP TABLE inbox; --"])
async def test_no_text_of_an_update_keeps_it_from_being_stored(
    database: Database, text: str
) -> None:
    """An update that cannot be stored is never acknowledged: the bot would hear of nothing else."""
    async with database.write() as tx:
        await inbox.store(tx, [an_update(1, text=text)], NOON)
    [letter] = await letters(database)
    assert letter.payload["text"] == text


async def test_a_chats_updates_are_handled_one_by_one_in_order(database: Database) -> None:
    await arrives(database, 3, 1, 2)
    await arrives(database, 4, chat=XIAOLI)
    for handled in ([1, 4], [2], [3], []):
        got = await letters(database)
        assert [one.update_id for one in got] == handled
        assert [one.update_id for one in await letters(database)] == []
        async with database.write() as tx:
            for one in got:
                await inbox.done(tx, one)


async def test_updates_of_no_chat_wait_for_nobody(database: Database) -> None:
    await arrives(database, 1, 2, chat=None)
    assert [one.update_id for one in await letters(database)] == [1, 2]


async def test_a_failed_update_is_tried_again_later_and_later_and_then_set_aside(
    database: Database,
) -> None:
    await arrives(database, 1, 2)
    now, waits = NOON, []
    for _ in range(MOST_ATTEMPTS):
        [letter] = await letters(database, now)
        assert letter.update_id == 1  # the next one of the chat waits
        async with database.write() as tx:
            await inbox.failed(tx, letter, "a bug " * 200, now)
        row = (await rows_of(database, updates))[0]
        waits.append((row["due_at"] - now).total_seconds())
        now = row["due_at"]
    assert (row["state"], row["attempts"], row["error"][:5]) == ("dead", MOST_ATTEMPTS, "a bug")
    assert waits == sorted(waits)
    assert waits[0] >= 1
    assert [one.update_id for one in await letters(database, now)] == [2]


async def test_an_update_that_ends_its_process_again_and_again_is_set_aside(
    database: Database,
) -> None:
    """Nobody said that it failed: whoever tried it was gone, and the chat heard nothing more."""
    await arrives(database, 1, 2)
    now = NOON
    for _ in range(MOST_ATTEMPTS):
        assert [one.update_id for one in await letters(database, now)] == [1]
        now += LEASE
    assert [one.update_id for one in await letters(database, now)] == [2]
    row = (await rows_of(database, updates))[0]
    assert (row["state"], row["error"]) == ("dead", "it ended its process")


async def test_a_zombies_verdict_on_an_update_changes_nothing(database: Database) -> None:
    await arrives(database, 1)
    [zombie] = await letters(database)
    [alive] = await letters(database, LATER)
    with pytest.raises(TakenOverError):
        async with database.write() as tx:
            await inbox.done(tx, zombie)
    before = await rows_of(database, updates)
    async with database.write() as tx:
        await inbox.failed(tx, zombie, "too late", LATER)
    assert await rows_of(database, updates) == before
    async with database.write() as tx:
        await inbox.done(tx, alive)


async def test_several_claimers_at_once_never_get_two_updates_of_one_chat(
    database: Database,
) -> None:
    for chat in range(1, 9):
        await arrives(database, *range(chat, 80, 8), chat=chat)
    batches = await asyncio.gather(*(letters(database, limit=3) for _ in range(6)))
    got = [one.update_id for batch in batches for one in batch]
    assert sorted(got) == list(range(1, 9))
    assert max(map(len, batches)) <= 3


async def test_a_verdict_that_comes_after_the_deed_changes_nothing(database: Database) -> None:
    """The commit was done and its answer lost: it looked like a failure, and was done twice."""
    await arrives(database, 1)
    [letter] = await letters(database)
    async with database.write() as tx:
        assert not await inbox.was_done(tx, letter)
        await inbox.done(tx, letter)
    before = await rows_of(database, updates)
    async with database.write() as tx:
        assert await inbox.was_done(tx, letter)
        await inbox.failed(tx, letter, "connection lost", NOON)
        await inbox.spare(tx, [letter], NOON)
        with pytest.raises(TakenOverError):
            await inbox.done(tx, letter)
    assert await rows_of(database, updates) == before


async def test_nothing_is_done_for_an_update_that_another_has_or_that_was_set_aside(
    database: Database,
) -> None:
    await arrives(database, 1)
    [zombie] = await letters(database)
    [last] = await letters(database, LATER)
    async with database.write() as tx:
        with pytest.raises(TakenOverError):
            await inbox.was_done(tx, zombie)
        await inbox.failed(tx, replace(last, attempts=MOST_ATTEMPTS), "a bug", LATER)
        with pytest.raises(TakenOverError):
            await inbox.was_done(tx, last)


async def test_an_attempt_that_is_given_back_is_given_back_once(database: Database) -> None:
    await arrives(database, 1)
    [letter] = await letters(database)
    for _ in range(2):
        async with database.write() as tx:
            await inbox.spare(tx, [letter], NOON)
    [again] = await letters(database)
    assert (again.attempts, again.fence) == (1, 2)
    async with database.write() as tx:
        await inbox.spare(tx, [letter], NOON)  # too late: it has been claimed anew
    assert [row["attempts"] for row in await rows_of(database, updates)] == [1]
