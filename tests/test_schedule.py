"""The ticks: a stage runs when it is due or nudged, a failing one holds up nobody, all stop."""

import asyncio
import logging
from collections.abc import Sequence

import pytest

from bot.schedule import Schedule, Stage

NEVER = 3600.0
"""Seconds between ticks, in tests that make them come by nudges."""


class Scripted:
    """A stage that finds so much to do on each run, and remembers its runs."""

    def __init__(self, finds: Sequence[int | Exception] = ()) -> None:
        self._finds = list(finds)
        self.runs = 0
        self._ran = asyncio.Condition()

    async def once(self) -> int:
        self.runs += 1
        async with self._ran:
            self._ran.notify_all()
        found = self._finds.pop(0) if self._finds else 0
        if isinstance(found, Exception):
            raise found
        return found

    async def has_run(self, times: int) -> None:
        async with asyncio.timeout(30), self._ran:
            await self._ran.wait_for(lambda: self.runs >= times)


class Held:
    """A stage that is in the middle of something until it is let go."""

    def __init__(self) -> None:
        self.begun = asyncio.Event()
        self.let_go = asyncio.Event()
        self.ended_by: str | None = None

    async def once(self) -> int:
        self.begun.set()
        try:
            await self.let_go.wait()
        except asyncio.CancelledError:
            self.ended_by = "cancelled"
            raise
        self.ended_by = "itself"
        return 1


async def test_every_stage_runs_at_once_when_the_schedule_starts() -> None:
    first, second = Scripted(), Scripted()
    schedule = Schedule({"a": Stage(first.once, NEVER), "b": Stage(second.once, NEVER)})
    schedule.start()
    await first.has_run(1)
    await second.has_run(1)
    await schedule.stop(5)


async def test_a_stage_ticks_again_and_again() -> None:
    stage = Scripted()
    schedule = Schedule({"a": Stage(stage.once, 0.01)})
    schedule.start()
    await stage.has_run(4)
    await schedule.stop(5)


async def test_a_stage_goes_on_until_nothing_is_left() -> None:
    stage = Scripted([3, 3, 1, 0])
    schedule = Schedule({"a": Stage(stage.once, NEVER)})
    schedule.start()
    await stage.has_run(4)
    await schedule.stop(5)
    assert stage.runs == 4


@pytest.mark.parametrize("delay", [0, 0.01])
async def test_a_stage_that_did_something_wakes_those_it_feeds(delay: float) -> None:
    feeder, fed = Scripted([0, 1, 0]), Scripted()
    schedule = Schedule(
        {"a": Stage(feeder.once, NEVER, (("b", delay),)), "b": Stage(fed.once, NEVER)}
    )
    schedule.start()
    await feeder.has_run(1)
    await fed.has_run(1)
    schedule.nudge("a")
    await fed.has_run(2)
    await schedule.stop(5)


async def test_a_stage_that_found_nothing_wakes_nobody() -> None:
    feeder, fed = Scripted(), Scripted()
    schedule = Schedule({"a": Stage(feeder.once, NEVER, (("b", 0),)), "b": Stage(fed.once, NEVER)})
    schedule.start()
    await feeder.has_run(1)
    await fed.has_run(1)
    schedule.nudge("a")
    await feeder.has_run(2)
    await schedule.stop(5)
    assert fed.runs == 1


async def test_a_slow_run_does_not_keep_the_next_from_starting() -> None:
    held = Held()
    schedule = Schedule({"a": Stage(held.once, NEVER)})
    schedule.start()
    async with asyncio.timeout(30):
        await held.begun.wait()
        held.begun.clear()
        schedule.nudge("a")
        await held.begun.wait()
    held.let_go.set()
    await schedule.stop(5)


async def test_a_failing_stage_is_one_line_down_and_one_line_up_and_holds_up_nobody(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.WARNING, "reelbell.schedule")
    away = ConnectionError("the database is away")
    failing, healthy = Scripted([away, away, away, 0, 0, away]), Scripted()
    schedule = Schedule({"a": Stage(failing.once, NEVER), "b": Stage(healthy.once, NEVER)})
    schedule.start()
    for times in range(1, 7):
        await failing.has_run(times)
        await healthy.has_run(times)
        schedule.nudge("a")
        schedule.nudge("b")
    await failing.has_run(7)
    await schedule.stop(5)
    said = [(record.getMessage(), record.__dict__["stage"]) for record in caplog.records]
    assert said == [
        ("stage.down", "a"),
        ("stage.up", "a"),
        ("stage.down", "a"),
        ("stage.up", "a"),
    ]


async def told_of(
    caplog: pytest.LogCaptureFixture, *failures: Exception
) -> list[logging.LogRecord]:
    """What a stage says that fails so, and then is well."""
    caplog.set_level(logging.WARNING, "reelbell.schedule")
    failing = Scripted([*failures, 0])
    schedule = Schedule({"a": Stage(failing.once, NEVER)})
    schedule.start()
    for times in range(1, len(failures) + 1):
        await failing.has_run(times)
        schedule.nudge("a")
    await failing.has_run(len(failures) + 1)
    await schedule.stop(5)
    return caplog.records


async def test_a_database_that_is_away_is_named_without_a_traceback(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Forty lines about a server that restarts say no more than one."""
    away = ConnectionRefusedError("at 10.0.0.7, as canary:password")
    down, up = await told_of(caplog, away, ConnectionResetError(), TimeoutError())
    assert (down.getMessage(), up.getMessage()) == ("stage.down", "stage.up")
    assert down.exc_info is None
    assert (down.__dict__["database"], down.__dict__["error"]) == ("away", "ConnectionRefusedError")
    assert "canary" not in str(down.__dict__)


async def test_a_bug_is_told_with_its_traceback_even_while_the_database_is_away(
    caplog: pytest.LogCaptureFixture,
) -> None:
    bug, away = ZeroDivisionError(), ConnectionResetError()
    records = await told_of(caplog, away, bug, away, bug)
    assert [one.getMessage() for one in records] == ["stage.down", "stage.down", "stage.up"]
    assert [one.exc_info is not None for one in records] == [False, True, False]


async def test_what_runs_at_the_stop_is_let_finish_and_nothing_new_begins() -> None:
    held, fed = Held(), Scripted()
    schedule = Schedule({"a": Stage(held.once, 0.01, (("b", 0),)), "b": Stage(fed.once, NEVER)})
    schedule.start()
    await held.begun.wait()
    await fed.has_run(1)
    stopping = asyncio.create_task(schedule.stop(5))
    await asyncio.sleep(0)  # the stop has begun
    held.begun.clear()
    schedule.nudge("a")
    schedule.nudge("b")
    held.let_go.set()
    await asyncio.wait_for(stopping, 30)
    assert held.ended_by == "itself"
    assert not held.begun.is_set()
    assert fed.runs == 1


async def test_what_does_not_finish_in_its_grace_is_cancelled() -> None:
    held = Held()
    schedule = Schedule({"a": Stage(held.once, NEVER)})
    schedule.start()
    await held.begun.wait()
    async with asyncio.timeout(30):
        await schedule.stop(0.01)
    assert held.ended_by == "cancelled"


async def test_a_schedule_that_never_started_can_be_stopped() -> None:
    schedule = Schedule({"a": Stage(Scripted().once, NEVER)})
    await asyncio.wait_for(schedule.stop(5), 1)


async def test_a_nudge_before_the_start_does_nothing() -> None:
    stage = Scripted()
    schedule = Schedule({"a": Stage(stage.once, NEVER)})
    schedule.nudge("a")
    await schedule.stop(5)
    assert stage.runs == 0
