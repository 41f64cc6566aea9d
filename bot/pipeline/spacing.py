"""Calls of one process that were let through together go out one after the other.

Otherwise they would go out all at once, on top of what other processes send meanwhile.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable

CAUGHT_UP = 1
"""So many turns late are made good, as a sleep always takes a little longer; no more."""


class Spacing:
    """*rate* is per second; a little faster than it, so that nobody waits for long."""

    def __init__(
        self,
        rate: float,
        *,
        ticking: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._gap = 1 / (rate * 1.1)
        self._next_at = ticking()
        self._ticking = ticking
        self._sleep = sleep
        self._turn = asyncio.Lock()

    async def turn(self) -> None:
        """Returns when it is the caller's: in a process that stood still, not all turns at once."""
        async with self._turn:
            while (wait := self._next_at - (now := self._ticking())) > 0:
                await self._sleep(wait)
            self._next_at = max(self._next_at, now - CAUGHT_UP * self._gap) + self._gap
