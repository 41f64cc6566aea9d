"""Something happened goes in; everyone who waits for that, in this event loop, wakes."""

import asyncio


class Bell:
    def __init__(self) -> None:
        self._next = asyncio.Event()

    def ring(self) -> None:
        heard, self._next = self._next, asyncio.Event()
        heard.set()

    async def next(self, seconds: float) -> bool:
        """False when nothing rang within *seconds*."""
        try:
            async with asyncio.timeout(seconds):
                await self._next.wait()
        except TimeoutError:
            return False
        return True
