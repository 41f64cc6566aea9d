"""What the real process costs while nothing is due: memory and CPU with many sleeping watches.

python -m benchmarks.idle [--watches 1000] [--seconds 30]
"""

import argparse
import asyncio
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.ground import fill, machine, real_bot
from sandbox.bot_api import BotApi
from sandbox.serving import serve

SETTLE = 5.0
"""Seconds after the first question for updates, until the start is over."""


async def measure(watches: int, seconds: float) -> None:
    api = BotApi()
    with TemporaryDirectory() as folder:
        url = f"sqlite+aiosqlite:///{Path(folder)}/reelbell.db"
        await fill(url, watches, first_look_in=timedelta(hours=1))
        async with serve(api.app) as base:
            settings = {
                "TELEGRAM_TOKEN": api.token,
                "TELEGRAM_API_URL": base,
                "JIMMY_API_KEY": "key",
                "JIMMY_API_URL": "http://127.0.0.1:9",
                "DATABASE_URL": url,
            }
            async with real_bot(Path(folder), settings) as process:
                await api.until(lambda: api.called("getMe"), 30)
                await asyncio.sleep(SETTLE)  # the start is over then
                before = sum(process.cpu_times()[:2])
                await asyncio.sleep(seconds)  # this is what is measured
                cpu = (sum(process.cpu_times()[:2]) - before) / seconds * 100
                rss = process.memory_info().rss / 1e6
    print(f"{machine()}; SQLite; {watches} sleeping watches, {seconds:.0f} s")
    print(f"RSS {rss:.0f} MB, {cpu:.1f} % of a core")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--watches", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=30)
    chosen = parser.parse_args()
    asyncio.run(measure(chosen.watches, chosen.seconds))


if __name__ == "__main__":
    main()
