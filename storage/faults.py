"""An error goes in; what is the matter with the database comes out, or that it is our own bug."""

import asyncio
import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum

from asyncpg import InterfaceError, InternalClientError  # type: ignore[import-untyped]  # has none
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

MOST_STRIKES = 3


class Fault(Enum):
    AWAY = "away"
    """Restarting, unreachable, busy: it passes by itself, and what failed may be repeated."""
    STUCK = "stuck"
    """Full or read-only: what is there is whole, and nothing is added until somebody acts."""
    BROKEN = "broken"
    """The disk or the file fails."""


SQLITE = {
    sqlite3.SQLITE_BUSY: Fault.AWAY,
    sqlite3.SQLITE_LOCKED: Fault.AWAY,
    sqlite3.SQLITE_PROTOCOL: Fault.AWAY,
    sqlite3.SQLITE_FULL: Fault.STUCK,
    sqlite3.SQLITE_READONLY: Fault.STUCK,
    sqlite3.SQLITE_CANTOPEN: Fault.STUCK,
    # A full disk has no room for the index of the log either, and says so in another way.
    sqlite3.SQLITE_IOERR_SHMOPEN: Fault.STUCK,
    sqlite3.SQLITE_IOERR_SHMSIZE: Fault.STUCK,
    sqlite3.SQLITE_IOERR_SHMMAP: Fault.STUCK,
    sqlite3.SQLITE_IOERR: Fault.BROKEN,
    sqlite3.SQLITE_CORRUPT: Fault.BROKEN,
    sqlite3.SQLITE_NOTADB: Fault.BROKEN,
}
"""By extended code where there is one, else by its first eight bits."""

POSTGRESQL = {
    "08": Fault.AWAY,  # the connection
    "25006": Fault.STUCK,  # read-only: a standby, or a host that is almost full
    "25P03": Fault.AWAY,  # idle for too long in a transaction
    "40001": Fault.AWAY,  # not serializable
    "40P01": Fault.AWAY,  # a deadlock, and we were chosen
    "53100": Fault.STUCK,  # its disk is full
    "53200": Fault.AWAY,  # out of memory
    "53300": Fault.AWAY,  # too many connections
    "55P03": Fault.AWAY,  # a lock that did not come in time
    "57014": Fault.AWAY,  # cancelled: a statement that took too long
    "57P01": Fault.AWAY,  # shut down
    "57P02": Fault.AWAY,  # crashed
    "57P03": Fault.AWAY,  # starting, or shutting down
    "57P05": Fault.AWAY,  # idle for too long
    "58030": Fault.BROKEN,  # its disk fails
    "XX001": Fault.BROKEN,  # a damaged table
    "XX002": Fault.BROKEN,  # a damaged index
}
"""By SQLSTATE, or by its class."""

LOST = ("is closed", "cannot switch to state")
"""What asyncpg says, without a code, when the server hangs up on its greeting."""

SYSTEM = {
    errno.ENOSPC: Fault.STUCK,
    errno.EDQUOT: Fault.STUCK,
    errno.EROFS: Fault.STUCK,
    errno.EIO: Fault.BROKEN,
}


def fault_of(error: BaseException | None) -> Fault | None:
    """None: the database is well, and what raised it is not."""
    match error:
        case DBAPIError(connection_invalidated=True) | PoolTimeoutError():
            return Fault.AWAY  # a connection that dies in mid-sentence has no code
        case DBAPIError():
            return fault_of(error.orig)
        case sqlite3.Error():
            code = getattr(error, "sqlite_errorcode", 0)  # misuse has none
            return SQLITE.get(code, SQLITE.get(code & 0xFF))
        case InterfaceError() | InternalClientError():  # while a connection is being made
            return Fault.AWAY if any(words in str(error) for words in LOST) else None
        case OSError():  # a server that cannot be connected to, by name, address or socket
            return SYSTEM.get(error.errno or 0, Fault.AWAY)
        case _:
            state = str(getattr(error, "sqlstate", ""))
            return POSTGRESQL.get(state, POSTGRESQL.get(state[:2]))


def passes_by(error: BaseException) -> bool:
    """Whether to repeat what failed is all that it takes."""
    return fault_of(error) is Fault.AWAY


def name_of(error: BaseException | None) -> str:
    """As the database calls it, with no text of it: that may hold an address or a statement."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    named = getattr(cause, "sqlite_errorname", None) or getattr(cause, "sqlstate", None)
    return str(named or type(cause).__name__)


class GaveOutError(RuntimeError):
    """The disk or the file fails, and only a new process or a person can help."""

    def __init__(self, cause: BaseException | None) -> None:
        super().__init__(
            f"the database failed {MOST_STRIKES} times in a row ({name_of(cause)}): see its disk. "
            "The next start looks whether the file is whole."
        )


class Strikes:
    """BROKEN faults in a row: nothing reached the disk between the first and the last."""

    def __init__(self) -> None:
        self.count = 0
        self._last: BaseException | None = None
        self._out = asyncio.Event()

    @contextmanager
    def counted(self) -> Iterator[None]:
        try:
            yield
        except Exception as error:
            if fault_of(error) is Fault.BROKEN:
                self.count += 1
                self._last = error
            if self.count >= MOST_STRIKES:
                self._out.set()
            raise

    def forgotten(self) -> None:
        self.count = 0

    async def out(self) -> GaveOutError:
        """Returns when there were MOST_STRIKES."""
        await self._out.wait()
        return GaveOutError(self._last)
