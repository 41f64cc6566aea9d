"""The stages tick: every so often, and at once when another stage has left them something."""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from storage.faults import Fault, fault_of, name_of

log = logging.getLogger("reelbell.schedule")


MOST_DRAINS = 64
"""Of one stage at the same time: while its database hangs they would grow without bound."""


@dataclass(frozen=True, slots=True)
class Stage:
    """*once* does what is due and says how much that was; *every* so many seconds.

    As long as there was anything it goes on, after a *rest* in seconds. *feeds* names the stages
    that may have something to do after this one, and after how many seconds: a nudge saves them
    the wait for their tick, and losing one costs no more than that.
    """

    once: Callable[[], Awaitable[int]]
    every: float
    feeds: tuple[tuple[str, float], ...] = ()
    rest: float = 0


class Schedule:
    """Ticks may overlap: a stage claims what it does, so one slow item holds up only itself."""

    def __init__(self, stages: Mapping[str, Stage]) -> None:
        self._stages = stages
        self._running: set[asyncio.Task[None]] = set()
        self._failing: dict[str, set[Fault | None]] = {}
        self._draining: Counter[str] = Counter()
        self._open = False
        self._scheduler = AsyncIOScheduler(
            timezone=UTC,
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )

    def start(self) -> None:
        self._open = True
        for name, stage in self._stages.items():
            self._scheduler.add_job(
                self._tick,
                IntervalTrigger(seconds=stage.every, timezone=UTC),
                args=(name,),
                id=name,
                next_run_time=datetime.now(UTC),
            )
        self._scheduler.start()

    async def _tick(self, name: str) -> None:
        """A coroutine, or the scheduler would run it in a thread."""
        self.nudge(name)

    def nudge(self, name: str) -> None:
        """Lets a stage run now. Returns at once."""
        if self._open and self._draining[name] < MOST_DRAINS:
            self._draining[name] += 1
            task = asyncio.get_running_loop().create_task(self._drain(name))
            self._running.add(task)
            task.add_done_callback(partial(self._drained, name))

    def _drained(self, name: str, task: asyncio.Task[None]) -> None:
        self._draining[name] -= 1
        self._running.discard(task)

    async def stop(self, grace: float) -> None:
        """No new work; what runs gets *grace* seconds, then it is cancelled and gives back."""
        self._open = False
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
        if self._running:
            _, late = await asyncio.wait(set(self._running), timeout=grace)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _drain(self, name: str) -> None:
        stage = self._stages[name]
        try:
            while self._open and await stage.once() > 0:
                for fed, delay in stage.feeds:
                    asyncio.get_running_loop().call_later(delay, self.nudge, fed)
                if stage.rest:
                    await asyncio.sleep(stage.rest)  # others have their turn, rates grow back
        except Exception as error:  # noqa: BLE001 — one stage's trouble is not the others'
            self._down(name, error)
        else:
            if name in self._failing:
                del self._failing[name]
                log.warning("stage.up", extra={"stage": name})

    def _down(self, name: str, error: Exception) -> None:
        """One line until it is up, or one more if something else turns out to be the matter."""
        fault = fault_of(error)
        known = self._failing.setdefault(name, set())
        if fault in known:
            return
        known.add(fault)
        if fault is None:  # a bug: where it happened is what there is to know
            log.error("stage.down", exc_info=error, extra={"stage": name})
            return
        fields = {"stage": name, "database": fault.value, "error": name_of(error)}
        log.warning("stage.down", extra=fields)
