"""The disk that temporary files lie on: what is promised to one film is not there for the next."""

import logging
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

log = logging.getLogger("reelbell.media")

SPARE = 200_000_000
"""Bytes that are left to others."""


class DiskError(Exception):
    """Our disk is full, or out of order: it says nothing about the host that the bytes are from."""


class Disk:
    """*folder* is for temporary files, and no one else's."""

    def __init__(self, folder: Path, *, spare: int = SPARE) -> None:
        self.folder = folder
        self._spare = spare
        self._promised = 0

    @contextmanager
    def promised(self, size: int) -> Iterator[bool]:
        """So many bytes, as long as the context is open; False: there is no room for them."""
        free = shutil.disk_usage(self.folder).free
        if free < self._promised + size + self._spare:
            log.warning("media.no_room", extra={"free": free, "wanted": size})
            yield False
            return
        self._promised += size
        try:
            yield True
        finally:
            self._promised -= size


def put(chunk: bytes, into: BinaryIO) -> None:
    """Raises DiskError, which nobody takes for an error of the network."""
    try:
        into.write(chunk)
    except OSError as error:
        raise DiskError(type(error).__name__) from error
