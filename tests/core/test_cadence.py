from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.advance import advance
from bot.core.cadence import WHEN_UNHEARD, next_look, seldom
from bot.core.task import (
    Endpoint,
    KeyRefused,
    Nonsense,
    NotFound,
    Reading,
    Snapshot,
    Status,
    Task,
    Throttled,
    Unavailable,
)
from tests.builders import NOON, a_task, completed, queued, running
from tests.core.strategies import (
    Look,
    dice,
    ended_tasks,
    going,
    known_tasks,
    lived,
    lives,
    readings,
    troubles,
)

LUCKY, UNLUCKY = 0.0, 1 - 1e-9
"""The two ends of the die."""
HALF_AN_HOUR = timedelta(minutes=30)
LONG_OUT = st.integers(1, 10_000)


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


def gap(task: Task, reading: Reading, now: datetime = NOON, die: float = LUCKY) -> timedelta:
    """Of a task that is still going."""
    at = next_look(task, reading, now, die)
    assert at is not None
    return at - now


def gaps(task: Task, reading: Reading, count: int) -> list[float]:
    """In seconds, while the answer stays the same and every look is in time."""
    now, found = NOON, []
    for _ in range(count):
        task = advance(task, reading, now)
        found.append(gap(task, reading, now))
        now += found[-1]
    return [wait.total_seconds() for wait in found]


def looked_until_the_end(task: Task, reading: Reading) -> tuple[int, timedelta]:
    """How many looks it took, and how long."""
    now = NOON
    for count in range(1, 1000):
        task = advance(task, reading, now)
        due = next_look(task, reading, now, LUCKY)
        if due is None:
            return count, now - NOON
        now = due
    raise AssertionError("it never ends")


@given(ended_tasks, readings, dice)
def test_a_final_task_is_never_polled_again(task: Task, reading: Reading, die: float) -> None:
    assert next_look(task, reading, NOON, die) is None


@given(lives)
@settings(max_examples=150, deadline=None)
def test_a_task_that_goes_on_is_looked_at_again_in_the_near_future(life: list[Look]) -> None:
    for one in lived(life):
        assert (one.next_look_at is None) == one.after.status.is_end
        if one.next_look_at is not None and not isinstance(one.look.reading, Throttled):
            wait, turns = one.next_look_at - one.now, one.before.endpoint != one.after.endpoint
            assert timedelta(0) <= wait <= timedelta(minutes=6)
            assert wait or (turns and one.after.endpoint is Endpoint.IMAGES)


@given(known_tasks, going, st.timedeltas(timedelta(0), HALF_AN_HOUR), dice)
@settings(max_examples=150, deadline=None)
def test_a_healthy_task_is_asked_for_every_5_to_15_seconds(
    task: Task, reading: Snapshot, quiet: timedelta, die: float
) -> None:
    task = replace(advance(task, reading, NOON), changed_at=NOON - quiet)
    assert seconds(5) <= gap(task, reading, NOON, die) <= seconds(15)


@given(st.timedeltas(timedelta(0), timedelta(days=3)), st.timedeltas(timedelta(0), HALF_AN_HOUR))
def test_the_longer_a_task_is_quiet_the_seldomer_it_is_asked_for(
    quiet: timedelta, more: timedelta
) -> None:
    younger = a_task(status=Status.RUNNING, percent=50, changed_at=NOON - quiet)
    older = replace(younger, changed_at=NOON - quiet - more)
    assert gap(younger, running(50)) <= gap(older, running(50)) <= seconds(50)


@pytest.mark.parametrize(
    ("percent", "quiet", "wait"),
    [
        (None, 0, 5),
        (0, 100, 5),
        (0, 200, 10),
        (50, 250, 12.5),
        (50, 1800, 12.5),
        (50, 3600, 30),
        (50, 6000, 50),
        (50, 260_000, 50),
        (89, 200, 10),
        (90, 200, 5),
        (99, 1800, 5),
        (99, 3600, 30),
        (99, 260_000, 50),
    ],
)
def test_the_young_and_the_nearly_done_are_asked_for_often_and_the_stuck_are_not(
    percent: int | None, quiet: float, wait: float
) -> None:
    """A task that hung at 99 % was asked for every 5 s for three days."""
    task = a_task(status=Status.RUNNING, percent=percent, changed_at=NOON - seconds(quiet))
    assert gap(task, running(percent)) == seconds(wait)
    assert gap(task, running(percent), die=UNLUCKY) <= seconds(wait * 1.2)


def test_a_film_that_lacks_only_its_file_is_asked_for_as_often_as_allowed() -> None:
    assert gaps(a_task(), completed(media=None), 30) == [5] * 30


@pytest.mark.parametrize("trouble", [Unavailable("HTTP 502"), Nonsense("no JSON"), Throttled()])
def test_trouble_is_backed_off_from_up_to_five_minutes(trouble: Reading) -> None:
    assert gaps(a_task(), trouble, 9) == [5, 10, 20, 40, 80, 160, 300, 300, 300]


