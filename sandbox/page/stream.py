"""A page that listens goes in; what happens reaches it at once, as server-sent events."""

import asyncio
import json
import time
from contextlib import suppress

from aiohttp import web

from sandbox.page.teller import News, Teller
from sandbox.telegram.bell import Bell, heard

PULSE = 0.5
"""Seconds: progress is a matter of time and rings no bell."""
KEPT_ALIVE = 15
"""Seconds of silence after which a blank line shows who is still there."""


class Stream:
    """*bell* rings whenever there may be news."""

    def __init__(self, bell: Bell) -> None:
        self._bell = bell
        self._closing = asyncio.Event()

    def close(self) -> None:
        self._closing.set()
        self._bell.ring()

    async def tell(self, request: web.Request, teller: Teller) -> web.StreamResponse:
        """Until the page leaves or the application ends."""
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        with suppress(ConnectionResetError):  # it leaves while it is told something
            await self._tell(response, teller)
        return response

    async def _tell(self, response: web.StreamResponse, teller: Teller) -> None:
        coming, news, spoke_at = self._bell.coming, teller.first(), time.monotonic()
        while not self._closing.is_set():
            if news:
                await response.write(_event(news))
                spoke_at = time.monotonic()
            elif not await heard(coming, PULSE) and time.monotonic() - spoke_at > KEPT_ALIVE:
                await response.write(b":\n\n")
                spoke_at = time.monotonic()
            coming, news = self._bell.coming, teller.news()


def _event(news: News) -> bytes:
    return b"data: " + json.dumps(news, separators=(",", ":")).encode() + b"\n\n"
