"""Results that have ended well are copied into the archive, one at a time, while their links live.

A kill between any two steps costs a repetition: a copy has one name, and is there whole or not.
"""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Protocol, assert_never

from bot.core.archive import Unkept, name_in_archive
from bot.core.film import Progress, Unattached, Why
from bot.core.notice import LINK_LIVES
from bot.core.task import Media, TaskId
from bot.pipeline.courier import Results
from storage import archive as copies
from storage.archive import LEASE, ToKeep, pause_after
from storage.database import Database

log = logging.getLogger("reelbell.archive")

RENEW_EVERY = LEASE.total_seconds() / 3
MAY_PASS = frozenset({Why.GONE, Why.NOT_MEDIA, Why.SLOW, Why.UNREACHABLE, Why.NO_ROOM})
"""As long as the link should live; in the place of a dead one there may be a fresh one."""
Names = tuple[str, ...]


class Shelf(Protocol):
    """Where copies are kept. It answers with a value, whatever happens on the way."""

    async def put(self, name: str, path: Path) -> int | Unkept:
        """Until all of it is there, nothing has that name."""


class Archiving:
    def __init__(
        self,
        database: Database,
        results: Results,
        shelf: Shelf,
        *,
        now: Callable[[], datetime],
        renew_every: float = RENEW_EVERY,
    ) -> None:
        self._database = database
        self._results = results
        self._shelf = shelf
        self._now = now
        self._renew_every = renew_every
        self._turn = asyncio.Lock()
        self._refusals = 0
        """Of the archive, in a row."""
        self._rests_until = now()

    async def once(self) -> int:
        """How many results were tried: one at most, whoever else asks meanwhile."""
        if self._turn.locked() or self._now() < self._rests_until:
            return 0
        async with self._turn:
            async with self._database.write() as tx:
                claim = await copies.claim(tx, self._now())
            if claim is None:
                return 0
            try:
                await self._settle(claim, await self._try(claim))
            except Exception:  # a bug costs this copy one appointment, and the others nothing
                log.exception("copy.failed", extra={"task": claim.task.id})
            return 1

    async def _try(self, claim: ToKeep) -> Names | Unattached | Unkept:
        """Keeps the claim for as long as it takes."""
        copying = asyncio.create_task(self._copy(claim))
        try:
            while not (await asyncio.wait({copying}, timeout=self._renew_every))[0]:
                await self._renew(claim)
            return copying.result()
        finally:
            copying.cancel()
            await asyncio.wait({copying})  # its files have gone, too

    async def _copy(self, claim: ToKeep) -> Names | Unattached | Unkept:
        """Of all its files, but for those that nobody can have."""
        names: list[str] = []
        lost = Unattached(Why.EXPIRED)
        for number, media in enumerate(_each(claim.task.media), 1):
            got = await self._copy_one(claim.task.id, number, media)
            match got:
                case Unkept():
                    return got
                case Unattached(why) if self._may_pass(claim, why):
                    return got
                case Unattached():
                    lost = got
                case _:
                    names.append(got)
        return tuple(names) or lost

    async def _copy_one(
        self, task_id: TaskId, number: int, media: Media
    ) -> str | Unattached | Unkept:
        async with self._results.fetch(
            media, name=task_id, as_file=True, whole=True, progress=Progress()
        ) as found:
            if isinstance(found, Unattached):
                return found
            [film] = found
            assert film.path is not None  # noqa: S101 — what was asked for whole has one
            name = name_in_archive(task_id, number, Path(film.name).suffix)
            put = await self._shelf.put(name, film.path)
            return put if isinstance(put, Unkept) else name

    async def _renew(self, claim: ToKeep) -> None:
        """Without the claim it goes on: somebody else makes the same copy."""
        try:
            async with self._database.write() as tx:
                await copies.renew(tx, claim, self._now())
        except Exception:  # the database is away for a moment, the download is not
            log.exception("claim.not_renewed", extra={"task": claim.task.id})

    async def _settle(self, claim: ToKeep, tried: Names | Unattached | Unkept) -> None:
        match tried:
            case Unkept(why):
                self._archive_is_down(why)
            case Unattached(why):
                if not self._may_pass(claim, why):
                    await self._database.unit(partial(copies.give_up, claim=claim))
                    fields = {"task": claim.task.id, "why": why.value, "tries": claim.tries}
                    log.warning("copy.given_up", extra=fields)
            case tuple():
                self._archive_is_up()
                await self._database.unit(partial(copies.keep, claim=claim, names=tried))
                log.info("copy.kept", extra={"task": claim.task.id, "files": len(tried)})
            case _:
                assert_never(tried)

    def _may_pass(self, claim: ToKeep, why: Why) -> bool:
        end = claim.task.ended_at
        return why in MAY_PASS and end is not None and self._now() < end + LINK_LIVES

    def _archive_is_down(self, why: str) -> None:
        """Nothing else is fetched for it meanwhile."""
        self._refusals += 1
        self._rests_until = self._now() + pause_after(self._refusals)
        if self._refusals == 1:
            log.warning("archive.down", extra={"why": why})

    def _archive_is_up(self) -> None:
        if self._refusals:
            log.warning("archive.up")
        self._refusals = 0


def _each(media: Media | None) -> tuple[Media, ...]:
    if media is None:
        return ()
    return tuple(Media(media.kind, url) for url in (media.url, *media.more))
