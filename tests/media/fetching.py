"""Results of a shelf, fetched as the pipeline does it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.core.film import Film, Progress, Unattached
from bot.core.task import Media, MediaKind
from bot.media.bench import Bench
from bot.media.disk import Disk
from bot.media.limits import CLOUD, Limits
from bot.media.results import Results
from tests.media.shelf import HOST, Shelf


@asynccontextmanager
async def fetched(
    shelf: Shelf,
    room: Path,
    *names: str,
    as_file: bool = False,
    whole: bool = False,
    limits: Limits = CLOUD,
    progress: Progress | None = None,
) -> AsyncIterator[tuple[Film, ...] | Unattached]:
    """*names*: of files on the shelf; that they are films is claimed of all of them."""
    url, *more = [HOST + name for name in names]
    media = Media(MediaKind.VIDEO, url, tuple(more))
    results = Results(shelf, Disk(room), Bench(), limits)
    async with results.fetch(
        media,
        name="task_a1",
        as_file=as_file,
        whole=whole,
        progress=progress or Progress(),
    ) as films:
        yield films


@asynccontextmanager
async def film_of(
    shelf: Shelf,
    room: Path,
    name: str,
    *,
    as_file: bool = False,
    whole: bool = False,
    limits: Limits = CLOUD,
) -> AsyncIterator[Film]:
    """The only one."""
    async with fetched(shelf, room, name, as_file=as_file, whole=whole, limits=limits) as films:
        assert not isinstance(films, Unattached)
        assert len(films) == 1
        yield films[0]


async def why_not(
    shelf: Shelf, room: Path, *names: str, as_file: bool = False, limits: Limits = CLOUD
) -> Unattached:
    async with fetched(shelf, room, *names, as_file=as_file, limits=limits) as films:
        assert isinstance(films, Unattached)
        return films
