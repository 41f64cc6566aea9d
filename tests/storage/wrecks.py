"""SQLite files as accidents leave them: after a kill -9, and with damage done to their bytes."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

PAGE = 4096
KILLED = """
import os, sqlite3, sys
file, mode, rows = sys.argv[1], sys.argv[2], int(sys.argv[3])
connection = sqlite3.connect(file, isolation_level=None)
connection.execute(f"PRAGMA journal_mode = {mode}")
connection.execute("PRAGMA cache_size = 5")
connection.execute("CREATE TABLE IF NOT EXISTS logbook (number INTEGER PRIMARY KEY, words TEXT)")
if mode == "wal":
    connection.execute("PRAGMA wal_autocheckpoint = 0")
    for number in range(rows):
        connection.execute("INSERT INTO logbook (words) VALUES (?)", ("aye " * 100,))
    connection.execute("PRAGMA wal_checkpoint")
    connection.execute("INSERT INTO logbook (words) VALUES ('after the checkpoint')")
else:
    for number in range(rows):
        connection.execute("INSERT INTO logbook (words) VALUES (?)", ("aye " * 100,))
    connection.execute("BEGIN")
    connection.execute("UPDATE logbook SET words = words || 'half done'")
os.kill(os.getpid(), 9)
"""


def left_by_a_kill(file: Path, mode: str = "wal", rows: int = 200) -> None:
    """With *rows* in the file, and one more in the -wal; or in the middle of changing them all."""
    words = [sys.executable, "-c", KILLED, str(file), mode, str(rows)]
    assert subprocess.run(words, check=False).returncode == -9  # noqa: S603 — our own lines


def bytes_of(file: Path) -> dict[str, str]:
    """A hash of everything that begins with the file's name."""
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in file.parent.glob(f"{file.name}*")
        if not path.name.endswith(".lock")
    }


def overwritten(file: Path, at: int, what: bytes) -> None:
    with file.open("r+b") as opened:
        opened.seek(at)
        opened.write(what)


def _no_magic(file: Path) -> None:
    overwritten(file, 0, b"SQLite formal 3\0")


def _no_page_size(file: Path) -> None:
    overwritten(file, 16, b"\x00\x07")


def _a_page(file: Path) -> None:
    overwritten(file, 6 * PAGE, os.urandom(PAGE))


def _no_tail(file: Path) -> None:
    os.truncate(file, 5 * PAGE + 100)


def _another_kind(file: Path) -> None:
    file.write_text("Dear diary, " * 1000)


DAMAGES: dict[str, Callable[[Path], None]] = {
    "header": _no_magic,
    "page size": _no_page_size,
    "page": _a_page,
    "truncated": _no_tail,
    "no database": _another_kind,
}
