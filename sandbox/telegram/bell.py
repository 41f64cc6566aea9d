"""Something happened goes in; everyone who waits for that, in this event loop, wakes."""

import asyncio


class Bell:
    def __init__(self) -> None:
        self._next = asyncio.Event()
        self._others: list[Bell] = []

    def ring(self) -> None:
        heard, self._next = self._next, asyncio.Event()
        heard.set()
        for other in self._others:
            other.ring()

    def rings_also(self, other: "Bell") -> None:
        """From now on; not back."""
        self._others.append(other)

    @property
    def coming(self) -> asyncio.Event:
        """Set by the next ring. Who takes it before they look misses nothing while they look."""
        return self._next

    async def next(self, seconds: float) -> bool:
        """False when nothing rang within *seconds*."""
        return await heard(self._next, seconds)


async def heard(ring: asyncio.Event, seconds: float) -> bool:
    """False when *ring* was not set within *seconds*."""
    try:
        async with asyncio.timeout(seconds):
            await ring.wait()
    except TimeoutError:
        return False
    return True
