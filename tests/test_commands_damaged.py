"""A damaged database, as its operator meets it: one line that says what to do, no byte changed."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from storage.schema import head_version
from tests.storage.wrecks import DAMAGES, bytes_of, left_by_a_kill
from tests.test_commands import Shell


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """With a database whose last process was killed."""
    shell = Shell(tmp_path)
    assert shell.types("migrate").returncode == 0
    left_by_a_kill(shell.database)
    return shell


@pytest.mark.parametrize("damage", ["header", "page"])
@pytest.mark.parametrize("command", ["run", "migrate"])
def test_a_damaged_database_is_refused_in_one_line_and_left_as_it_is(
    shell: Shell, command: str, damage: str
) -> None:
    DAMAGES[damage](shell.database)
    before = bytes_of(shell.database)
    line = shell.refuses(command)
    assert bytes_of(shell.database) == before
    for words in ("is damaged", "not touched", "newest backup", ".recover"):
        assert words in line


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_check_finds_the_damage_and_changes_nothing(
    shell: Shell, damage: Callable[[Path], None]
) -> None:
    damage(shell.database)
    before = bytes_of(shell.database)
    done = shell.types("check")
    assert done.returncode == 1
    [line] = [one for one in done.stdout.splitlines() if one.split()[1] == "Database"]
    assert line.startswith("✗")
    assert "is damaged" in line
    assert bytes_of(shell.database) == before


def test_a_backup_in_its_place_is_all_that_it_takes(shell: Shell) -> None:
    """The three files away, the copy in: as the line says."""
    backup = shell.folder / "copy.db"
    with closing(sqlite3.connect(shell.database)) as mine, closing(sqlite3.connect(backup)) as copy:
        mine.backup(copy)
    DAMAGES["page"](shell.database)
    shell.refuses("migrate")
    for name in bytes_of(shell.database):
        (shell.database.parent / name).unlink()
    backup.rename(shell.database)
    done = shell.types("migrate")
    assert (done.returncode, done.stdout) == (0, f"schema: {head_version()} → current\n")


def test_what_a_kill_left_is_taken_up_with_its_last_commit(shell: Shell) -> None:
    assert shell.types("migrate").returncode == 0
    with closing(sqlite3.connect(shell.database)) as connection:
        (rows,) = connection.execute("SELECT count(*) FROM logbook").fetchone()
    assert rows == 201
