"""Watches that have lasted too long get an honest end; what nobody needs any more leaves."""

import logging
from collections.abc import Callable
from datetime import datetime

from bot.core.step import given_up
from storage import subscriptions, tasks
from storage.database import Database
from storage.news import publish
from storage.purge import purge

log = logging.getLogger("reelbell.sweep")
BATCH = 200


class Sweep:
    def __init__(self, database: Database, *, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    async def once(self) -> int:
        """How many watches were given up."""
        given = await self._give_up()
        async with self._database.write() as tx:
            removed = await purge(tx, self._now())
        if given or removed:
            log.info("sweep.done", extra={"given_up": given, "removed": removed})
        return given

    async def _give_up(self) -> int:
        now = self._now()
        async with self._database.write() as tx:
            found = await subscriptions.expired(tx, now, BATCH)
            await tasks.hold_rows(tx, {one.row for one in found})
            expired = await subscriptions.expired(tx, now, BATCH)  # but for what ended meanwhile
            told = [
                (one, given_up(one.task, one.watch, now, now - one.created_at)) for one in expired
            ]
            await publish(tx, told, now)
            await tasks.rest_unwatched(tx, {one.row for one in expired})
        return len(expired)
