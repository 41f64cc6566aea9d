"""What PostgreSQL and the way to it really raise, and what is the matter then."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import text

from storage.database import Database
from storage.faults import Fault, fault_of, passes_by
from tests.storage.own_postgres import OwnPostgres
from tests.storage.provoked import LINE, LOG, raised, says

ON_POSTGRESQL = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


async def cut_off(database: Database, *then: str) -> None:
    """Its server ends the connection in the middle of a transaction."""
    async with database.write() as tx:
        mine = await tx.scalar(text("SELECT pg_backend_pid()"))
        await says(database, f"SELECT pg_terminate_backend({mine})")
        for statement in then:
            await tx.execute(text(statement))


async def cross(database: Database) -> None:
    """Two transactions, each of which has what the other wants."""
    await says(database, *[LINE.format("aye")] * 2)
    met = asyncio.Barrier(2)

    async def take(first: int, second: int) -> None:
        async with database.write() as tx:
            await tx.execute(text(f"UPDATE logbook SET words = '' WHERE number = {first}"))
            await met.wait()
            await tx.execute(text(f"UPDATE logbook SET words = '' WHERE number = {second}"))

    both = await asyncio.gather(take(1, 2), take(2, 1), return_exceptions=True)
    raise next(one for one in both if one is not None)


async def overtake(database: Database) -> None:
    serializable = text("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE")
    async with database.write() as one, database.write() as other:
        for tx in (one, other):
            await tx.execute(serializable)
            await tx.execute(text("SELECT count(*) FROM logbook"))
        for tx in (one, other):
            await tx.execute(text(LINE))
            await tx.commit()


async def wait_too_long(database: Database) -> None:
    async with database.write() as holder:
        await holder.execute(text("LOCK TABLE logbook"))
        await says(database, "SET LOCAL lock_timeout = 10", LINE)


ACCIDENTS: dict[str, tuple[Callable[[Database], Awaitable[None]], Fault]] = {
    "cut off": (lambda database: cut_off(database, "SELECT 1"), Fault.AWAY),
    "cut off before the commit": (cut_off, Fault.AWAY),
    "deadlock": (cross, Fault.AWAY),
    "not serializable": (overtake, Fault.AWAY),
    "lock timeout": (wait_too_long, Fault.AWAY),
    "statement timeout": (
        lambda database: says(database, "SET LOCAL statement_timeout = 10", "SELECT pg_sleep(9)"),
        Fault.AWAY,
    ),
    "a standby": (
        lambda database: says(database, "SET TRANSACTION READ ONLY", LINE),
        Fault.STUCK,
    ),
}


@ON_POSTGRESQL
@pytest.mark.parametrize("accident", ACCIDENTS)
async def test_what_postgresql_raises_has_its_kind(database: Database, accident: str) -> None:
    await says(database, LOG.replace("INTEGER", "SERIAL"))
    doing, kind = ACCIDENTS[accident]
    error = await raised(doing(database))
    assert fault_of(error) is kind, repr(error)
    await says(database, "SELECT 1")  # the pool is none the worse


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Database]:
    database = Database(url)
    yield database
    await database.close()


@pytest.mark.parametrize(
    "url",
    [
        "postgresql+asyncpg://u@127.0.0.1:1/name",
        "postgresql+asyncpg://u@localhost:1/name",
        "postgresql+asyncpg://u@nowhere.invalid/name",
        "postgresql+asyncpg://u@/name?host=/nowhere",
    ],
)
async def test_a_server_that_cannot_be_reached_passes_by(url: str) -> None:
    async with opened(url) as database:
        assert passes_by(await raised(says(database, "SELECT 1")))


async def test_a_server_that_restarts_under_load_raises_only_what_passes_by(
    own: OwnPostgres,
) -> None:
    """And the pool is as good as new: each connection that it hands out is alive."""
    async with opened(own.url) as database:
        errors: list[Exception] = []
        over = asyncio.Event()

        async def worker() -> None:
            while not over.is_set():
                try:
                    await says(database, "CREATE TEMPORARY TABLE IF NOT EXISTS t (a INT)")
                except Exception as error:  # noqa: BLE001 — looked at below
                    errors.append(error)

        workers = [asyncio.create_task(worker()) for _ in range(4)]
        for _ in range(4):
            await asyncio.to_thread(own.restart)
        over.set()
        await asyncio.gather(*workers)
        assert errors
        assert {repr(error) for error in errors if not passes_by(error)} == set()
        await asyncio.gather(*(says(database, "SELECT 1") for _ in range(16)))


async def test_a_database_that_nobody_made_does_not_pass_by(own: OwnPostgres) -> None:
    async with opened(own.url.replace("/postgres?", "/nobody?")) as database:
        assert fault_of(await raised(says(database, "SELECT 1"))) is None
