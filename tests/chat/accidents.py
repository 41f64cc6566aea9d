"""Accidents on the way to Telegram: a sender comes out that is about to have one."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from functools import partial

import httpx_aiohttp
from telegram import Bot
from telegram.request import HTTPXRequest

from bot.chat.sender import Sender
from bot.chat.telegram import _session, connected
from sandbox.bot_api import NO_FLOOD_LIMITS, BotApi, Fault
from sandbox.serving import serve
from sandbox.telegram.faults import Kind
from tests.builders import ANN
from tests.chat.servers import cutting, saying

SHORTLY = 0.05
Accident = AbstractAsyncContextManager[Sender]


@asynccontextmanager
async def at(url: str) -> AsyncIterator[Sender]:
    async with connected("42:SANDBOX-TOKEN", url) as bot:
        yield Sender(bot)


@asynccontextmanager
async def answered(status: int, body: str) -> AsyncIterator[Sender]:
    async with saying(status, body) as url, at(url) as sender:
        yield sender


@asynccontextmanager
async def cut_after(reply: bytes) -> AsyncIterator[Sender]:
    async with cutting(reply) as url, at(url) as sender:
        yield sender


@asynccontextmanager
async def struck(kind: Kind, description: str = "") -> AsyncIterator[Sender]:
    """By an accident of the sandbox; who is left without an answer soon hangs up."""
    api = BotApi(limits=NO_FLOOD_LIMITS)
    api.private_chat(api.user(ANN, "Ann"))
    for method in ("sendMessage", "editMessageText", "editMessageMedia"):
        api.faults.add(Fault(method, kind, description=description, retry_after=17))
    async with serve(api.app) as url, connected(api.token, url) as bot:
        hangs = kind in ("hang", "silent")
        yield Sender(bot, text_deadline=SHORTLY, media_deadline=SHORTLY) if hangs else Sender(bot)


@asynccontextmanager
async def crowded() -> AsyncIterator[Sender]:
    """One connection for all, and somebody is using it."""
    api = BotApi(limits=NO_FLOOD_LIMITS)
    api.faults.add(Fault("getMe", "hang"))
    async with serve(api.app) as url, one_connection(url) as bot:
        using = asyncio.create_task(bot.get_me())
        await api.until(lambda: api.called("getMe"))
        yield Sender(bot)
        using.cancel()
        await asyncio.gather(using, return_exceptions=True)


@asynccontextmanager
async def unaccepted() -> AsyncIterator[Sender]:
    """A server whose queue is full lets nobody in: no connection is ever made."""
    async with AsyncExitStack() as opened:
        server = opened.enter_context(socket.socket())
        server.bind(("127.0.0.1", 0))
        server.listen(0)
        for _ in range(2):
            waiting = opened.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(server.getsockname())
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        yield Sender(await opened.enter_async_context(one_connection(url)))


@asynccontextmanager
async def one_connection(url: str) -> AsyncIterator[Bot]:
    transport = httpx_aiohttp.AiohttpTransport(client=partial(_session, 1))
    request = HTTPXRequest(
        connect_timeout=SHORTLY, pool_timeout=SHORTLY, httpx_kwargs={"transport": transport}
    )
    yield Bot("42:SANDBOX-TOKEN", base_url=f"{url}/bot", request=request)
    await request.shutdown()
