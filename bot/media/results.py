"""A task's media goes in; its files, ready for the chat, come out, or why there are none.

What Telegram can fetch itself stays where it is, and is only looked at. The rest is downloaded,
and repaired if need be. Temporary files live as long as the caller holds the context open.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO, Protocol

from bot.core.film import Facts, Film, Progress, Shape, Unattached, Why
from bot.core.task import Media
from bot.media.bench import Bench, Stopped
from bot.media.boxes import has_index_in
from bot.media.disk import Disk, DiskError
from bot.media.finish import RAW, THUMBNAIL, Order, finish, safe_name
from bot.media.kinds import PHOTOS, Kind, kind_of
from bot.media.limits import Limits, may_be_offered, shape_of_picture
from bot.media.pictures import size_of
from bot.media.probe import Look, probe_film

log = logging.getLogger("reelbell.media")

MOST_IMAGES = 10
"""Of one album."""
UNTOLD = 50_000_000
"""Bytes to make room for when nobody says how many will come."""

_PASSING = frozenset({Why.UNREACHABLE, Why.SLOW, Why.NO_ROOM})


class Peek(Protocol):
    """A file's beginning."""

    @property
    def size(self) -> int | None: ...
    @property
    def start(self) -> bytes: ...
    @property
    def content_type(self) -> str: ...


class Fetcher(Protocol):
    async def peek(self, url: str) -> Peek | Unattached: ...

    async def download(
        self, url: str, into: BinaryIO, most: int, progress: Progress
    ) -> int | Unattached:
        """Raises DiskError."""


