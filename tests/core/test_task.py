from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given

from bot.core.advance import advance
from bot.core.task import (
    KeyRefused,
    Nonsense,
    NotFound,
    Reading,
    Refusal,
    Refused,
    Snapshot,
    Status,
    Task,
    Throttled,
    Trouble,
    Unavailable,
)
from tests.builders import FILM, NOON, a_task, completed, failed, queued, running
from tests.core.strategies import (
    ended_tasks,
    going,
    known_tasks,
    refusals,
    troubles,
)

FILELESS = completed(media=None)
NEW, QUEUED, RUNNING = Status.NEW, Status.QUEUED, Status.RUNNING
COMPLETED, FAILED = Status.COMPLETED, Status.FAILED


def seconds(count: float) -> datetime:
    return NOON + timedelta(seconds=count)


def after(*said: Reading | tuple[float, Reading]) -> Task:
    """From a new task on; with seconds after noon where time matters."""
    task = a_task()
    for word in said:
        at, reading = word if isinstance(word, tuple) else (0, word)
        task = advance(task, reading, seconds(at))
    return task


@pytest.mark.parametrize(
    ("said", "status", "percent"),
    [
        ((queued(),), QUEUED, None),
        ((running(),), RUNNING, None),
        ((running(0),), RUNNING, 0),
        ((running(57),), RUNNING, 57),
        ((running(100),), RUNNING, 99),
        ((queued(), running(57)), RUNNING, 57),
        ((running(57), running(30)), RUNNING, 57),
        ((running(57), running()), RUNNING, 57),
        ((running(57), queued()), RUNNING, 57),
        ((Snapshot(QUEUED, 57),), QUEUED, None),
        ((completed(),), COMPLETED, 100),
        ((running(57), Snapshot(COMPLETED, None, media=FILM)), COMPLETED, 100),
        ((running(57), Snapshot(COMPLETED, 3, media=FILM)), COMPLETED, 100),
        ((FILELESS,), RUNNING, 99),
        ((FILELESS, running(57)), RUNNING, 99),
        ((FILELESS, completed()), COMPLETED, 100),
        ((failed(),), FAILED, None),
        ((running(57), failed()), FAILED, 57),
        ((completed(), failed()), COMPLETED, 100),
        ((failed(), completed()), FAILED, None),
        ((Refused(Refusal.BAD_ID),), Status.REFUSED, None),
        ((Refused(Refusal.BAD_ID), completed()), Status.REFUSED, None),
        ((NotFound(),), NEW, None),
        ((NotFound(), Refused(Refusal.NOT_YOURS)), Status.REFUSED, None),
        ((NotFound(), Refused(Refusal.BAD_ID)), NEW, None),
        ((NotFound(), NotFound(), Refused(Refusal.BAD_ID)), Status.REFUSED, None),
        ((NotFound(), running(57)), RUNNING, 57),
        ((running(57), NotFound()), RUNNING, 57),
        ((running(57), Unavailable("HTTP 502")), RUNNING, 57),
    ],
)
def test_status_and_percent_follow_what_was_said(
    said: tuple[Reading, ...], status: Status, percent: int | None
) -> None:
    task = after(*said)
    assert (task.status, task.percent) == (status, percent)


@given(known_tasks | ended_tasks, troubles)
def test_trouble_says_nothing_about_the_task(task: Task, trouble: Reading) -> None:
    untold = advance(task, trouble, NOON)
    assert replace(untold, trouble=None, troubles=0, trouble_since=None) == task


@given(known_tasks, refusals)
def test_a_task_that_was_answered_for_is_not_refused_any_more(task: Task, no: Refused) -> None:
    assert advance(task, no, NOON) == replace(
        task, trouble=Trouble.NONSENSE, troubles=1, trouble_since=NOON
    )


