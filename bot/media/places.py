"""All that results come from, and are kept in, opened together."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.media.archive import Archive
from bot.media.archived import ArchiveFetcher
from bot.media.bench import Bench
from bot.media.disk import Disk
from bot.media.fetch import fetching
from bot.media.limits import CLOUD, LOCAL
from bot.media.results import Results
from bot.media.workroom import workroom


@dataclass(frozen=True, slots=True)
class Places:
    results: Results
    """What Telegram takes, from the provider's hosts."""
    originals: Results
    """Same, of any size: to be kept."""
    archive: Archive | None = None
    copies: Results | None = None
    """What Telegram takes, from the archive."""


@asynccontextmanager
async def places(
    hosts: Sequence[str], *, allow_private: bool, local: bool, archive_url: str
) -> AsyncIterator[Places]:
    """*local*: so is the Bot API server, and takes more. *archive_url* empty: nothing is kept."""
    limits = LOCAL if local else CLOUD
    async with fetching(hosts, allow_private=allow_private) as fetcher:
        with workroom() as folder:
            disk, bench = Disk(folder), Bench()
            results = Results(fetcher, disk, bench, limits)
            originals = Results(fetcher, disk, bench, LOCAL)
            if archive_url:
                archive = Archive(archive_url)
                copies = Results(ArchiveFetcher(archive), disk, bench, limits)
                yield Places(results, originals, archive, copies)
            else:
                yield Places(results, originals)
