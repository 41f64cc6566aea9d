"""The stand-in for the Bot API, and our bot connected to it as in production."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from telegram import Bot

from bot.chat.receiver import Receiver
from bot.chat.sender import Sender
from bot.chat.telegram import connected
from sandbox.bot_api import NO_FLOOD_LIMITS, BotApi, User
from sandbox.serving import serve
from storage.schema import migrate
from tests.builders import ANN, Clock
from tests.chat.receiving import MoodyDatabase, Start
from tests.fakes import Pauses


@pytest.fixture
async def api() -> BotApi:
    return BotApi(limits=NO_FLOOD_LIMITS)


@pytest.fixture
def ann(api: BotApi) -> User:
    """Has opened her chat with the bot before."""
    person = api.user(ANN, "Ann")
    api.private_chat(person)
    return person


@pytest.fixture
async def bot(api: BotApi) -> AsyncIterator[Bot]:
    async with serve(api.app) as url, connected(api.token, url) as bot:
        await bot.initialize()
        yield bot


@pytest.fixture
def sender(bot: Bot, ann: User) -> Sender:
    return Sender(bot)


@pytest.fixture
async def moody(tmp_path: Path) -> AsyncIterator[MoodyDatabase]:
    url = f"sqlite+aiosqlite:///{tmp_path}/reelbell.db"
    await migrate(url)
    database = MoodyDatabase(url)
    yield database
    await database.close()


@pytest.fixture
def pauses() -> Pauses:
    return Pauses()


@pytest.fixture
async def start(bot: Bot, moody: MoodyDatabase, pauses: Pauses) -> AsyncIterator[Start]:
    """Receivers that end with the test."""
    running: list[asyncio.Task[None]] = []

    def begin(
        other: Bot | None = None,
        arrived: Callable[[], None] = lambda: None,
        held: Callable[[], bool] = lambda: True,
    ) -> asyncio.Task[None]:
        receiver = Receiver(other or bot, moody, now=Clock(), arrived=arrived, sleep=pauses)
        running.append(asyncio.create_task(receiver.run(held)))
        return running[-1]

    yield begin
    for one in running:
        one.cancel()
    await asyncio.gather(*running, return_exceptions=True)
