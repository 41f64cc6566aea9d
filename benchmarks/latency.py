"""How long a person waits: from an ID to its card, and from the provider's end to the ring.

    python -m benchmarks.latency [--times 10]

The real process against the stand-ins, one chat after the other.
"""

import argparse
import asyncio
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

from benchmarks.ground import machine, real_bot
from sandbox.bot_api import NO_FLOOD_LIMITS, BotApi
from sandbox.serving import serve
from sandbox.video_api import TINY, Script, VideoApi

KEY = "benchmark-key"


async def measure(times: int) -> None:
    telegram, videos = BotApi(limits=NO_FLOOD_LIMITS), VideoApi(KEY, film=TINY)
    with TemporaryDirectory() as folder:
        async with serve(telegram.app) as telegram_url, serve(videos.app) as videos_url:
            settings = {
                "TELEGRAM_TOKEN": telegram.token,
                "TELEGRAM_API_URL": telegram_url,
                "JIMMY_API_KEY": KEY,
                "JIMMY_API_URL": videos_url,
                "DATABASE_URL": f"sqlite+aiosqlite:///{Path(folder)}/reelbell.db",
            }
            async with real_bot(Path(folder), settings):
                await telegram.until(lambda: telegram.called("setMyShortDescription"), 30)
                watched = [await one(telegram, videos, number) for number in range(times)]
    print(f"{machine()}; SQLite; {times} tasks, one after the other; seconds")
    print("                                   median    p90    max")
    report("ID sent → card", [card for card, _, _ in watched])
    report("completed → announcement", [end for _, end, _ in watched])
    report("… of it: poll that told → ring", [ring for _, _, ring in watched])


async def one(telegram: BotApi, videos: VideoApi, number: int) -> tuple[float, float, float]:
    person = telegram.user(2000 + number, "Ann")
    task = videos.add(Script(f"task_bench{number:04}"))
    task.move_to("processing", 10)
    began = time.monotonic()
    telegram.say(person, task.script.task_id)
    await telegram.until(lambda: telegram.called("sendMessage", person.id), 30)
    card = time.monotonic()
    task.move_to("completed")
    ended, asked = time.monotonic(), videos.asked(task.script.task_id)
    await videos.until(lambda: videos.asked(task.script.task_id) > asked, 30)
    told = time.monotonic()
    await telegram.until(lambda: len(telegram.called("sendMessage", person.id)) > 1, 30)
    rang = time.monotonic()
    return card - began, rang - ended, rang - told


def report(what: str, seconds: Sequence[float]) -> None:
    ninety = quantiles(seconds, n=10)[-1]
    print(f"{what:<34} {median(seconds):7.2f} {ninety:6.2f} {max(seconds):6.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=10)
    asyncio.run(measure(parser.parse_args().times))


if __name__ == "__main__":
    main()
