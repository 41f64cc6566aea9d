"""The address of a chat page goes in; what a browser on it would hear and do comes out."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from sandbox.bot_api import NO_FLOOD_LIMITS, BotApi
from sandbox.films import TINY
from sandbox.page import Cast, page_app
from sandbox.serving import serve
from sandbox.video_api import VideoApi

SOON = 30
"""Seconds on a busy machine."""


class Visitor:
    def __init__(self, session: aiohttp.ClientSession, stream: aiohttp.ClientResponse) -> None:
        self._session = session
        self._stream = stream
        self._heard: list[tuple[str, Any]] = []

    async def hears(self, kind: str, wanted: Callable[[Any], bool] = lambda body: True) -> Any:
        """The next event of that kind that is as wanted; those before it are forgotten."""
        async with asyncio.timeout(SOON):
            while True:
                while self._heard:
                    name, body = self._heard.pop(0)
                    if name == kind and wanted(body):
                        return body
                self._heard += await self.hears_next()

    async def hears_next(self) -> list[tuple[str, Any]]:
        """Everything that is told at once."""
        line = b""
        while not line.startswith(b"data: "):
            line = await self._stream.content.readline()
        return [(kind, body) for kind, body in json.loads(line.removeprefix(b"data: "))]

    def leaves(self) -> None:
        """Without a word, in the middle of the stream."""
        self._stream.close()

    async def does(self, path: str, **fields: Any) -> Any:
        """The answer of a success."""
        async with self._session.post(path, json=fields) as response:
            assert response.status == 200, await response.text()
            return await response.json()

    async def fails(self, path: str, **fields: Any) -> tuple[int, str]:
        """The status and the words."""
        return await self.sends(path, json.dumps(fields).encode())

    async def sends(self, path: str, body: bytes) -> tuple[int, str]:
        headers = {"Content-Type": "application/json"}
        async with self._session.post(path, data=body, headers=headers) as response:
            return response.status, await response.text()

    def gets(self, path: str, **headers: str) -> Any:
        return self._session.get(path, headers=headers)


class Ground:
    """The page with its two stand-ins, and no bot."""

    def __init__(self) -> None:
        self.api = BotApi(limits=NO_FLOOD_LIMITS)
        self.videos = VideoApi(film=TINY)
        self.cast = Cast(self.api)
        self.app = page_app(self.cast, self.videos)


@asynccontextmanager
async def visit(ground: Ground) -> AsyncIterator[Visitor]:
    async with (
        serve(ground.app) as url,
        aiohttp.ClientSession(base_url=url, read_bufsize=1 << 22) as session,
        session.get("/events") as stream,
    ):
        yield Visitor(session, stream)
