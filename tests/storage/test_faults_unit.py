"""A unit of work: whole, once, and again from its beginning while the database is only away."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing

import pytest
from sqlalchemy import func, insert, select, text, update

from storage.database import PAUSES, Database, Tx, insert_new
from storage.faults import fault_of
from storage.schema import migrate
from storage.tables import chats, roles
from tests.builders import ANN, NOON
from tests.fakes import Pauses
from tests.storage.own_postgres import OwnPostgres
from tests.storage.rows import a_stored_chat, rows_of

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ON_POSTGRESQL = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


class Forgetful(Database):
    """Loses the connection after so many commits, before it can say that they were done."""

    lost = 0

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Tx]:
        async with super().write() as tx:
            yield tx
        if self.lost > 0:
            self.lost -= 1
            raise ConnectionResetError


async def knows_ann(tx: Tx) -> str:
    await a_stored_chat(tx, ANN)
    return "hello"


@ON_SQLITE
async def test_a_write_waits_for_another_programs_lock_and_is_done(
    database: Database, database_url: str
) -> None:
    """Whoever makes a backup or looks around in the file may take longer than we wait at once."""
    pauses = Pauses()
    waiting = Database(database_url, busy_timeout=0.01, sleep=pauses)
    with closing(sqlite3.connect(database.url.database or "", isolation_level=None)) as rival:
        rival.execute("BEGIN IMMEDIATE")
        writing = asyncio.create_task(waiting.unit(knows_ann))
        await pauses.wanted()
        rival.execute("ROLLBACK")
        assert await asyncio.wait_for(writing, 30) == "hello"
    await waiting.close()
    assert len(await rows_of(database, chats)) == 1


@ON_SQLITE
async def test_a_lock_that_is_never_given_back_is_not_waited_for_for_ever(
    database: Database, database_url: str
) -> None:
    pauses = Pauses()
    waiting = Database(database_url, busy_timeout=0.01, sleep=pauses)
    with closing(sqlite3.connect(database.url.database or "", isolation_level=None)) as rival:
        rival.execute("BEGIN IMMEDIATE")
        with pytest.raises(Exception, match="locked") as failed:
            await waiting.unit(knows_ann)
    await waiting.close()
    assert pauses.asked == list(PAUSES)
    assert fault_of(failed.value) is not None
    assert await rows_of(database, chats) == []


async def test_a_caller_says_how_long_it_can_wait(database_url: str) -> None:
    await migrate(database_url)
    pauses = Pauses()
    database = Forgetful(database_url, sleep=pauses)
    database.lost = 9
    with pytest.raises(ConnectionResetError):
        await database.unit(knows_ann, pauses=(7.0,))
    await database.close()
    assert pauses.asked == [7.0]
    assert database.lost == 7


async def test_a_bug_is_raised_at_once(database_url: str) -> None:
    await migrate(database_url)
    pauses = Pauses()
    database = Database(database_url, sleep=pauses)

    async def half_done(tx: Tx) -> None:
        await knows_ann(tx)
        raise ZeroDivisionError

    async def mistyped(tx: Tx) -> None:
        await tx.execute(text("SELECT nothing FROM nowhere"))

    with pytest.raises(ZeroDivisionError):
        await database.unit(half_done)
    with pytest.raises(Exception, match="nowhere"):
        await database.unit(mistyped)
    assert await rows_of(database, chats) == []
    await database.close()
    assert pauses.asked == []


async def test_a_commit_that_was_done_and_reported_as_failed_is_done_again(
    database_url: str,
) -> None:
    """Which is why the work has to find out first: here, by the key of its row."""
    await migrate(database_url)
    database = Forgetful(database_url, sleep=Pauses())
    found = []

    async def take(tx: Tx) -> None:
        await tx.execute(insert_new(tx, roles).values(name="poller", holder="me", held_until=NOON))
        found.append(await tx.scalar(select(func.count()).select_from(roles)))

    database.lost = 1
    await database.unit(take)
    assert found == [1, 1]
    await database.close()


@ON_POSTGRESQL
async def test_two_units_in_each_others_way_are_both_done(database: Database) -> None:
    """PostgreSQL ends one of them for the other's sake."""
    async with database.write() as tx:
        for name in ("a", "b"):
            await tx.execute(insert(roles).values(name=name, holder="", held_until=NOON))
    met = [asyncio.Event(), asyncio.Event()]

    async def sign(tx: Tx, order: str, me: int) -> None:
        for name in order:
            signed = roles.c.holder + str(me)
            await tx.execute(update(roles).where(roles.c.name == name).values(holder=signed))
            met[me].set()
            await met[1 - me].wait()

    await asyncio.gather(
        database.unit(lambda tx: sign(tx, "ab", 0)), database.unit(lambda tx: sign(tx, "ba", 1))
    )
    assert {row["holder"] for row in await rows_of(database, roles)} <= {"01", "10"}


async def test_a_server_that_crashes_in_the_middle_of_a_unit_is_waited_for(
    own: OwnPostgres,
) -> None:
    await migrate(own.url)
    database = Database(own.url)
    crashes = [own.restart]

    async def interrupted(tx: Tx) -> str:
        said = await knows_ann(tx)
        while crashes:
            await asyncio.to_thread(crashes.pop())
        return said

    assert await database.unit(interrupted) == "hello"
    assert len(await rows_of(database, chats)) == 1
    await database.close()


async def test_a_server_that_is_down_is_waited_for(own: OwnPostgres) -> None:
    await migrate(own.url)
    pauses = Pauses()
    await asyncio.to_thread(own.crash)

    async def then_it_comes_back(seconds: float) -> None:
        await pauses(seconds)
        if len(pauses.asked) == len(PAUSES):
            await asyncio.to_thread(own.start)

    database = Database(own.url, sleep=then_it_comes_back)
    assert await database.unit(knows_ann) == "hello"
    await database.close()
