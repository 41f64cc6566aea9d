"""A SQLite file goes in before anything opens it; whether it is whole and has room comes out."""

import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from sqlalchemy.engine import URL

from storage.database import sqlite_file

RESERVE = 200_000_000
"""Bytes that a disk must have left for new watches, or a tenth of a smaller disk."""
DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


class DamagedError(RuntimeError):
    """The file was written by something else, or by a disk that fails. It was not touched."""

    def __init__(self, file: Path, what: str) -> None:
        super().__init__(
            f"the file that DATABASE_URL names is damaged ({what}) and was not touched. With the "
            f"bot stopped, move {file} and its -wal and -shm away and put your newest backup in "
            f'its place; as a last resort: sqlite3 {file} ".recover" | sqlite3 saved.db'
        )


def examine(file: Path) -> None:
    """Raises DamagedError. Reads the whole file, and leaves every byte of it as it was.

    One that is empty or absent will be a new database. Whatever else keeps SQLite from reading it
    shows when it is opened for good.
    """
    if not _has_content(file) or _has_content(Path(f"{file}-journal")):
        return  # with a journal nothing is whole until SQLite has undone what was half done
    try:
        with closing(sqlite3.connect(_only_to_look(file), uri=True)) as connection:
            (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in DAMAGED:
            raise DamagedError(file, str(error)) from error
        return
    if found != "ok":
        raise DamagedError(file, " ".join(found.split())[:200])


def _only_to_look(file: Path) -> str:
    """Commits after a crash are in the -wal only: the file alone may be torn, and is not judged.

    To read a -wal, SQLite makes or renews its index, the -shm, for everybody; with readonly_shm
    it keeps one for itself, or shares that of a process that runs. It has to be there, though: an
    empty one is as good as none.
    """
    uri = f"{file.absolute().as_uri()}?mode=ro"
    if not _has_content(Path(f"{file}-wal")):
        return f"{uri}&immutable=1"
    with suppress(OSError):  # a folder that may not be written to
        Path(f"{file}-shm").touch()
    return f"{uri}&readonly_shm=1"


def _has_content(file: Path) -> bool:
    return file.exists() and file.stat().st_size > 0


def has_room(url: URL) -> bool:
    """For new watches: what runs already must be able to go on. PostgreSQL's disk is not ours."""
    file = sqlite_file(url)
    if file is None:
        return True
    disk = os.statvfs(file.parent)
    return is_enough(disk.f_bavail * disk.f_frsize, disk.f_blocks * disk.f_frsize)


def is_enough(free: int, size: int) -> bool:
    """Bytes, of a disk of *size*."""
    return free >= min(RESERVE, size // 10)
