"""Work that blocks goes in, piece after piece into a thread; what it yields comes out."""

import asyncio
from collections.abc import Callable
from threading import Event
from typing import TypeVar

Stopped = Callable[[], bool]
_T = TypeVar("_T")


def never() -> bool:
    """Nobody is going to stop it."""
    return False


class Bench:
    """FFmpeg at work twice would need its memory twice."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()

    async def work(self, piece: Callable[[Stopped], _T]) -> _T:
        """Whoever is cancelled waits for its end, or the files would be removed under its hands.

        What takes long asks now and then whether it is to stop.
        """
        async with self._turn:
            stop = Event()
            working = asyncio.ensure_future(asyncio.to_thread(piece, stop.is_set))
            try:
                return await asyncio.shield(working)
            except asyncio.CancelledError:
                stop.set()
                await asyncio.wait({working})
                raise
