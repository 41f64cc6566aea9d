"""What big films cost: memory while ten are uploaded, and how often the bytes of one travel.

    python -m benchmarks.films [--films 10] [--chats 50] [--megabytes 49]

The real process against the stand-ins.
"""

import argparse
import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

from benchmarks.ground import machine, real_bot
from sandbox.bot_api import NO_FLOOD_LIMITS, BotApi
from sandbox.serving import serve
from sandbox.video_api import TINY, Film, Script, VideoApi

KEY = "benchmark-key"
PATIENCE = 300.0
SAMPLED_EVERY = 0.02
CAMERA = Film(1920, 1080, 8, 12, index_last=True)
"""Has to be decoded for its thumbnail, and put in order."""


class Stage:
    def __init__(self, telegram: BotApi, videos: VideoApi, bot: psutil.Process) -> None:
        self.telegram = telegram
        self.videos = videos
        self.bot = bot
        self._ids = 7000

    async def films(self, task: str, chats: int, size: int, film: Film = TINY) -> None:
        """Returns when each of *chats* has the film of that task."""
        made = self.videos.add(Script(task, size=size, film=film))
        made.move_to("completed")
        people = []
        for _ in range(chats):
            self._ids += 1
            people.append(self.telegram.user(self._ids, "Ann"))
            self.telegram.say(people[-1], task)
        ids = [one.id for one in people]
        await self.telegram.until(lambda: all(map(self._has_film, ids)), PATIENCE)

    def _has_film(self, chat: int) -> bool:
        return any("video" in message for message in self.telegram.messages(chat))

    def downloads(self) -> int:
        return sum(not one.bytes_range for one in self.videos.fetches)

    def ways(self) -> Counter[str]:
        return Counter(one.how for one in self.telegram.files)


@asynccontextmanager
async def stage() -> AsyncIterator[Stage]:
    telegram, videos = BotApi(limits=NO_FLOOD_LIMITS), VideoApi(KEY, film=TINY)
    with TemporaryDirectory() as folder:
        async with serve(telegram.app) as telegram_url, serve(videos.app) as videos_url:
            settings = {
                "TELEGRAM_TOKEN": telegram.token,
                "TELEGRAM_API_URL": telegram_url,
                "JIMMY_API_KEY": KEY,
                "JIMMY_API_URL": videos_url,
                "DATABASE_URL": f"sqlite+aiosqlite:///{Path(folder)}/reelbell.db",
                "ALLOW_PRIVATE_MEDIA_HOSTS": "true",
            }
            async with real_bot(Path(folder), settings) as bot:
                await telegram.until(lambda: telegram.called("setMyShortDescription"), 30)
                yield Stage(telegram, videos, bot)


async def most_memory(bot: psutil.Process, seen: list[int]) -> None:
    while True:
        seen.append(bot.memory_info().rss)
        await asyncio.sleep(SAMPLED_EVERY)  # nothing tells when memory is taken


async def at_once(films: int, size: int, film: Film) -> None:
    async with stage() as here:
        await here.films("task_warm", 1, size, film)
        seen = [here.bot.memory_info().rss]
        watching = asyncio.create_task(most_memory(here.bot, seen))
        began = time.monotonic()
        await asyncio.gather(*(here.films(f"task_big{n}", 1, size, film) for n in range(films)))
        took = time.monotonic() - began
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching
        grown = (max(seen) - seen[0]) / 1e6
        what = f"{films} films of {size / 1e6:.0f} MB, {film.width}×{film.height}"
        print(
            f"{what}, at once: {took:.1f} s, RSS {seen[0] / 1e6:.0f} MB + {grown:.0f} MB;"
            f" {dict(here.ways())}"
        )


async def for_many(chats: int, size: int) -> None:
    async with stage() as here:
        began = time.monotonic()
        await here.films("task_shared", chats, size)
        print(
            f"{chats} chats wait for one film of {size / 1e6:.0f} MB:"
            f" {time.monotonic() - began:.1f} s; {dict(here.ways())},"
            f" downloaded {here.downloads()} times"
        )


async def measure(films: int, chats: int, size: int) -> None:
    print(f"{machine()}; SQLite")
    await at_once(films, size, TINY)
    await at_once(films, size, CAMERA)
    await for_many(chats, size)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--films", type=int, default=10)
    parser.add_argument("--chats", type=int, default=50)
    parser.add_argument("--megabytes", type=float, default=49)
    chosen = parser.parse_args()
    asyncio.run(measure(chosen.films, chosen.chats, int(chosen.megabytes * 1e6)))


if __name__ == "__main__":
    main()
