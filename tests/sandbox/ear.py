"""Pushes of the stand-in go in; what was heard, and the answers that were ordered, come out."""

import asyncio
from typing import Any

from aiohttp import web

from sandbox.telegram.pushing import SECRET_HEADER


class Ear:
    """A bot's webhook that answers as ordered, with 200 once the orders are used up."""

    def __init__(self) -> None:
        self.heard: list[tuple[int, str]] = []
        """Chat and text, as they came."""
        self.secrets: list[str | None] = []
        self.statuses: list[int] = []
        self.deaf_to = 0
        """A chat that gets 503."""
        self.open = asyncio.Event()
        """Unset: an answer waits for it."""
        self.open.set()
        self.came: asyncio.Queue[int] = asyncio.Queue()
        self.at_once = self.most_at_once = 0
        self.app = web.Application()
        self.app.router.add_post("/hook", self._listen)

    async def _listen(self, request: web.Request) -> web.Response:
        update: Any = await request.json()
        chat = update["message"]["chat"]["id"]
        self.heard.append((chat, update["message"]["text"]))
        self.secrets.append(request.headers.get(SECRET_HEADER))
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        self.came.put_nowait(chat)
        try:
            await self.open.wait()
        finally:
            self.at_once -= 1
        if chat == self.deaf_to:
            return web.Response(status=503)
        status = self.statuses.pop(0) if self.statuses else 200
        elsewhere = {"Location": "/elsewhere"} if status == 302 else None
        return web.Response(status=status, headers=elsewhere)
