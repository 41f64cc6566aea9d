"""10,000 damaged answers of the provider: none may raise, and none may tell what was not told."""

from datetime import timedelta

from hypothesis import HealthCheck, Phase, given, seed, settings

from bot.core.step import take_step
from bot.core.task import Status, Task, TaskId
from bot.core.watch import Watch, WatchId, WatchRef
from tests.builders import NOON
from tests.journeys.chaos.plan import NONE_OF_THEM, Bound
from tests.journeys.chaos.verdict import Figure
from tests.provider.mutants import STATUSES, TASK, mutants
from tests.provider.test_wire_properties import assert_sound, read, told_end

BODIES = 10_000
RUNNING = Task(TaskId(TASK), Status.RUNNING, 60, started_at=NOON - timedelta(minutes=1))
WATCH = Watch(WatchId(1), WatchRef("ref"), (25, 50, 75), 50)


def measure(number: int) -> list[Figure]:
    """*number* seeds it."""
    crashes: list[str] = []
    wrong: list[str] = []
    count = 0

    @seed(number)
    @settings(
        max_examples=BODIES,
        deadline=None,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(mutants(), STATUSES)
    def one(body: bytes, status: int) -> None:
        nonlocal count
        count += 1
        try:
            wrong.extend(_lies(body, status))
        except Exception as error:  # noqa: BLE001 — each is counted
            crashes.append(f"{error!r}: {status} {body[:200]!r}")

    one()
    return [
        Figure("bodies", count, Bound(least=BODIES)),
        Figure("crashes", len(crashes), NONE_OF_THEM, tuple(crashes)),
        Figure("wrong notices", len(wrong), NONE_OF_THEM, tuple(wrong)),
    ]


def _lies(body: bytes, status: int) -> list[str]:
    reading = read(body, status)
    assert_sound(reading)
    step = take_step(RUNNING, reading, (WATCH,), NOON, 0.5)
    found = []
    after = step.task.status
    if after in (Status.COMPLETED, Status.FAILED) and after is not told_end(status, body):
        found.append(f"{after}: {status} {body[:200]!r}")
    marks = [news.milestone.mark for news in step.news if news.milestone is not None]
    if any(mark <= WATCH.told for mark in marks):
        found.append(f"a milestone below one that was told: {status} {body[:200]!r}")
    return found
