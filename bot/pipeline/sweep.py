"""What has lasted too long ends.

Watches get an honest end, what came too late for its chat is set aside, the rest leaves.
"""

import logging
from collections.abc import Callable
from datetime import datetime

from bot.core.step import given_up
from storage import stale, subscriptions, tasks
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
        too_late = await self._set_aside()
        async with self._database.write() as tx:
            removed = await purge(tx, self._now())
        if given or too_late or removed:
            fields = {"given_up": given, "too_late": too_late, "removed": removed}
            log.info("sweep.done", extra=fields)
        return given

    async def _set_aside(self) -> int:
        """How many messages can no longer be said as they were meant."""
        now = self._now()
        async with self._database.write() as tx:
            films = await stale.expire_films(tx, now, BATCH)
            films += await stale.skip_dead_reminders(tx, now)
            return films + await stale.skip_stale(tx, now) + await stale.give_up_on_lost(tx, now)

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
