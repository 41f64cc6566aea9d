"""A film goes out: its bytes are fetched if they must be, and whoever waits sees how far it is."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass, replace
from typing import Protocol

from bot.core.archive import in_archive
from bot.core.delivery import (
    IN_PLACE,
    Form,
    MediaRefused,
    NotAsked,
    Parcel,
    Receipt,
    Sent,
    Unfit,
    needs_bytes,
)
from bot.core.film import Film, Progress, Shape, Unattached, Why
from bot.core.notice import AsFile, Attaching, FilmNotice
from bot.core.task import Media, MediaKind
from bot.pipeline.lane import Lane

log = logging.getLogger("reelbell.deliver")

TOLD_EVERY = 4.0
"""Seconds. Telegram shows what a bot is doing for 5 s at a time."""
DEAD = frozenset({Why.GONE, Why.EXPIRED, Why.UNREACHABLE})
"""Links whose film is taken from the archive."""
WORTH_TELLING = 5
"""Per cent that the announcement has to move by."""


class Chat(Protocol):
    """Telegram. It answers with a value, whatever happens on the way."""

    async def send(
        self, parcel: Parcel, films: tuple[Film, ...] = (), progress: Progress | None = None
    ) -> Receipt: ...

    async def busy(self, parcel: Parcel, shape: Shape) -> None:
        """Shows that the bot is sending something, for 5 s."""


class Results(Protocol):
    """The hosts that results are fetched from."""

    def fetch(
        self, media: Media, *, name: str, as_file: bool, whole: bool, progress: Progress
    ) -> AbstractAsyncContextManager[tuple[Film, ...] | Unattached]:
        """One film, an album, or why there is none; with *whole* to be uploaded in any case."""


@dataclass(slots=True)
class Flight:
    """One attempt; until the call has begun nothing can be done already."""

    has_begun: bool = False


class Courier:
    def __init__(
        self,
        chat: Chat,
        results: Results,
        *,
        copies: Results | None = None,
        lane: Lane,
        told_every: float = TOLD_EVERY,
    ) -> None:
        """*copies*: results by the names they have in the archive; None: there is none."""
        self._chat = chat
        self._results = results
        self._copies = copies
        self._lane = lane
        self._told_every = told_every

    async def send(self, parcel: Parcel, flight: Flight) -> Receipt:
        said = parcel.notice
        if not isinstance(said, FilmNotice) or not needs_bytes(parcel):
            flight.has_begun = True
            return await self._chat.send(parcel)
        progress, over = Progress(), asyncio.Event()
        telling = asyncio.create_task(self._tell(parcel, said, progress, over))
        try:
            receipt = await self._fetch_and_send(parcel, said, progress, flight)
            over.set()
            # An edit that is on its way should come before whatever is said next.
            await asyncio.wait({telling}, timeout=TOLD_EVERY)
        finally:
            telling.cancel()
        return receipt

    async def _fetch_and_send(
        self, parcel: Parcel, said: FilmNotice, progress: Progress, flight: Flight
    ) -> Receipt:
        if said.task.media is None:
            return Unfit(Unattached(Why.NOT_MEDIA))
        async with self._fetch(parcel, said, said.task.media, progress) as found:
            if isinstance(found, Unattached):
                return Unfit(found)
            if not await self._lane.departs(parcel, len(found)):
                return NotAsked()
            flight.has_begun = True
            receipt = await self._chat.send(parcel, found, progress)
        if isinstance(receipt, MediaRefused) and all(film.path for film in found):
            return Unfit(Unattached(Why.REFUSED, found[0].facts.size))
        return receipt

    @asynccontextmanager
    async def _fetch(
        self, parcel: Parcel, said: FilmNotice, media: Media, progress: Progress
    ) -> AsyncIterator[tuple[Film, ...] | Unattached]:
        """From its link; if that is dead, from its copy in the archive."""
        whole = parcel.form in (Form.EDIT_UPLOAD, Form.NEW_UPLOAD)
        name, as_file = said.task.id, isinstance(said, AsFile)
        async with self._results.fetch(
            media, name=name, as_file=as_file, whole=whole, progress=progress
        ) as found:
            if self._copies is None or not parcel.archived or not _is_dead(found):
                yield found
                return
        progress.size = progress.came = 0
        copy = in_archive(media, parcel.archived)
        async with self._copies.fetch(
            copy, name=name, as_file=as_file, whole=True, progress=progress
        ) as copied:
            yield found if isinstance(copied, Unattached) else _as_from(media, copied)

    async def _tell(
        self, parcel: Parcel, said: FilmNotice, progress: Progress, over: asyncio.Event
    ) -> None:
        """Most films are there before it begins. None of it is worth repeating."""
        told = 0
        while not await _within(self._told_every, over):
            await self._chat.busy(parcel, _shape_of(said))
            percent = progress.percent or 0
            if percent < told + WORTH_TELLING or parcel.form not in IN_PLACE:
                continue
            try:
                if await self._lane.has_room(parcel):
                    told = percent
                    receipt = await self._chat.send(_so_far(parcel, said, percent))
                    await self._lane.heard(parcel, receipt)
                    if not isinstance(receipt, Sent):
                        return
            except Exception:  # the film itself goes on
                log.exception("progress.not_told", extra={"outbox": parcel.id})
                return


def _is_dead(found: tuple[Film, ...] | Unattached) -> bool:
    return isinstance(found, Unattached) and found.why in DEAD


def _as_from(media: Media, copied: tuple[Film, ...]) -> tuple[Film, ...]:
    """Whatever is said of a film's origin, it is the provider's address."""
    origins = (media.url, *media.more)
    return tuple(replace(film, url=url) for film, url in zip(copied, origins, strict=False))


async def _within(seconds: float, over: asyncio.Event) -> bool:
    with suppress(TimeoutError):
        await asyncio.wait_for(over.wait(), seconds)
    return over.is_set()


def _so_far(parcel: Parcel, said: FilmNotice, percent: int) -> Parcel:
    return replace(parcel, notice=Attaching(said.ref, said.task, percent), form=Form.EDIT)


def _shape_of(said: FilmNotice) -> Shape:
    """As it is expected; its bytes have not told yet."""
    if isinstance(said, AsFile) or said.task.media is None:
        return Shape.FILE
    return Shape.VIDEO if said.task.media.kind is MediaKind.VIDEO else Shape.PHOTO
