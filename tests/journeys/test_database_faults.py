"""The real bot on a database that has its troubles: what people ask is answered, and noted once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy import func, select

from storage.database import Database, Tx
from storage.tables import inbox, outbox
from tests.journeys.guest import Guest
from tests.journeys.house import House
from tests.storage.disks import disk_fails_for
from tests.storage.own_postgres import own_postgres

AFTER_AN_OUTAGE = 60
"""Seconds: a claim may have to run out."""
HELP = "You can have up to 50 watches"


@asynccontextmanager
async def house_on(url: str, folder: Path) -> AsyncIterator[House]:
    house = House(folder / "house", url, 1, asyncio.Semaphore(1))
    await house.open()
    try:
        await house.start()
        yield house
    finally:
        await house.close()


async def everybody_asks(house: House, count: int, name: str) -> list[Guest]:
    guests = [house.newcomer(f"{name} {number}") for number in range(count)]
    for guest in guests:
        guest.says("/help")
    return guests


async def test_postgresql_crashes_again_and_again_while_people_ask(tmp_path: Path) -> None:
    with own_postgres() as server:
        async with house_on(server.url, tmp_path) as house:
            guests = []
            for crash in range(4):
                guests += await everybody_asks(house, 6, f"Guest {crash}")
                await guests[-6].sees(HELP, AFTER_AN_OUTAGE)  # they are being answered
                await asyncio.to_thread(server.restart)
            for guest in guests:
                await guest.sees(HELP, AFTER_AN_OUTAGE)
            await everything_is_noted_once(server.url, len(guests))
            assert await house.terminate() == 0
            assert house.output().count("update.failed") == 0


async def everything_is_noted_once(url: str, asked: int) -> None:
    database = Database(url)

    async def look(tx: Tx) -> tuple[list[str], int | None]:
        states = await tx.scalars(select(inbox.c.state))
        return list(states), await tx.scalar(select(func.count()).select_from(outbox))

    states, answers = await database.unit(look)
    await database.close()
    assert states == ["done"] * asked
    assert answers == asked


async def test_a_disk_that_fails_ends_the_bot_and_the_next_one_goes_on(tmp_path: Path) -> None:
    """With a line and an exit code; a supervisor does the rest."""
    file = tmp_path / "house" / "reelbell.db"
    async with house_on(f"sqlite+aiosqlite:///{file}", tmp_path) as house:
        guests = await everybody_asks(house, 3, "Early guest")
        for guest in guests:
            await guest.sees(HELP)
        bot = house._bot
        assert bot is not None
        disk_fails_for(bot.pid, longest=log_size(file))
        late = await everybody_asks(house, 3, "Late guest")
        assert await asyncio.wait_for(bot.wait(), 60) == 3
        assert "IOERR" in house.output().splitlines()[-1]
        assert house.telegram.pending_updates
        await house.start()
        for guest in late:
            await guest.sees(HELP)
        await everything_is_noted_once(house.database_url, 6)


def log_size(file: Path) -> int:
    """Of the -wal, which grows with the next commit."""
    return Path(f"{file}-wal").stat().st_size
