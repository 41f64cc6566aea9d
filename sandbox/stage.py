"""A port goes in; while the block lasts, both stand-ins, the page and the real bot play."""

import asyncio
import os
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from sandbox.bot_api import BotApi
from sandbox.page import Cast, page_app
from sandbox.serving import serve
from sandbox.video_api import VideoApi, seed_demo

CODE = Path(__file__).parents[1]
INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "TERM", "VIRTUAL_ENV", "SYSTEMROOT")
"""Of the environment; settings of a bot in earnest must not leak into this one."""
GRACE = 12
"""Seconds in which the bot ends by itself when told to; it promises 8."""
KEY = "sandbox-key"


@dataclass(frozen=True, slots=True)
class Stage:
    cast: Cast
    videos: VideoApi
    page: str
    """The address."""
    bot: Process


@asynccontextmanager
async def on_stage(port: int, speed: float) -> AsyncIterator[Stage]:
    """Port 0 takes a free one; *speed* is that of the tasks' time. Raises OSError."""
    telegram, videos = BotApi(), VideoApi(KEY, speed=speed)
    seed_demo(videos)
    cast = Cast(telegram)
    async with AsyncExitStack() as opened:
        folder = opened.enter_context(TemporaryDirectory(prefix="reelbell-sandbox-"))
        page = await opened.enter_async_context(serve(page_app(cast, videos), port=port))
        settings = {
            "TELEGRAM_TOKEN": telegram.token,
            "TELEGRAM_API_URL": await opened.enter_async_context(serve(telegram.app)),
            "JIMMY_API_KEY": KEY,
            "JIMMY_API_URL": await opened.enter_async_context(serve(videos.app)),
            "DATABASE_URL": f"sqlite+aiosqlite:///{folder}/reelbell.db",
            "ALLOW_PRIVATE_MEDIA_HOSTS": "true",
        }
        bot = await opened.enter_async_context(_bot(settings, folder))
        yield Stage(cast, videos, page, bot)


@asynccontextmanager
async def _bot(settings: dict[str, str], folder: str) -> AsyncIterator[Process]:
    """The real one, in a process of its own; told to stop at the end of the block."""
    known = {name: os.environ[name] for name in INHERITED if name in os.environ}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        "run",
        cwd=folder,  # a .env of the bot in earnest lies elsewhere
        env=known | settings | {"PYTHONPATH": str(CODE)},
        start_new_session=True,  # Ctrl-C is for us; we tell the bot
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
            try:
                await asyncio.wait_for(process.wait(), GRACE)
            except TimeoutError:
                process.kill()
                await process.wait()
