"""10,000 tasks that are due at once: how soon all are looked at, and whether people still get by.

The database is filled beforehand, as if the bot had been away for a while.
"""

import asyncio
import random
import time
from datetime import timedelta
from pathlib import Path

import psutil

from benchmarks.ground import fill
from sandbox.bot_api import BotApi
from sandbox.scripts import Script
from tests.journeys.chaos.plan import Bound, Plan
from tests.journeys.chaos.stage import Run, staged
from tests.journeys.chaos.verdict import Figure

WATCHES = 10_000
LATENCY = 0.1
LONGEST = 120
BETWEEN_LISTS = 2.0
PLAN = Plan(
    "10,000 due at once, 100 ms latency, 50 in flight, SQLite",
    engine="sqlite",
    bots=1,
    watches=WATCHES,
    people=1,
    asking=0,
    settings={"POLL_RATE": "10000", "POLL_CONCURRENCY": "50"},
)


async def measure(seed: int, folder: Path) -> list[Figure]:
    await fill(
        f"sqlite+aiosqlite:///{folder}/reelbell.db", WATCHES, first_look_in=timedelta(seconds=0)
    )
    async with staged(PLAN, seed, folder) as run:
        for number in range(1, WATCHES + 1):  # as the database knows them: there is no news
            run.videos.add(Script(f"task_{number:08}")).move_to("processing", 10)
        run.videos.faults.latency = LATENCY
        (seat,) = run.seats
        await seat.start()
        assert seat.process is not None
        watching = asyncio.create_task(_largest(psutil.Process(seat.process.pid)))
        waits = await _ask_meanwhile(run, random.Random(seed))
        watching.cancel()
        rss = await watching
        first = run.videos.calls[0].at
        looked, last = _looked_at(run)
    return [
        Figure("tasks looked at", looked, Bound(least=WATCHES)),
        Figure("seconds for all", round(last - first, 1), Bound(most=40)),
        Figure("MB of RSS at most", round(rss / 1e6), Bound(most=250)),
        Figure("lists asked for", len(waits), Bound(least=3)),
        Figure("slowest list, seconds", round(max(waits, default=LONGEST), 2), Bound(most=2)),
    ]


def _looked_at(run: Run) -> tuple[int, float]:
    """How many different tasks, and when the last of them was."""
    first: dict[str, float] = {}
    for call in run.videos.calls:
        first.setdefault(call.task_id, call.at)
    return len(first), max(first.values(), default=0)


async def _ask_meanwhile(run: Run, dice: random.Random) -> list[float]:
    """Seconds that each list took, asked for by somebody in turn until all tasks were seen."""
    telegram, waits = run.telegram, []
    deadline = time.time() + LONGEST
    await run.videos.until(lambda: run.videos.calls, 30)
    while time.time() < deadline and _looked_at(run)[0] < WATCHES:
        waits.append(await _list(telegram, dice.randint(1, WATCHES)))
        await asyncio.sleep(max(0, BETWEEN_LISTS - waits[-1]))
    return waits


async def _list(telegram: BotApi, person: int) -> float:
    user = telegram.user(person, f"Person {person}")
    chat = telegram.private_chat(user)
    before, asked = len(telegram.called("sendMessage", chat)), time.time()
    telegram.say(user, "/list", chat)
    await telegram.until(lambda: len(telegram.called("sendMessage", chat)) > before, 60)
    return time.time() - asked


async def _largest(process: psutil.Process) -> int:
    """Bytes, until it is told to stop."""
    most = 0
    try:
        while process.is_running():
            most = max(most, process.memory_info().rss)
            await asyncio.sleep(0.25)
    except (asyncio.CancelledError, psutil.NoSuchProcess):
        pass
    return most
