"""Several bots in one house that nobody lives in yet: processes that share a database."""

import asyncio
import json
import signal
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from storage import tables
from storage.database import Database
from tests.journeys.house import ENDS_WITHIN, STARTS_WITHIN, House


@dataclass(frozen=True, slots=True)
class Bot:
    process: Process
    log: Path

    def logged(self, event: str) -> int:
        """How often."""
        lines = [json.loads(line) for line in self.log.read_text().splitlines() if line[:1] == "{"]
        return sum(one["event"] == event for one in lines)

    async def killed(self) -> None:
        """-9, unless it has ended by itself."""
        if self.process.returncode is None:
            self.process.kill()
            await self.process.wait()

    async def told_to_stop(self) -> int:
        self.process.terminate()
        return await asyncio.wait_for(self.process.wait(), ENDS_WITHIN)

    def freezes(self) -> None:
        self.process.send_signal(signal.SIGSTOP)

    def thaws(self) -> None:
        self.process.send_signal(signal.SIGCONT)


@asynccontextmanager
async def a_bot(house: House, **settings: str) -> AsyncIterator[Bot]:
    """It serves, and ends with the block, whatever state it is in."""
    async with house._doorway:
        menus = len(house._menus())
        process = await house._spawn("run", **settings)
        bot = Bot(process, house.outputs[-1])
        try:
            await house.telegram.until(lambda: len(house._menus()) > menus, STARTS_WITHIN)
        except BaseException:
            await bot.killed()
            raise
    try:
        yield bot
    finally:
        await bot.killed()


@asynccontextmanager
async def a_pair(house: House) -> AsyncIterator[tuple[Bot, Bot]]:
    """The one that polls, and the one that would."""
    async with a_bot(house) as one, a_bot(house) as two:
        yield (one, two) if await polls(house, one) else (two, one)


async def polls(house: House, bot: Bot) -> bool:
    """Says the table of roles."""
    database = Database(house.database_url)
    try:
        async with database.read() as tx:
            holder = await tx.scalar(select(tables.roles.c.holder))
    finally:
        await database.close()
    return f"-{bot.process.pid}-" in str(holder)


def conflicts(house: House) -> int:
    """How often two were found to poll."""
    return sum(call.status == 409 for call in house.telegram.called("getUpdates"))
