from datetime import timedelta

import pytest
from hypothesis import given

from bot.core.advance import advance
from bot.core.cadence import next_look
from bot.core.notice import Attachment, Card, Ended, GaveUp, Milestone
from bot.core.step import News, Step, given_up, last_news, take_step, visible_trouble
from bot.core.task import (
    KeyRefused,
    Nonsense,
    NotFound,
    Reading,
    Refusal,
    Refused,
    Status,
    Task,
    Trouble,
    Unavailable,
)
from bot.core.watch import Watch
from tests.builders import NOON, a_task, a_watch, completed, failed, queued, running
from tests.core.strategies import dice, going, known_tasks, readings, troubles

FILELESS = completed(media=None)
AWAY = Unavailable("HTTP 502")
LATER = NOON + timedelta(seconds=20)


def after(*said: Reading) -> Task:
    task = a_task()
    for reading in said:
        task = advance(task, reading, NOON)
    return task


def step(task: Task, reading: Reading, *watching: Watch) -> Step:
    return take_step(task, reading, watching, LATER, 0)


def told(task: Task, reading: Reading, watch: Watch | None = None) -> News | None:
    """To one watch."""
    news = step(task, reading, watch or a_watch()).news
    return news[0] if news else None


def mark(task: Task, reading: Reading, watch: Watch | None = None) -> int | None:
    news = told(task, reading, watch)
    return None if news is None or news.milestone is None else news.milestone.mark


@given(known_tasks, readings, dice)
def test_a_step_is_advance_and_next_look_in_one(task: Task, reading: Reading, die: float) -> None:
    one = take_step(task, reading, (a_watch(),), LATER, die)
    assert one.task == advance(task, reading, LATER)
    assert one.next_look_at == next_look(one.task, reading, LATER, die)


@given(known_tasks, troubles)
def test_trouble_rings_for_nothing_and_ends_nothing(task: Task, trouble: Reading) -> None:
    caught_up = a_watch(told=task.percent or 0)
    news = told(task, trouble, caught_up)
    assert news is None or news == News(caught_up, news.card)


@given(known_tasks, going)
def test_a_card_is_redrawn_only_when_it_would_look_different(task: Task, reading: Reading) -> None:
    once = advance(task, reading, NOON)
    assert told(once, reading) is None


@pytest.mark.parametrize(
    ("before", "reading", "drawn"),
    [
        ((), queued(), True),
        ((), NotFound(), False),
        ((NotFound(),), NotFound(), True),
        ((NotFound(), NotFound()), NotFound(), False),
        ((NotFound(), NotFound(), NotFound()), NotFound(), False),
        ((NotFound(),), queued(), True),
        ((queued(),), running(), True),
        ((queued(),), queued(), False),
        ((running(30),), running(31), True),
        ((running(30),), running(20), False),
        ((running(30),), running(30, model="sora2-12s"), True),
        ((running(30),), running(30, cost="0.42"), False),
        ((running(30),), NotFound(), True),
        ((running(30),), Refused(Refusal.NOT_YOURS), False),
        ((running(30),), KeyRefused(), True),
        ((running(30), KeyRefused()), KeyRefused(), False),
        ((running(30), KeyRefused()), running(30), True),
        ((running(30),), AWAY, False),
        ((running(30), AWAY), AWAY, False),
        ((running(30), AWAY, AWAY), AWAY, True),
        ((running(30), AWAY, AWAY, AWAY), AWAY, False),
        ((running(30), AWAY, AWAY, AWAY), Nonsense("no JSON"), True),
        ((running(30), AWAY), running(30), False),
        ((running(30), AWAY, AWAY, AWAY), running(30), True),
        ((running(99),), FILELESS, True),
        ((FILELESS,), FILELESS, False),
        ((FILELESS,), running(99), True),
    ],
)
def test_a_card_is_redrawn_when_a_person_could_see_the_difference(
    before: tuple[Reading, ...],
    reading: Reading,
    drawn: bool,  # noqa: FBT001 — a column of the table
) -> None:
    assert (told(after(*before), reading) is not None) == drawn


