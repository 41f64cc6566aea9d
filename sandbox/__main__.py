"""Starts the stand-ins, the page and the real bot between them; runs until Ctrl-C."""

import argparse
import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from sandbox.bot_api import BotApi
from sandbox.page import page_app
from sandbox.serving import serve
from sandbox.video_api import VideoApi, seed_demo

CODE = Path(__file__).parents[1]
INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "TERM", "VIRTUAL_ENV", "SYSTEMROOT")
"""Of the environment; settings of a bot in earnest must not leak into this one."""
GRACE = 12
"""Seconds in which the bot ends by itself when told to; it promises 8."""
KEY = "sandbox-key"


def main() -> int:
    chosen = _arguments()
    try:
        return asyncio.run(_run(chosen.port, chosen.speed))
    except KeyboardInterrupt:
        return 0
    except OSError as error:
        print(f"port {chosen.port}: {error.strerror}; try --port", file=sys.stderr)
        return 2


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=8090, help="of the page (8090)")
    parser.add_argument("--speed", type=float, default=1.0, help="of the tasks' time (1)")
    return parser.parse_args()


async def _run(port: int, speed: float) -> int:
    told_to_stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, told_to_stop.set)
    telegram, videos = BotApi(), VideoApi(KEY, speed=speed)
    seed_demo(videos)
    async with AsyncExitStack() as opened:
        folder = opened.enter_context(TemporaryDirectory(prefix="reelbell-sandbox-"))
        page = await opened.enter_async_context(serve(page_app(telegram, videos.tasks), port=port))
        telegram_url = await opened.enter_async_context(serve(telegram.app))
        videos_url = await opened.enter_async_context(serve(videos.app))
        settings = {
            "TELEGRAM_TOKEN": telegram.token,
            "TELEGRAM_API_URL": telegram_url,
            "JIMMY_API_KEY": KEY,
            "JIMMY_API_URL": videos_url,
            "DATABASE_URL": f"sqlite+aiosqlite:///{folder}/reelbell.db",
        }
        bot = await opened.enter_async_context(_bot(settings, folder))
        print(f"\n  Chat with the bot on {page}\n  Ctrl-C ends everything.\n", flush=True)
        return await _first(told_to_stop, bot)


@asynccontextmanager
async def _bot(settings: dict[str, str], folder: str) -> AsyncIterator[asyncio.subprocess.Process]:
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


async def _first(told_to_stop: asyncio.Event, bot: asyncio.subprocess.Process) -> int:
    """0 when somebody ended it; else what the bot ended with by itself."""
    stopping, dying = asyncio.create_task(told_to_stop.wait()), asyncio.create_task(bot.wait())
    await asyncio.wait({stopping, dying}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if told_to_stop.is_set():
        dying.cancel()
        return 0
    print(f"the bot has ended with {dying.result()}", file=sys.stderr)
    return dying.result() or 1


if __name__ == "__main__":
    sys.exit(main())
