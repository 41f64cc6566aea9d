"""Files go into a folder or a bucket under their names; they or their beginning come out again.

The only home of obstore. What goes wrong comes out as a value, but for cancellation.
"""

import asyncio
import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, ObjectStore, from_url

from bot.core.archive import Unkept
from bot.core.film import Progress, Unattached, Why
from bot.media.disk import put

if TYPE_CHECKING:  # the library has these for type checkers only
    from obstore import GetOptions, GetResult
    from obstore.store import ClientConfig, RetryConfig

CHUNK = 2**20
PART = 5 * 2**20
"""Bytes; S3 takes no smaller ones but the last. Two at a time are all that is in memory."""
LOOK = timedelta(seconds=30)
STEADY = 256 * 2**10
"""Bytes per second: as long as at this speed a file may take, and a look on top of it."""
CLIENT: "ClientConfig" = {
    "timeout": timedelta(hours=3),  # longer than ours
    "connect_timeout": timedelta(seconds=10),
    "read_timeout": timedelta(seconds=30),
    "allow_http": True,  # for whoever names such an endpoint; no provider's own is one
}
RETRIES: "RetryConfig" = {"max_retries": 3, "retry_timeout": timedelta(seconds=60)}
"""Of one request: a part that fails must not cost a film all the others."""

_ACCIDENTS = (BaseError, OSError, ValueError)
_SYSTEM = re.compile(r"\(os error (\d{1,4})\)")
_STATUS = re.compile(r"\bstatus(?: code)?: (\d{3})\b")
_BEYOND = re.compile(r"\bInvalidRange\b|\bstatus(?: code)?: 416\b")
_KIND = re.compile(r"\bkind: ([A-Za-z]{1,40})")


class Archive:
    """Any number of calls at once. Opened by the first: its folder may not be there yet.

    Credentials, region and the like come from the environment, under their providers' own names.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._opened: ObjectStore | None = None

    async def put(self, name: str, path: Path) -> int | Unkept:
        """How many bytes it has. Until all of them are there, nothing has that name."""
        try:
            size = (await asyncio.to_thread(path.stat)).st_size
            async with asyncio.timeout(_patience(size)):
                store = self._store()
                await obstore.put_async(store, name, path, chunk_size=PART, max_concurrency=2)
                if isinstance(store, LocalStore) and store.prefix is not None:
                    await asyncio.to_thread(_to_disk, store.prefix, name)
        except _ACCIDENTS as error:
            return Unkept(_why(error))
        return size

    async def get(
        self, name: str, into: BinaryIO, most: int, progress: Progress
    ) -> int | Unattached:
        """How many bytes were written. After an `Unattached` *into* holds whatever came.

        Raises DiskError.
        """
        came = 0
        try:
            async with self._found(name, {}) as found:
                size = found.meta["size"]
                if size > most:
                    return Unattached(Why.TOO_BIG, size)
                progress.size = progress.size or size
                async for chunk in found.stream(min_chunk_size=CHUNK):
                    put(chunk, into)
                    came += len(chunk)
                    progress.came += len(chunk)
        except _ACCIDENTS as error:
            return _missing(error)
        return came if came == size else Unattached(Why.UNREACHABLE, size)

    async def start(self, name: str, length: int) -> tuple[bytes, int] | Unattached:
        """And the size of all. Shorter than *length* only where the file ends."""
        try:
            async with self._found(name, {"range": (0, length)}) as found:
                return bytes(await found.bytes_async()), found.meta["size"]
        except _ACCIDENTS as error:
            return _missing(error)

    @asynccontextmanager
    async def _found(self, name: str, options: "GetOptions") -> AsyncIterator["GetResult"]:
        """For as long as so many bytes may take."""
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(LOOK.total_seconds()) as patience:
            found = await obstore.get_async(self._store(), name, options=options)
            first, end = found.range
            patience.reschedule(loop.time() + _patience(end - first))
            yield found

    def _store(self) -> ObjectStore:
        if self._opened is None:
            self._opened = (
                LocalStore.from_url(self._url, mkdir=True)
                if self._url.startswith("file:")
                else from_url(self._url, client_options=CLIENT, retry_config=RETRIES)
            )
        return self._opened


def _patience(size: int) -> float:
    return LOOK.total_seconds() + size / STEADY


def _to_disk(root: Path, name: str) -> None:
    """Also after a power cut it is there; what a kill left of earlier attempts is not."""
    file = root / name
    for one in (file, file.parent, root):
        descriptor = os.open(one, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    for abandoned in file.parent.glob(f"{file.name}#*"):
        abandoned.unlink(missing_ok=True)


def _missing(error: Exception) -> Unattached:
    match error:
        case FileNotFoundError() | ValueError():  # the latter: no store has such a name
            return Unattached(Why.GONE)
        case _ if _BEYOND.search(str(error)):
            return Unattached(Why.BROKEN)
        case _:
            return Unattached(Why.UNREACHABLE)


def _why(error: Exception) -> str:
    """In few words: those of the library's quote addresses, which may be signed."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    text = str(error)
    if found := _SYSTEM.search(text):
        return os.strerror(int(found[1]))
    if found := _STATUS.search(text):
        return f"HTTP {found[1]}"
    found = _KIND.search(text)
    return found[1] if found else type(error).__name__