@pytest.mark.parametrize(
    ("reading", "trouble"),
    [
        (KeyRefused(), Trouble.KEY),
        (Throttled(), Trouble.THROTTLED),
        (Throttled(NOON), Trouble.THROTTLED),
        (Unavailable("HTTP 502"), Trouble.UNAVAILABLE),
        (Nonsense("no JSON"), Trouble.NONSENSE),
    ],
)
def test_troubles_in_a_row_are_counted_until_the_task_is_spoken_of(
    reading: Reading, trouble: Trouble
) -> None:
    task = after(Unavailable("HTTP 500"), reading, reading)
    assert (task.trouble, task.troubles) == (trouble, 3)
    for spoken in ((running(),), (NotFound(), NotFound()), (NotFound(), running())):
        told = task
        for word in spoken:
            told = advance(told, word, NOON)
        assert (told.trouble, told.troubles) == (None, 0)


@pytest.mark.parametrize(("at", "status"), [(60, QUEUED), (599, QUEUED), (600, Status.UNKNOWN)])
def test_a_task_that_was_known_gets_ten_minutes(at: float, status: Status) -> None:
    assert after(queued(), (0, NotFound()), (30, NotFound()), (at, NotFound())).status is status


def test_a_task_is_not_believed_gone_because_it_was_missed_on_both_sides_of_an_outage() -> None:
    """The user saw 'no such task' for a film that was nearly done."""
    outage = [(at, Unavailable("HTTP 502")) for at in range(30, 900, 30)]
    task = after(running(80), (0, NotFound()), *outage, (900, NotFound()))
    assert task.status is RUNNING
    assert advance(task, completed(), seconds(905)).status is COMPLETED
    assert advance(task, NotFound(), seconds(905)).status is Status.UNKNOWN


@given(going)
def test_a_task_that_is_back_is_missed_from_scratch(back: Snapshot) -> None:
    task = after(queued(), *[(at, NotFound()) for at in range(0, 600, 60)], (590, back))
    assert task.missing_since is None
    for at in (600, 1300):
        task = advance(task, NotFound(), seconds(at))
    assert task.status in (QUEUED, RUNNING)


def test_a_failure_keeps_the_providers_words() -> None:
    assert after(failed("<b>&")).error == "<b>&"
    assert after(failed("")).error == ""


@pytest.mark.parametrize(
    ("created_at", "started_at"),
    [(seconds(-90), seconds(-90)), (seconds(90), NOON), (None, NOON)],
)
def test_a_task_starts_when_it_was_created_or_first_seen_but_never_in_the_future(
    created_at: datetime | None, started_at: datetime
) -> None:
    task = after(queued(), running(created_at=seconds(-500)))
    assert task.started_at == NOON
    assert after(running(created_at=created_at)).started_at == started_at


@pytest.mark.parametrize("said", [completed(), completed(completed_at=seconds(-60)), failed()])
def test_a_task_that_was_over_at_the_first_sight_has_no_start_to_measure_from(
    said: Snapshot,
) -> None:
    """The user read 'took 0 s' under a film that took minutes."""
    assert after(said).started_at is None
    assert after(replace(said, created_at=seconds(-200))).started_at == seconds(-200)


@pytest.mark.parametrize(
    ("completed_at", "ended_at"),
    [
        (seconds(50), seconds(50)),
        (None, seconds(100)),
        (seconds(101), seconds(100)),
        (seconds(-1), seconds(100)),
    ],
)
def test_the_providers_time_of_the_end_is_believed_between_the_start_and_now(
    completed_at: datetime | None, ended_at: datetime
) -> None:
    for said in (
        completed(completed_at=completed_at),
        replace(failed(), completed_at=completed_at),
    ):
        assert after((0, queued()), (100, said)).ended_at == ended_at


@pytest.mark.parametrize(
    ("said", "moves"),
    [
        (running(57), False),
        (running(30), False),
        (running(), False),
        (queued(), False),
        (running(57, model="veo3.1"), False),
        (NotFound(), False),
        (Nonsense("no JSON"), False),
        (running(58), True),
        (FILELESS, True),
        (completed(), True),
        (failed(), True),
    ],
)
def test_a_change_is_a_move_of_status_or_percent(said: Reading, moves: bool) -> None:  # noqa: FBT001 — a column of the table
    task = after((0, running(57)), (20, said))
    assert task.changed_at == (seconds(20) if moves else NOON)


def test_what_was_said_once_is_not_forgotten_when_it_is_left_out() -> None:
    task = after(queued(), running(model="sora2-12s", cost="0.42"), running(50))
    assert (task.model, task.cost) == ("sora2-12s", "0.42")