@pytest.mark.parametrize(
    ("before", "reading", "rings"),
    [
        ((running(10),), running(24), None),
        ((running(10),), running(25), 25),
        ((running(10),), running(80), 75),
        ((queued(),), running(30), 25),
        ((queued(), NotFound()), running(30), 25),
        ((running(10),), FILELESS, 75),
        ((running(10),), completed(), None),
        ((running(10),), failed(), None),
        ((), running(60), None),
        ((NotFound(),), running(60), None),
        ((AWAY,), running(60), None),
    ],
)
def test_the_highest_new_mark_rings_unless_it_is_the_first_or_the_last_look(
    before: tuple[Reading, ...], reading: Reading, rings: int | None
) -> None:
    assert mark(after(*before), reading) == rings


def test_a_mark_that_the_first_card_shows_does_not_ring_later() -> None:
    first = told(after(), running(60))
    assert first is not None
    assert first.watch.told == 50
    assert mark(after(running(60)), running(61), first.watch) is None
    assert mark(after(running(60)), running(75), first.watch) == 75


def test_a_milestone_tells_the_time_since_the_start() -> None:
    news = told(after(running(10, created_at=NOON - timedelta(minutes=3))), running(25))
    assert news is not None
    assert news.milestone is not None
    assert news.milestone.elapsed == timedelta(minutes=3, seconds=20)


def test_a_milestone_of_a_task_without_a_known_start_tells_no_time() -> None:
    news = told(after(FILELESS), running(99), a_watch(told=50))
    assert news is not None
    assert news.milestone == Milestone(
        news.watch.ref, advance(after(FILELESS), running(99), LATER), 75, None
    )


def test_an_end_is_told_to_everyone_who_still_waits() -> None:
    ann, xiaoli = a_watch(number=1), a_watch((), number=2)
    one = step(after(running(60)), completed(), ann, xiaoli)
    assert one.news == (last_news(one.task, ann, LATER), last_news(one.task, xiaoli, LATER))


@pytest.mark.parametrize(
    ("task", "attached"),
    [
        (after(completed()), True),
        (a_task(status=Status.COMPLETED), False),
        (after(failed()), False),
        (after(Refused(Refusal.BAD_ID)), False),
        (a_task(status=Status.UNKNOWN), False),
    ],
)
def test_the_end_is_announced_and_a_film_is_attached(
    task: Task,
    attached: bool,  # noqa: FBT001 — a column of the table
) -> None:
    watch = a_watch()
    assert last_news(task, watch, NOON) == News(
        watch,
        card=Card(watch.ref, task, watch.ladder, NOON),
        ended=Ended(watch.ref, task),
        attachment=Attachment(watch.ref, task) if attached else None,
    )


def test_a_watch_that_is_given_up_says_so_and_brings_nothing() -> None:
    watch, task, age = a_watch(told=50), after(running(60)), timedelta(hours=72)
    assert given_up(task, watch, NOON, age) == News(
        watch,
        card=Card(watch.ref, task, watch.ladder, NOON, stopped=True),
        ended=GaveUp(watch.ref, task, age),
    )


@pytest.mark.parametrize("trouble", [one for one in Trouble if one is not Trouble.KEY])
def test_a_trouble_is_shown_from_the_third_look_on(trouble: Trouble) -> None:
    shown = [visible_trouble(a_task(trouble=trouble, troubles=count)) for count in (1, 2, 3, 9)]
    assert shown == [None, None, trouble, trouble]


def test_a_refused_key_is_shown_at_once_and_a_healthy_task_shows_nothing() -> None:
    assert visible_trouble(a_task(trouble=Trouble.KEY, troubles=1)) is Trouble.KEY
    assert visible_trouble(after(running(60))) is None
