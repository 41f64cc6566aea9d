"""A damaged file is told from a whole one before anything opens it, and is left as it is."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from storage.database import Database
from storage.health import DamagedError, examine
from storage.schema import current_version, head_version, migrate
from tests.storage.wrecks import DAMAGES, PAGE, bytes_of, left_by_a_kill, overwritten

LEFT = ("file", "file and -wal", "-wal without -shm")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "reelbell.db"


def url_of(file: Path) -> str:
    return f"sqlite+aiosqlite:///{file}"


def wreck(file: Path, left: str) -> None:
    left_by_a_kill(file)
    if left == "file":
        with closing(sqlite3.connect(file)) as connection:  # closed well, the -wal is gone
            connection.execute("SELECT count(*) FROM logbook").fetchone()
    if left == "-wal without -shm":
        Path(f"{file}-shm").unlink()


def begin_with(file: Path, content: bytes | None) -> None:
    if content is not None:
        file.write_bytes(content)


def rows_in(file: Path) -> int:
    with closing(sqlite3.connect(file)) as connection:
        return int(connection.execute("SELECT count(*) FROM logbook").fetchone()[0])


@pytest.mark.parametrize("left", LEFT)
@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
async def test_a_damaged_file_is_refused_and_no_byte_of_it_changes(
    file: Path, left: str, damage: Callable[[Path], None]
) -> None:
    wreck(file, left)
    damage(file)
    before = bytes_of(file)
    with pytest.raises(DamagedError) as refusal:
        await migrate(url_of(file))
    after = bytes_of(file)
    assert {name: after[name] for name in before} == before
    assert [(file.parent / name).stat().st_size for name in after.keys() - before] in ([], [0])
    line = str(refusal.value)
    assert "\n" not in line
    for words in (str(file), "not touched", "backup", ".recover"):
        assert words in line


@pytest.mark.parametrize("left", LEFT)
async def test_what_a_kill_left_is_whole_and_looking_at_it_changes_nothing(
    file: Path, left: str
) -> None:
    wreck(file, left)
    before = bytes_of(file)
    examine(file)
    after = bytes_of(file)
    assert {name: after[name] for name in before} == before
    assert rows_in(file) == 201


def test_a_page_that_the_wal_has_whole_is_no_damage(file: Path) -> None:
    """A kill in the middle of a checkpoint leaves such a file, and SQLite mends it."""
    left_by_a_kill(file)
    with closing(sqlite3.connect(file, isolation_level=None)) as reader:
        last = reader.execute("PRAGMA page_count").fetchone()[0]
        overwritten(file, (last - 1) * PAGE, b"\xff" * PAGE)  # of the one row in the -wal
        examine(file)
        assert rows_in(file) == 201


def test_the_same_page_is_damage_when_no_wal_has_it(file: Path) -> None:
    """So a file alone says nothing: the -wal is looked at, too."""
    left_by_a_kill(file)
    with closing(sqlite3.connect(file, isolation_level=None)) as reader:
        last = reader.execute("PRAGMA page_count").fetchone()[0]
    assert not Path(f"{file}-wal").exists()
    overwritten(file, (last - 1) * PAGE, b"\xff" * PAGE)
    with pytest.raises(DamagedError):
        examine(file)


def test_a_half_done_transaction_is_left_to_sqlite(file: Path) -> None:
    """A kill during the very first migration: the file is torn, and its journal mends it."""
    left_by_a_kill(file, "delete")
    assert Path(f"{file}-journal").stat().st_size > 0
    before = bytes_of(file)
    examine(file)
    assert bytes_of(file) == before
    with closing(sqlite3.connect(file)) as connection:
        (half_done,) = connection.execute(
            "SELECT count(*) FROM logbook WHERE words LIKE '%half done'"
        ).fetchone()
    assert half_done == 0


@pytest.mark.parametrize("content", [None, b""])
async def test_an_empty_or_absent_file_is_a_new_database(file: Path, content: bytes | None) -> None:
    begin_with(file, content)
    assert await migrate(url_of(file)) == ""
    database = Database(url_of(file))
    assert await current_version(database) == head_version()
    await database.close()


async def test_a_file_can_be_looked_at_while_its_bot_runs(file: Path) -> None:
    await migrate(url_of(file))
    database = Database(url_of(file))
    async with database.write() as tx:
        await tx.execute(text("CREATE TABLE logbook (words TEXT)"))
    async with database.write() as tx:
        await tx.execute(text("INSERT INTO logbook VALUES ('in the -wal')"))
        examine(file)
    assert rows_in(file) == 1
    async with database.write() as tx:
        await tx.execute(text("INSERT INTO logbook VALUES ('and on it goes')"))
    await database.close()
    assert rows_in(file) == 2


def test_a_name_with_signs_in_it_is_found(tmp_path: Path) -> None:
    """The look is by URI: a question mark in a name would begin its options."""
    file = tmp_path / "100% of it? #1 é.db"
    left_by_a_kill(file)
    examine(file)
    DAMAGES["page"](file)
    with pytest.raises(DamagedError):
        examine(file)
