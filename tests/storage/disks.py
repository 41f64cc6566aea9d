"""Disks that are full, that write no more, and that fail: real ones, as far as we may have any."""

import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import event

from storage.database import Database


class SmallDisk:
    """A file system of a megabyte; where we may mount none, a limit on the database's pages.

    Both end in the same SQLITE_FULL of SQLite's own.
    """

    def __init__(self, folder: Path, *, mounted: bool) -> None:
        self.folder = folder
        self.mounted = mounted
        self.url = f"sqlite+aiosqlite:///{folder}/reelbell.db"

    def fill(self, database: Database) -> None:
        if self.mounted:
            with (self.folder / "ballast").open("wb", buffering=0) as ballast, suppress(OSError):
                while True:
                    ballast.write(bytes(4096))
            return
        _on_every_use(database, "PRAGMA max_page_count = 1")  # no more than there are

    def make_room(self, database: Database) -> None:
        if self.mounted:
            (self.folder / "ballast").unlink()
        else:
            _on_every_use(database, "PRAGMA max_page_count = 1000000")


@contextmanager
def small_disk(folder: Path) -> Iterator[SmallDisk]:
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "none", str(folder)]
    try:
        mounted = subprocess.run(mount, check=False, capture_output=True).returncode == 0  # noqa: S603
    except FileNotFoundError:
        mounted = False
    try:
        yield SmallDisk(folder, mounted=mounted)
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)  # noqa: S603, S607


def read_only(database: Database, *, on: bool) -> None:
    """SQLite's own SQLITE_READONLY; a file system that is in use cannot be remounted so."""
    _on_every_use(database, f"PRAGMA query_only = {on}")


def _on_every_use(database: Database, pragma: str) -> None:
    """On the connections that there are, and on those to come."""

    def apply(connection: object, *_: object) -> None:
        connection.execute(pragma)  # type: ignore[attr-defined]

    event.listen(database._engine.sync_engine, "checkout", apply)


@contextmanager
def failing_disk() -> Iterator[None]:
    """This process can make no file longer than 0: writes fail with EFBIG, and need no rights.

    To SQLite that is a SQLITE_IOERR_WRITE like that of a broken disk.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def disk_fails_for(process: int, longest: int) -> None:
    """Until its end, that process can make no file longer than *longest* bytes."""
    resource.prlimit(process, resource.RLIMIT_FSIZE, (longest, longest))