class Results:
    """Any number of fetches at once. *disk* and *bench* may be shared with others."""

    def __init__(self, fetcher: Fetcher, disk: Disk, bench: Bench, limits: Limits) -> None:
        self._fetcher = fetcher
        self._disk = disk
        self._bench = bench
        self._limits = limits

    @asynccontextmanager
    async def fetch(
        self, media: Media, *, name: str, as_file: bool, whole: bool, progress: Progress
    ) -> AsyncIterator[tuple[Film, ...] | Unattached]:
        """*whole*: not by URL. The kind that *media* claims is not asked: bytes decide."""
        urls = (media.url, *media.more)[:MOST_IMAGES]
        try:
            temporary = TemporaryDirectory(dir=self._disk.folder, ignore_cleanup_errors=True)
        except OSError as error:
            yield _of_disk(error)
            return
        with temporary as place:
            orders = _orders(urls, safe_name(name), Path(place), as_file=as_file)
            yield await self._gather(orders, whole=whole or as_file, progress=progress)

    async def _gather(
        self, orders: Sequence[Order], *, whole: bool, progress: Progress
    ) -> tuple[Film, ...] | Unattached:
        """All there are; with none, the reason that may pass, if there is one.

        What our own disk has kept out comes later: the album as it is would be kept for everybody.
        """
        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(self._one(order, whole=whole, progress=progress))
                for order in orders
            ]
        had = [(order, task.result()) for order, task in zip(orders, tasks, strict=True)]
        films = [(order, film) for order, film in had if isinstance(film, Film)]
        whys = [why for _, why in had if isinstance(why, Unattached)]
        for why in whys:
            if why.why is Why.NO_ROOM:
                return why
        if not films:
            return next((why for why in whys if why.why in _PASSING), whys[0])
        if len(films) == 1 or all(film.shape is Shape.PHOTO for _, film in films):
            return tuple(film for _, film in films)
        return await self._as_files(films, progress)

    async def _as_files(
        self, films: Sequence[tuple[Order, Film]], progress: Progress
    ) -> tuple[Film, ...] | Unattached:
        """An album is of photos or of files, and not of both."""
        done: list[Film] = []
        for order, film in films:
            again: Film | Unattached = film
            if film.path is None:
                wanted = replace(order, as_file=True)
                again = await self._one(wanted, whole=True, progress=progress)
            if isinstance(again, Film):
                done.append(replace(again, shape=Shape.FILE, streams=False))
        return tuple(done) or Unattached(Why.UNREACHABLE)

    async def _one(self, order: Order, *, whole: bool, progress: Progress) -> Film | Unattached:
        try:
            order.place.mkdir(exist_ok=True)
            return await self._film(order, whole=whole, progress=progress)
        except (OSError, DiskError) as error:
            return _of_disk(error)

    async def _film(self, order: Order, *, whole: bool, progress: Progress) -> Film | Unattached:
        peek = await self._fetcher.peek(order.url)
        if isinstance(peek, Unattached):
            return peek
        kind = kind_of(peek.start)
        if kind is None:
            return Unattached(Why.NOT_MEDIA, peek.size)
        if peek.size is not None and peek.size > self._limits.upload:
            return Unattached(Why.TOO_BIG, peek.size)
        if not whole:
            offered = await self._offered(order, peek, kind)
            if offered is not None:
                return offered
        return await self._carried(order, peek, progress)

    async def _offered(self, order: Order, peek: Peek, kind: Kind) -> Film | None:
        """By URL; None: Telegram would not take it, or make something else of it."""
        limits = self._limits
        if not may_be_offered(order.url, peek.content_type, peek.size, kind, limits):
            return None
        if kind in PHOTOS:
            sides = size_of(peek.start, kind)
            if sides is None:
                return None
            look = Look(kind, Facts(peek.size, *sides))
            fits = shape_of_picture(kind, look.facts, limits.photo_by_url) is Shape.PHOTO
            return order.film(Shape.PHOTO, look, None) if fits else None
        found = await self._looked_at(order, peek, kind)
        if found is None or found.facts.odd or not (found.in_order and found.sound):
            return None
        # Without a thumbnail its first frame has not been seen, and may be turned.
        return order.film(Shape.VIDEO, found, None) if found.thumbnail else None

    async def _looked_at(self, order: Order, peek: Peek, kind: Kind) -> Look | None:
        """A film whose index comes first, by its beginning."""
        if not has_index_in(peek.start):
            return None
        probe = partial(_probe_beginning, order, kind, peek.start, peek.size or len(peek.start))
        look = await self._bench.work(probe)
        return look if isinstance(look, Look) else None

    async def _carried(self, order: Order, peek: Peek, progress: Progress) -> Film | Unattached:
        """Through us. Twice its size: what is repaired exists twice for a moment."""
        most = self._limits.upload
        with self._disk.promised(2 * (peek.size or min(most, UNTOLD))) as has_room:
            if not has_room:
                return Unattached(Why.NO_ROOM, peek.size)
            progress.size += peek.size or 0
            if peek.size == len(peek.start):
                (order.place / RAW).write_bytes(peek.start)
                progress.came += len(peek.start)
            else:
                with (order.place / RAW).open("wb") as file:
                    came = await self._fetcher.download(order.url, file, most, progress)
                if isinstance(came, Unattached):
                    return came
            return await self._bench.work(partial(finish, order, self._limits))


def _of_disk(error: Exception) -> Unattached:
    log.warning("media.not_written", extra={"error": type(error.__cause__ or error).__name__})
    return Unattached(Why.NO_ROOM)


def _orders(urls: Sequence[str], name: str, place: Path, *, as_file: bool) -> list[Order]:
    several = len(urls) > 1
    orders = []
    for number, url in enumerate(urls, start=1):
        own = place / str(number)
        orders.append(Order(url, f"{name}-{number}" if several else name, own, as_file))
    return orders


def _probe_beginning(
    order: Order, kind: Kind, start: bytes, size: int, stopped: Stopped
) -> Look | Why:
    """Of a file of *size* bytes; on the disk the others are a hole, and take no room."""
    path = order.place / RAW
    with path.open("wb") as file:
        file.write(start)
        file.truncate(size)
    look = probe_film(path, kind, len(start), order.place / THUMBNAIL, stopped)
    path.unlink()
    return look