def test_a_refused_key_is_tried_once_a_minute_at_most() -> None:
    assert gaps(a_task(), KeyRefused(), 5) == [60, 120, 240, 300, 300]


@given(known_tasks, troubles, LONG_OUT, dice)
def test_an_outage_of_any_length_is_followed_by_a_look(
    task: Task, trouble: Reading, before: int, die: float
) -> None:
    out = advance(replace(task, troubles=before), trouble, NOON)
    at = next_look(out, trouble, NOON, die)
    assert at is not None
    assert at >= NOON + seconds(5)


@pytest.mark.parametrize("trouble", [Unavailable("HTTP 502"), Throttled()])
def test_after_a_trouble_the_pace_is_the_usual_one_again(trouble: Reading) -> None:
    task = advance(advance(a_task(), trouble, NOON), queued(), NOON)
    assert gap(task, queued()) == seconds(5)


@given(lives)
@settings(max_examples=150, deadline=None)
def test_retry_after_is_never_cut_short(life: list[Look]) -> None:
    for one in lived(life):
        reading, due = one.look.reading, one.next_look_at
        if isinstance(reading, Throttled) and reading.until is not None and due is not None:
            assert due >= max(reading.until, one.now + seconds(5))


def test_retry_after_is_not_stretched_by_more_than_a_second() -> None:
    hour = Throttled(NOON + timedelta(hours=1))
    throttled = advance(a_task(), hour, NOON)
    for die in (LUCKY, UNLUCKY):
        assert seconds(3600) <= gap(throttled, hour, NOON, die) <= seconds(3601)


def test_a_provider_that_always_says_at_once_is_backed_off_from_all_the_same() -> None:
    assert gaps(a_task(), Throttled(NOON), 8) == [5, 10, 20, 40, 80, 160, 300, 300]


def test_an_unknown_id_is_looked_for_quickly_first_and_right_at_the_end_of_its_minute() -> None:
    assert gaps(a_task(), NotFound(), 8) == [0, 2, 0, 2, 0, 4, 0, 8]
    count, took = looked_until_the_end(a_task(), NotFound())
    assert took == seconds(60)
    assert 12 <= count <= 20


def test_a_known_task_is_looked_for_in_the_band_and_right_at_the_end_of_its_grace() -> None:
    known = a_task(status=Status.RUNNING, percent=50)
    count, took = looked_until_the_end(known, NotFound())
    assert took == timedelta(minutes=10)
    assert 40 <= count <= 60


def test_a_task_that_is_still_missed_after_an_outage_is_looked_for_in_the_band() -> None:
    task = advance(a_task(status=Status.RUNNING), NotFound(), NOON)
    now = NOON + timedelta(minutes=15)
    assert gap(advance(task, NotFound(), now), NotFound(), now) == seconds(12.5)


def test_the_wait_for_a_file_ends_within_seconds_of_its_grace() -> None:
    count, took = looked_until_the_end(a_task(), completed(media=None))
    assert seconds(180) <= took <= seconds(186)
    assert count <= 40


@given(known_tasks, readings, dice, dice)
def test_the_die_only_ever_lengthens_a_wait_and_by_a_fifth_at_most(
    task: Task, reading: Reading, one: float, other: float
) -> None:
    task = advance(task, reading, NOON)
    if task.status.is_end:
        return
    low, high = sorted([one, other])
    shortest = gap(task, reading)
    assert shortest <= gap(task, reading, NOON, low) <= gap(task, reading, NOON, high)
    assert gap(task, reading, NOON, high) <= shortest * 1.2 + timedelta(microseconds=2)


@given(st.timedeltas(timedelta(hours=-2), timedelta(0)), st.sampled_from([0, 50, 99]))
def test_a_clock_that_jumps_back_neither_ends_a_task_nor_stalls_it(
    jump: timedelta, percent: int
) -> None:
    known = advance(a_task(), running(percent), NOON)
    for task in (a_task(), known):
        for reading in (NotFound(), completed(media=None), running(percent)):
            again = advance(task, reading, NOON)
            for _ in range(3):
                again = advance(again, reading, NOON + jump)
                assert not again.status.is_end
                halfway = again.endpoint is Endpoint.IMAGES
                assert halfway or timedelta(0) < gap(again, reading, NOON + jump) <= seconds(15)


def test_what_nobody_can_be_told_is_looked_at_seldom_but_not_more_often_than_due() -> None:
    assert seldom(NOON + seconds(5), NOON, LUCKY) == NOON + WHEN_UNHEARD
    unlucky = seldom(NOON + seconds(5), NOON, UNLUCKY)
    assert unlucky is not None
    assert NOON + WHEN_UNHEARD < unlucky <= NOON + WHEN_UNHEARD * 1.2
    later = NOON + WHEN_UNHEARD * 3
    assert seldom(later, NOON, LUCKY) == later
    assert seldom(None, NOON, LUCKY) is None
