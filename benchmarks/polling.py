"""How fast one process asks for many tasks that are due at once, and what a question costs.

    python -m benchmarks.polling [--tasks 5000] [--concurrency 50]

The provider runs in a process of its own and answers at once: all that is counted is ours.
"""

import argparse
import asyncio
import json
import random
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
from aiohttp import web

from benchmarks.ground import fill, machine
from bot.pipeline.poll import Poll
from bot.provider.client import JimmyAI
from sandbox.serving import serve
from storage.database import Database

ROUNDS = 3
BODY = {"code": "20000", "msg": "ok", "data": {"status": "processing", "progress": 42}}


async def answer(request: web.Request) -> web.Response:
    data = BODY["data"] | {"task_id": request.match_info["task_id"]}  # type: ignore[operator]
    return web.Response(text=json.dumps(BODY | {"data": data}), content_type="application/json")


async def provide() -> None:
    """The other process: prints its address, then answers until it is ended."""
    app = web.Application()
    app.router.add_get("/api/open-api/v1/videos/{task_id}", answer)
    async with serve(app) as url:
        print(url, flush=True)
        await asyncio.Event().wait()


@asynccontextmanager
async def provider() -> AsyncIterator[str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.polling", "--provide", stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        yield (await process.stdout.readline()).decode().strip()
    finally:
        process.terminate()
        await process.wait()


async def measure(count: int, concurrency: int) -> None:
    print(f"{machine()}; SQLite; {count} tasks due at once, {concurrency} in flight")
    print("round  polled  seconds  polls/s  ms CPU/poll  RSS MB")
    with TemporaryDirectory() as folder:
        url = f"sqlite+aiosqlite:///{Path(folder)}/reelbell.db"
        await fill(url, count, first_look_in=timedelta(0))
        database = Database(url)
        async with provider() as base, JimmyAI(base, concurrency=concurrency) as client:
            for number in range(1, ROUNDS + 1):
                later = datetime.now(UTC) + timedelta(minutes=number)
                await measure_round(number, database, client, concurrency, later)
        await database.close()


async def measure_round(
    number: int, database: Database, client: JimmyAI, concurrency: int, now: datetime
) -> None:
    """*now* lies a minute after the round before: everything is due again."""
    poll = Poll(
        database,
        client,
        key="key",
        rate=1_000_000,
        concurrency=concurrency,
        now=lambda: now,
        dice=random.random,
    )
    process = psutil.Process()
    cpu, began, polled = sum(process.cpu_times()[:2]), time.perf_counter(), 0
    while looked := await poll.once():
        polled += looked
    seconds = time.perf_counter() - began
    spent = (sum(process.cpu_times()[:2]) - cpu) / polled * 1000
    rss = process.memory_info().rss / 1e6
    rate = polled / seconds
    print(f"{number:5} {polled:7} {seconds:8.1f} {rate:8.0f} {spent:12.2f} {rss:7.0f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tasks", type=int, default=5000)
    parser.add_argument("--concurrency", type=int, default=50)
    parser.add_argument("--provide", action="store_true", help="be the provider (internal)")
    chosen = parser.parse_args()
    if chosen.provide:
        asyncio.run(provide())
    else:
        asyncio.run(measure(chosen.tasks, chosen.concurrency))


if __name__ == "__main__":
    main()
