"""A film goes out: its bytes are fetched if they must be, and whoever waits sees how far it is."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import replace
from typing import Protocol

from bot.core.delivery import WITH_FILE, Form, MediaRefused, Parcel, Receipt, Unfit
from bot.core.film import Film, Progress, Shape, Unattached, Why
from bot.core.notice import AsFile, Attaching, FilmNotice
from bot.core.task import Media, MediaKind

log = logging.getLogger("reelbell.deliver")

TOLD_EVERY = 4.0
"""Seconds. Telegram shows what a bot is doing for 5 s at a time."""
IN_PLACE = (Form.EDIT, Form.EDIT_UPLOAD)
"""There is an announcement to say it in."""
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


Room = Callable[[Parcel], Awaitable[bool]]
"""Whether one more edit may go to the parcel's chat now; True books it."""


class Courier:
    def __init__(
        self, chat: Chat, results: Results, *, room: Room, told_every: float = TOLD_EVERY
    ) -> None:
        self._chat = chat
        self._results = results
        self._room = room
        self._told_every = told_every

    async def send(self, parcel: Parcel) -> Receipt:
        said = parcel.notice
        if not isinstance(said, FilmNotice) or not needs_bytes(parcel):
            return await self._chat.send(parcel)
        progress, over = Progress(), asyncio.Event()
        telling = asyncio.create_task(self._tell(parcel, said, progress, over))
        try:
            receipt = await self._fetch_and_send(parcel, said, progress)
            over.set()
            await telling  # an edit that is on its way comes before whatever is said next
        finally:
            telling.cancel()
        return receipt

    async def _fetch_and_send(
        self, parcel: Parcel, said: FilmNotice, progress: Progress
    ) -> Receipt:
        if said.task.media is None:
            return Unfit(Unattached(Why.NOT_MEDIA))
        async with self._results.fetch(
            said.task.media,
            name=said.task.id,
            as_file=isinstance(said, AsFile),
            whole=parcel.form in (Form.EDIT_UPLOAD, Form.NEW_UPLOAD),
            progress=progress,
        ) as found:
            if isinstance(found, Unattached):
                return Unfit(found)
            receipt = await self._chat.send(parcel, found, progress)
        if isinstance(receipt, MediaRefused) and all(film.path for film in found):
            return Unfit(Unattached(Why.REFUSED, found[0].facts.size))
        return receipt

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
                if await self._room(parcel):
                    told = percent
                    await self._chat.send(_so_far(parcel, said, percent))
            except Exception:  # the film itself goes on
                log.exception("progress.not_told", extra={"outbox": parcel.id})


def needs_bytes(parcel: Parcel) -> bool:
    """It may take long: somebody has to fetch the film first."""
    is_film = isinstance(parcel.notice, FilmNotice) and parcel.form in WITH_FILE
    return is_film and parcel.kept is None


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
