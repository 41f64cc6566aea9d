"""A folder for temporary files that does not outlive its process, however that ends.

Its owner holds a lock on it, which the kernel lets go of when the process dies: a folder without
one is nobody's. Process numbers would not tell: a container gives the same one again.
"""

import fcntl
import logging
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

log = logging.getLogger("reelbell.media")

PREFIX = "reelbell-media-"


@contextmanager
def workroom(parent: Path | None = None) -> Iterator[Path]:
    """A new one in *parent* (None: where the system wants temporary files), empty.

    What killed processes left behind beside it is removed.
    """
    parent = parent or Path(tempfile.gettempdir())
    parent.mkdir(parents=True, exist_ok=True)
    with _locked(parent, fcntl.LOCK_EX):  # or a new one could be swept before it is locked
        _sweep(parent)
        room = Path(tempfile.mkdtemp(prefix=PREFIX, dir=parent))
        ours = _open(room)
        fcntl.flock(ours, fcntl.LOCK_EX | fcntl.LOCK_NB)
    try:
        yield room
    finally:
        shutil.rmtree(room, ignore_errors=True)
        os.close(ours)


def _sweep(parent: Path) -> None:
    for room in parent.glob(f"{PREFIX}*"):
        with suppress(OSError), _locked(room, fcntl.LOCK_EX | fcntl.LOCK_NB):
            shutil.rmtree(room)
            log.warning("workroom.removed", extra={"folder": room.name})


@contextmanager
def _locked(folder: Path, how: int) -> Iterator[None]:
    handle = _open(folder)
    try:
        fcntl.flock(handle, how)
        yield
    finally:
        os.close(handle)


def _open(folder: Path) -> int:
    return os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
