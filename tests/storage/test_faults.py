"""What the databases really raise, and what is the matter then."""

import asyncio
import errno
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from storage.database import Database
from storage.faults import Fault, GaveOutError, fault_of, name_of, passes_by
from storage.schema import migrate
from tests.storage.disks import failing_disk, read_only, small_disk
from tests.storage.provoked import LINE, LOG, raised, says
from tests.storage.wrecks import PAGE, overwritten

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
async def book(database: Database) -> Database:
    await says(database, LOG)
    return database


@ON_SQLITE
async def test_a_lock_of_another_program_passes_by(book: Database, database_url: str) -> None:
    impatient = Database(database_url, busy_timeout=0.01)
    with closing(sqlite3.connect(book.url.database or "", isolation_level=None)) as rival:
        rival.execute("BEGIN IMMEDIATE")
        error = await raised(says(impatient, LINE))
    await impatient.close()
    assert (name_of(error), fault_of(error)) == ("SQLITE_BUSY", Fault.AWAY)
    assert passes_by(error)


async def test_a_full_disk_waits_for_somebody(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk") as disk:
        database = Database(disk.url)
        await says(database, LOG)
        disk.fill(database)
        error = await raised(says(database, *[LINE.format("aye " * 5000)] * 100))
        await database.close()
    assert (name_of(error), fault_of(error)) == ("SQLITE_FULL", Fault.STUCK)
    assert not passes_by(error)


@ON_SQLITE
async def test_a_read_only_disk_waits_for_somebody(book: Database) -> None:
    read_only(book, on=True)
    error = await raised(says(book, LINE))
    assert (name_of(error), fault_of(error)) == ("SQLITE_READONLY", Fault.STUCK)


async def test_a_folder_that_is_gone_waits_for_somebody(tmp_path: Path) -> None:
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/data/reelbell.db")
    (tmp_path / "data").rmdir()
    error = await raised(says(database, LOG))
    assert (name_of(error), fault_of(error)) == ("SQLITE_CANTOPEN", Fault.STUCK)
    (tmp_path / "data").mkdir()
    await says(database, LOG)
    await database.close()


@ON_SQLITE
async def test_a_disk_that_fails_is_broken(book: Database) -> None:
    with failing_disk():
        error = await raised(says(book, LINE))
    assert (name_of(error), fault_of(error)) == ("SQLITE_IOERR_WRITE", Fault.BROKEN)


@ON_SQLITE
@pytest.mark.parametrize(
    ("at", "name"), [(0, "SQLITE_NOTADB"), (PAGE, "SQLITE_CORRUPT")], ids=["header", "page"]
)
async def test_a_file_that_was_overwritten_is_broken(
    database: Database, database_url: str, at: int, name: str
) -> None:
    await says(database, LOG, *[LINE.format("aye")] * 9)
    await database.close()
    overwritten(Path(database.url.database or ""), at, b"\x01" * PAGE * 20)
    again = Database(database_url)
    error = await raised(says(again, "SELECT * FROM logbook", "SELECT * FROM inbox"))
    await again.close()
    assert (name_of(error), fault_of(error)) == (name, Fault.BROKEN)


async def test_our_own_bugs_are_no_fault_of_the_database(database: Database) -> None:
    for bug in ("SELECT nothing FROM nowhere", "INSERT INTO roles VALUES (NULL, NULL, NULL)"):
        error = await raised(says(database, bug))
        assert isinstance(error, DBAPIError)
        assert fault_of(error) is None
    for other in (ZeroDivisionError(), ValueError(), sqlite3.ProgrammingError("misuse"), None):
        assert fault_of(other) is None


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (errno.ECONNRESET, Fault.AWAY),
        (errno.EHOSTUNREACH, Fault.AWAY),
        (errno.ENOSPC, Fault.STUCK),
        (errno.EROFS, Fault.STUCK),
        (errno.EIO, Fault.BROKEN),
    ],
)
def test_the_systems_errors_have_their_kind(number: int, kind: Fault) -> None:
    assert fault_of(OSError(number, "")) is kind


@ON_SQLITE
async def test_a_disk_that_fails_three_times_in_a_row_ends_the_program(book: Database) -> None:
    giving_out = asyncio.create_task(book.given_out())
    for _ in range(2):
        with failing_disk():
            await raised(says(book, LINE))
    await says(book, LINE)  # it was but a moment
    for _ in range(2):
        with failing_disk():
            await raised(says(book, LINE))
        await says(book, "DELETE FROM logbook WHERE number < 0")  # reaches no disk
        async with book.read() as tx:
            await tx.execute(text("SELECT * FROM logbook"))
    await asyncio.sleep(0)
    assert not giving_out.done()
    with failing_disk():
        await raised(says(book, LINE))
    error = await asyncio.wait_for(giving_out, 30)
    assert isinstance(error, GaveOutError)
    assert "SQLITE_IOERR_WRITE" in str(error)
    assert "\n" not in str(error)


async def test_a_full_disk_does_not_end_the_program(tmp_path: Path) -> None:
    """It would only be started again, as often as the disk is looked at."""
    with small_disk(tmp_path / "disk") as disk:
        await migrate(disk.url)
        database = Database(disk.url)
        await says(database, LOG)
        giving_out = asyncio.create_task(database.given_out())
        disk.fill(database)
        for _ in range(5):
            error = await raised(says(database, *[LINE.format("aye " * 5000)] * 100))
            assert fault_of(error) is Fault.STUCK
        assert not giving_out.done()
        giving_out.cancel()
        disk.make_room(database)
        await says(database, LINE.format("aye " * 5000))
        await database.close()
