"""One process at a time polls: the one that holds the role. The others wait for it to be free."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from storage import roles
from storage.database import Database

log = logging.getLogger("reelbell.receive")

ROLE = "poller"
LEASE = timedelta(seconds=20)
MARGIN = 3.0
"""Seconds before the end of the lease when the holder stops, should it not be renewed by then."""
RENEWED_EVERY, TRIED_EVERY = 5.0, 3.0
ANSWERS_WITHIN, GIVEN_UP_WITHIN = 10.0, 2.0
"""Seconds for the database, when nobody waits, and when the process ends."""


class Poller:
    """*poll* asks Telegram as long as the function that it is given says True.

    *holder* is this process's own name. *ticking* is a clock in seconds that nobody can set and
    that goes on while the process is stopped.
    """

    def __init__(
        self,
        database: Database,
        poll: Callable[[Callable[[], bool]], Awaitable[None]],
        *,
        holder: str,
        now: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        ticking: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._poll = poll
        self._holder = holder
        self._now = now
        self._sleep = sleep
        self._ticking = ticking
        self._until = ticking()
        self._down = False

    def holds(self) -> bool:
        """For sure, whatever the others know."""
        return self._left() > 0

    async def run(self) -> None:
        """Until cancelled; then the role is free for the others at once."""
        try:
            while True:
                await self._take(ANSWERS_WITHIN)
                if self.holds():
                    await self._poll_while_held()
                await self._sleep(TRIED_EVERY)
        finally:
            await self._give_up()

    async def _poll_while_held(self) -> None:
        log.info("polling.begun", extra={"holder": self._holder})
        polling = asyncio.ensure_future(self._poll(self.holds))
        try:
            while not polling.done():
                await self._sleep(min(RENEWED_EVERY, self._left()))
                if not self.holds():  # out of time, or just woken: ask nothing before it ends
                    break
                await self._take(self._left())
        finally:
            polling.cancel()
            await asyncio.gather(polling, return_exceptions=True)
        if not polling.cancelled():
            polling.result()
        log.warning("polling.lost", extra={"holder": self._holder})

    def _left(self) -> float:
        return max(self._until - self._ticking(), 0)

    async def _take(self, within: float) -> None:
        """Without an answer of the database a role stays ours as long as it was."""
        asked = self._ticking()
        try:
            async with asyncio.timeout(within), self._database.write() as tx:
                taken = await roles.take(tx, ROLE, self._holder, self._now(), LEASE)
        except Exception:
            if not self._down:
                self._down = True
                log.exception("role.unknown", extra={"role": ROLE})
            return
        self._until = asked + LEASE.total_seconds() - MARGIN if taken else asked
        if self._down:
            self._down = False
            log.warning("role.known", extra={"role": ROLE})

    async def _give_up(self) -> None:
        try:
            async with asyncio.timeout(GIVEN_UP_WITHIN), self._database.write() as tx:
                await roles.give_up(tx, ROLE, self._holder)
        except Exception as error:  # noqa: BLE001 — it ends by itself, only later
            log.warning("role.not_given_up", extra={"error": type(error).__name__})
