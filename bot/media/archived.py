"""Copies in the archive, asked for as if they were links: 'archive:NAME'."""

from typing import BinaryIO

from bot.core.archive import SCHEME
from bot.core.film import Progress, Unattached, Why
from bot.media.archive import Archive
from bot.media.fetch import HEAD, Peek


class ArchiveFetcher:
    """What `Fetcher` can do, of what we have ourselves: whoever looks at films need not know."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    async def peek(self, url: str) -> Peek | Unattached:
        found = await self._archive.start(_name(url), HEAD)
        if isinstance(found, Unattached):
            is_empty = found.why is Why.BROKEN  # it has not even a first byte
            return Unattached(Why.NOT_MEDIA, 0) if is_empty else found
        start, size = found
        return Peek(url, size, start, content_type="")

    async def download(
        self, url: str, into: BinaryIO, most: int, progress: Progress
    ) -> int | Unattached:
        return await self._archive.get(_name(url), into, most, progress)


def _name(url: str) -> str:
    return url.removeprefix(SCHEME)
