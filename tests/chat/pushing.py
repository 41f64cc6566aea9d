"""What tests of the webhook need: the real server on a free port, and somebody who posts to it."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp

from bot.chat.webhook import SECRET, Webhook
from bot.ops.http import serving
from storage.database import Database
from tests.builders import ANN, Clock

PATH = "/hooks/reelbell"
KNOWN = "CANARY_secret-0123456789-abcdefghij"
Body = bytes | AsyncIterator[bytes]


def an_update(number: int = 1, text: str = "hello", chat: int = ANN) -> dict[str, Any]:
    return {"update_id": number, "message": {"chat": {"id": chat}, "text": text}}


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes


class Pusher:
    """Telegram, or somebody who says so."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self._session = session
        self._url = url

    async def push(
        self, body: dict[str, Any] | Body, secret: str | None = KNOWN, **headers: str
    ) -> Answer:
        """None: without the header."""
        data = json.dumps(body).encode() if isinstance(body, dict) else body
        known = {"Content-Type": "application/json", **headers}
        if secret is not None:
            known[SECRET] = secret
        return await self.ask("POST", PATH, data, known)

    async def ask(
        self, method: str, path: str, body: Body = b"", headers: Mapping[str, str] | None = None
    ) -> Answer:
        async with self._session.request(
            method, self._url + path, data=body, headers=headers
        ) as response:
            return Answer(response.status, await response.read())


@asynccontextmanager
async def pushing(
    database: Database, arrived: Callable[[], None] = lambda: None
) -> AsyncIterator[Pusher]:
    webhook = Webhook(database, KNOWN, now=Clock(), arrived=arrived)
    async with (
        serving("127.0.0.1", 0, {PATH: webhook}) as url,
        aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(15)) as session,
    ):
        yield Pusher(session, url)


async def pieces(size: int, count: int) -> AsyncIterator[bytes]:
    """A body whose length is told nobody before."""
    for _ in range(count):
        yield b" " * size
        await asyncio.sleep(0)  # somebody else's turn
