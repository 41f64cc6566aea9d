"""A run whose stage is set goes in; it is played to its end, and its logs are full."""

import asyncio
import random
import shutil
import sqlite3
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Iterable
from contextlib import closing
from pathlib import Path

from sandbox.weather import Weather
from tests.journeys.chaos import fate
from tests.journeys.chaos.fate import Blow
from tests.journeys.chaos.oracle.pacing import messages
from tests.journeys.chaos.stage import Run

LEASE = 30
"""Seconds for which others leave alone what a dead process had in its hands, on PostgreSQL."""
QUIET = 6
"""Seconds without a message after which nothing more is expected."""
FIRST_CALLS_WITHIN = 40


async def play(run: Run) -> None:
    """Everything that goes on at the same time; bounded by the plan's times."""
    for number, seat in enumerate(run.seats, 1):  # the first migrates the database
        await seat.start()
        await run.telegram.until(lambda n=number: _menus(run) >= n, FIRST_CALLS_WITHIN)  # type: ignore[misc]  # the loop's number
    _turn_the_weather(run)
    run.began = time.time()
    guards = [asyncio.create_task(seat.watch_over()) for seat in run.seats]
    try:
        await _together([_ask(run), _run_errands(run), _strike(run)])
        run.ended = time.time()
        await _wait_for_ends(run)
        run.settled = time.time()
        await _wait_for_quiet(run)
    finally:
        for guard in guards:
            guard.cancel()
        await asyncio.gather(*guards, return_exceptions=True)
        run.weather = Counter(_struck(run))


def _menus(run: Run) -> int:
    """The last of the calls that each bot begins with."""
    return len(run.telegram.called("setMyShortDescription")) // 2


def _turn_the_weather(run: Run) -> None:
    plan = run.plan
    if plan.telegram_weather:
        run.telegram.faults.weather = Weather(run.seed, plan.telegram_weather, retry_after=3)
    if plan.provider_weather:
        run.videos.faults.weather = Weather(run.seed, plan.provider_weather, retry_after=3)


def _struck(run: Run) -> Iterable[str]:
    weather = run.telegram.faults.weather
    return weather.struck.elements() if weather is not None else ()


async def _together(works: list[Awaitable[None]]) -> None:
    """The failure of one ends all."""
    async with asyncio.TaskGroup() as group:
        for work in works:
            group.create_task(_awaited(work))


async def _awaited(work: Awaitable[None]) -> None:
    await work


async def _until(run: Run, at: float) -> None:
    await asyncio.sleep(max(0, run.began + at - time.time()))


async def _ask(run: Run) -> None:
    """Until the last task has ended in the world outside."""
    plan = run.plan
    last = 0.0
    for ask in fate.asks(plan, run.seed):
        await _until(run, ask.at)
        run.town.asks(ask)
        if plan.ends_at is not None:
            run.videos.task(ask.script.task_id).move_to("processing", 40)
        else:
            last = max(last, ask.at + ask.script.ends + ask.script.late)
    if plan.ends_at is not None:
        await _until(run, plan.ends_at)
        for task in run.videos.all_tasks():
            task.move_to("failed" if task.script.outcome == "failed" else "completed")
        last = plan.ends_at
    await _until(run, last)


async def _run_errands(run: Run) -> None:
    dice = random.Random(f"errands {run.seed}")
    first = run.plan.asking + 5
    times = sorted(dice.uniform(first, run.plan.span) for _ in range(run.plan.errands))
    for at in times:
        await _until(run, at)
        run.town.runs_an_errand(dice)


async def _strike(run: Run) -> None:
    async with asyncio.TaskGroup() as group:
        for blow in fate.blows(run.plan, run.seed):
            await _until(run, blow.at)
            group.create_task(_hit(run, blow))


async def _hit(run: Run, blow: Blow) -> None:
    seat = run.seats[blow.victim]
    match blow.what:
        case "kill" | "term":
            async with seat.busy:
                run.done.append((time.time(), blow))
                await (seat.kill() if blow.what == "kill" else seat.terminate())
                _check_the_file(run)
                await asyncio.sleep(0.1)
                await seat.start()
        case "freeze":
            async with seat.busy:
                run.done.append((time.time(), blow))
                await seat.freeze(blow.lasts)
        case "restart":
            assert run.server is not None
            run.done.append((time.time(), blow))
            await run.server.crash()
        case "telegram-down":
            run.done.append((time.time(), blow))
            run.telegram.outage = True
            await asyncio.sleep(blow.lasts)
            run.telegram.outage = False
        case "provider-down":
            run.done.append((time.time(), blow))
            run.videos.faults.outage = True
            await asyncio.sleep(blow.lasts)
            run.videos.faults.outage = False


def _check_the_file(run: Run) -> None:
    """A copy: the next process has to cope with what this one has left, log and all."""
    if run.plan.engine != "sqlite":
        return
    with tempfile.TemporaryDirectory() as folder:
        for file in run.folder.glob("reelbell.db*"):
            shutil.copy(file, folder)
        with closing(sqlite3.connect(Path(folder) / "reelbell.db", timeout=5)) as connection:
            found = connection.execute("PRAGMA integrity_check").fetchall()
    run.damages += [str(row) for row in found if row != ("ok",)]


async def _wait_for_ends(run: Run) -> None:
    deadline = time.time() + run.plan.patience
    while run.lost and time.time() < deadline:  # noqa: ASYNC110 — other processes set no event
        await asyncio.sleep(1)


async def _wait_for_quiet(run: Run) -> None:
    """Whatever a dead process had in its hands comes back once, and might come out twice."""
    deadline = time.time() + run.plan.patience
    cuts = [at for at, blow in run.done if blow.what in ("kill", "freeze", "restart")]
    lease = LEASE + 5 if run.plan.engine == "postgresql" else 0
    earliest = max(cuts, default=0) + lease
    while time.time() < deadline:
        made = messages(run.telegram.calls)
        last = made[-1].at if made else run.ended
        if time.time() - last > QUIET and time.time() > earliest:
            return
        await asyncio.sleep(0.5)
