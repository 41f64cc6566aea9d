"""Calls of one process that were let through together go out one after the other.

After a moment in which it stood still they would otherwise go out all at once, on top of what other
processes send meanwhile.
"""

import asyncio


class Spacing:
    """*rate* is per second; a little faster than it, so that nobody waits for long."""

    def __init__(self, rate: float) -> None:
        self._gap = 1 / (rate * 1.1)
        self._next_at = 0.0

    async def turn(self) -> None:
        now = asyncio.get_running_loop().time()
        at = max(now, self._next_at)
        self._next_at = at + self._gap
        if at > now:
            await asyncio.sleep(at - now)
