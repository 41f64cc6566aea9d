"""What tests of the receiver look at, and a database that fails on command."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from sqlalchemy import select

from sandbox.bot_api import BotApi
from storage import tables
from storage.database import Database, Tx

Start = Callable[..., asyncio.Task[None]]
"""Starts a receiver, of another bot or with a function to call on arrivals."""


class MoodyDatabase(Database):
    """While away, it fails at the last moment: when the transaction should commit."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.away = False
        self.failed = asyncio.Event()

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Tx]:
        async with super().write() as tx:
            yield tx
            self._fail_if_away()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Tx]:
        self._fail_if_away()
        async with super().read() as tx:
            yield tx

    def _fail_if_away(self) -> None:
        if self.away:
            self.failed.set()
            raise OSError("No space left on device")


async def stored(database: Database) -> list[str]:
    async with database.read() as tx:
        rows = await tx.scalars(select(tables.inbox.c.payload).order_by("update_id"))
    return [json.loads(payload)["message"]["text"] for payload in rows]


async def acknowledged(api: BotApi) -> None:
    await api.until(lambda: not api.pending_updates)


def asked(api: BotApi) -> list[dict[str, Any]]:
    return [call.params for call in api.called("getUpdates")]


def messages(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [one.message for one in caplog.records if one.name == "reelbell.receive"]
