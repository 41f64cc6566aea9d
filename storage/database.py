"""A URL goes in; transactions on a database with the current schema come out."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, Table, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from storage.faults import GaveOutError, Strikes, name_of, passes_by

log = logging.getLogger("reelbell.database")
Result = TypeVar("Result")
Tx = AsyncConnection
"""An open transaction. Functions that take one write or read, and leave the commit to its owner."""

PAUSES = (0.1, 0.3, 1.0, 3.0)
"""Seconds between the tries of a unit."""
PATIENCE = 15.0
"""Seconds after which a unit is not tried again: half of the shortest lease."""
BUSY_TIMEOUT = 5.0
"""Seconds that SQLite waits for another program's lock."""
CONNECT_TIMEOUT, STATEMENT_TIMEOUT = 5.0, 20.0
"""Of PostgreSQL: a host that has gone without a word would be waited for a quarter of an hour."""


class DatabaseUrlError(ValueError):
    """The text is no URL of a database that we can speak to."""


class UnreachableError(RuntimeError):
    """The database cannot be opened. Quotes no address: that may hold a password."""

    def __init__(self, cause: BaseException | None) -> None:
        super().__init__(f"the database cannot be opened ({name_of(cause)}): see DATABASE_URL")


class Database:
    """Owns the engine. Close it last."""

    def __init__(
        self,
        url: str,
        *,
        pool_size: int = 8,
        busy_timeout: float = BUSY_TIMEOUT,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.url = parse_url(url)
        self._engine = _engine(self.url, pool_size, busy_timeout)
        self._sleep = sleep
        self._strikes = Strikes()
        # SQLite has one writer: queue fairly here instead of spinning on its lock.
        self._writers: Callable[[], AbstractAsyncContextManager[object]] = nullcontext
        if self.is_sqlite:
            lock = asyncio.Lock()
            self._writers = lambda: lock

    @property
    def is_sqlite(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    async def unit(
        self, work: Callable[[Tx], Awaitable[Result]], pauses: Sequence[float] = PAUSES
    ) -> Result:
        """*work* in one transaction, and all of it again while the database is only away.

        A commit may have been done although it is reported as failed (measured: 4 of 12,000 with
        PostgreSQL restarting under load). So *work* finds out first whether it was done already,
        by a fence or a unique key. Raises what the last try raised.
        """
        give_up_at = asyncio.get_running_loop().time() + PATIENCE
        for pause in pauses:
            try:
                async with self.write() as tx:
                    return await work(tx)
            except Exception as error:
                if not passes_by(error) or asyncio.get_running_loop().time() > give_up_at:
                    raise
                log.debug("unit.repeated", extra={"error": type(error).__name__})
            await self._sleep(pause)
        async with self.write() as tx:
            return await work(tx)

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Tx]:
        """One transaction: commits at the end of the block, or leaves no trace."""
        with self._strikes.counted():
            async with self._writers(), self._engine.begin() as tx:
                before = await self._changes(tx)
                yield tx
                reached_disk = before is None or before != await self._changes(tx)
            if reached_disk:
                self._strikes.forgotten()

    async def _changes(self, tx: Tx) -> int | None:
        """Rows that its connection has changed so far, where an empty commit would prove nothing.

        None: everything is well, or the disk is a server's.
        """
        if self._strikes.count == 0 or not self.is_sqlite:
            return None
        raw = await tx.get_raw_connection()
        return int(getattr(raw.driver_connection, "total_changes", 0))

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Tx]:
        """A consistent view; on SQLite it neither waits for the writer nor holds it up."""
        with self._strikes.counted():
            async with self._engine.connect() as connection:
                await connection.execution_options(reads_only=True)
                async with connection.begin():
                    yield connection

    async def given_out(self) -> GaveOutError:
        """To be raised. Returns when the disk or the file has failed three times in a row."""
        return await self._strikes.out()

    async def close(self) -> None:
        await self._engine.dispose()


def parse_url(url: str) -> URL:
    """Raises DatabaseUrlError with one line that says what would do."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:  # a port that is no number is a ValueError
        raise DatabaseUrlError("not a database URL") from error
    if parsed.drivername not in ("sqlite+aiosqlite", "postgresql+asyncpg"):
        raise DatabaseUrlError("use sqlite+aiosqlite:///… or postgresql+asyncpg://…")
    if parsed.get_backend_name() == "sqlite" and parsed.database in (None, "", ":memory:"):
        raise DatabaseUrlError("a database in memory forgets everything: name a file")
    return parsed


def sqlite_file(url: URL) -> Path | None:
    """None for PostgreSQL."""
    return Path(url.database or "") if url.get_backend_name() == "sqlite" else None


def make_folder(url: URL) -> None:
    """For SQLite; what is in it is nobody else's business. Raises UnreachableError."""
    file = sqlite_file(url)
    if file is not None:
        try:
            file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise UnreachableError(error) from error


def insert_new(tx: Tx, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that leaves a row alone that is there already."""
    if tx.dialect.name == "sqlite":
        return sqlite.insert(table).on_conflict_do_nothing()
    return postgresql.insert(table).on_conflict_do_nothing()


def _engine(url: URL, pool_size: int, busy_timeout: float) -> AsyncEngine:
    if url.get_backend_name() != "sqlite":
        return create_async_engine(
            url,
            hide_parameters=True,
            pool_size=pool_size,
            max_overflow=0,
            pool_pre_ping=True,
            # A process that was stopped, or lost its cable, in the middle keeps its locks for ever.
            connect_args={
                "timeout": CONNECT_TIMEOUT,
                "command_timeout": STATEMENT_TIMEOUT,
                "server_settings": {"idle_in_transaction_session_timeout": "15s"},
            },
        )
    make_folder(url)
    engine = create_async_engine(url, hide_parameters=True, pool_size=pool_size, max_overflow=0)
    event.listen(engine.sync_engine, "connect", partial(_prepare_sqlite, busy_timeout))
    event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(busy_timeout: float, connection: object, _record: ConnectionPoolEntry) -> None:
    # The driver's own BEGIN comes too late and too weak (deferred): of 80 read-modify-writes it
    # loses 60 without an error. So it is switched off here and issued by _begin_sqlite.
    connection.isolation_level = None  # type: ignore[attr-defined]
    cursor = connection.cursor()  # type: ignore[attr-defined]
    cursor.execute(f"PRAGMA busy_timeout = {busy_timeout * 1000:.0f}")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")  # an answered user survives a power cut
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    reads_only = connection.get_execution_options().get("reads_only", False)
    connection.exec_driver_sql("BEGIN" if reads_only else "BEGIN IMMEDIATE")
