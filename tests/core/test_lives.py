"""Whole lives of a task and of those who watch it, whatever the provider says."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.advance import GRACE_FOR_NEW
from bot.core.notice import Ended
from bot.core.step import News, Step, take_step
from bot.core.task import Endpoint, NotFound, Refused, Status, Task
from bot.core.watch import Watch
from tests.builders import NOON, a_task, a_watch
from tests.core.strategies import Look, lived, lives, looks

NEW, QUEUED, RUNNING = Status.NEW, Status.QUEUED, Status.RUNNING
COMPLETED, FAILED = Status.COMPLETED, Status.FAILED
lives_of_nobodies = st.lists(
    looks.flatmap(lambda look: st.sampled_from([look, replace(look, reading=NotFound())])),
    min_size=8,
    max_size=25,
)
LADDERS = [(25, 50, 75), (50,), (), tuple(range(10, 100, 10)), (1, 99)]

watches = st.lists(st.sampled_from(LADDERS), max_size=3).map(
    lambda ladders: tuple(a_watch(ladder, number=at) for at, ladder in enumerate(ladders, 1))
)


@given(lives)
@settings(max_examples=150, deadline=None)
def test_a_life_never_goes_backwards(life: list[Look]) -> None:
    order = {NEW: 0, QUEUED: 1, RUNNING: 2}
    for one in lived(life):
        assert order.get(one.before.status, 3) <= order.get(one.after.status, 3)
        assert (one.before.percent or 0) <= (one.after.percent or 0) <= 100
        assert one.before.percent is None or one.after.percent is not None
        assert (one.after.percent == 100) == (one.after.status is COMPLETED)


@given(lives)
@settings(max_examples=150, deadline=None)
def test_what_is_known_of_a_task_is_never_at_odds_with_itself(life: list[Look]) -> None:
    for one in lived(life):
        task = one.after
        assert (task.ended_at is not None) == task.status.is_end
        assert (task.trouble is None) == (task.troubles == 0)
        assert (task.refusal is not None) == (task.status is Status.REFUSED)
        assert task.media is None or task.status is COMPLETED
        assert not task.error or task.status is FAILED
        assert task.fileless_since is None or task.status is RUNNING
        assert task.status is not NEW or task.started_at is None
        past = [at for at in (task.started_at, task.changed_at, task.ended_at) if at is not None]
        assert past == sorted(past)
        assert max(past, default=one.now) <= one.now


@given(lives)
@settings(max_examples=150, deadline=None)
def test_a_new_task_is_looked_for_among_the_videos_unless_they_just_said_no(
    life: list[Look],
) -> None:
    for one in lived(life):
        if one.after.status is NEW:
            just = one.look.reading == NotFound() and one.before.endpoint is Endpoint.VIDEOS
            assert (one.after.endpoint is Endpoint.IMAGES) == just
            assert (one.next_look_at == one.now) == just
        if one.before.status is not NEW:
            assert one.after.endpoint is one.before.endpoint


@given(lives_of_nobodies)
@settings(max_examples=150, deadline=None)
def test_no_life_ends_as_unknown_before_both_endpoints_missed_it_over_its_grace(
    life: list[Look],
) -> None:
    denied: dict[Endpoint, datetime] = {}
    for one in lived(life):
        if isinstance(one.look.reading, NotFound | Refused):
            denied.setdefault(one.before.endpoint, one.now)
        if one.after.status is Status.UNKNOWN and one.before.status is NEW:
            assert set(denied) == set(Endpoint)
            assert all(one.now - since >= GRACE_FOR_NEW for since in denied.values())


@given(lives)
@settings(max_examples=150, deadline=None)
def test_a_start_is_believed_once(life: list[Look]) -> None:
    starts = {one.after.started_at for one in lived(life)}
    assert len(starts - {None}) <= 1


def stepped(life: Sequence[Look], watching: tuple[Watch, ...]) -> Iterator[Step]:
    """As the poll does it: watches remember what they were told, and leave with the end."""
    task: Task = a_task()
    due: datetime | None = NOON
    for look in life:
        if due is None:
            return
        one = take_step(task, look.reading, watching, due + look.late, look.dice)
        yield one
        task, due = one.task, one.next_look_at
        moved = {news.watch.id: news.watch for news in one.news}
        watching = tuple(moved.get(watch.id, watch) for watch in watching)


def heard(life: Sequence[Look], watch: Watch) -> list[News]:
    return [news for one in stepped(life, (watch,)) for news in one.news]


@given(lives, st.sampled_from(LADDERS))
@settings(max_examples=150, deadline=None)
def test_milestones_climb_and_none_lies_above_the_percent(
    life: list[Look], ladder: tuple[int, ...]
) -> None:
    rung = [news.milestone for news in heard(life, a_watch(ladder)) if news.milestone is not None]
    marks = [one.mark for one in rung]
    assert marks == sorted(set(marks))
    assert set(marks) <= set(ladder)
    assert all(one.mark <= (one.task.percent or 0) for one in rung)
    assert all(one.elapsed is None or one.elapsed >= timedelta(0) for one in rung)


@given(lives, st.sampled_from(LADDERS))
@settings(max_examples=150, deadline=None)
def test_a_watch_hears_of_the_end_once_and_then_nothing(
    life: list[Look], ladder: tuple[int, ...]
) -> None:
    steps = list(stepped(life, (a_watch(ladder),)))
    for one in steps[:-1]:
        assert all(news.ended is None and news.attachment is None for news in one.news)
    for one in steps[-1:]:
        ends = [news for news in one.news if news.ended is not None]
        assert len(ends) == one.task.status.is_end
        assert all(news.milestone is None for news in ends)


@given(lives, watches)
@settings(max_examples=100, deadline=None)
def test_an_attachment_follows_the_announcement_of_a_film_and_nothing_else(
    life: list[Look], watching: tuple[Watch, ...]
) -> None:
    for one in stepped(life, watching):
        for news in one.news:
            assert (news.attachment is not None) == (
                one.task.status is Status.COMPLETED and one.task.media is not None
            )
            assert news.attachment is None or isinstance(news.ended, Ended)


@given(lives, watches)
@settings(max_examples=100, deadline=None)
def test_every_word_is_about_the_task_as_it_is_now_and_to_its_own_watch(
    life: list[Look], watching: tuple[Watch, ...]
) -> None:
    refs = {watch.id: watch.ref for watch in watching}
    for one in stepped(life, watching):
        assert len({news.watch.id for news in one.news}) == len(one.news)
        for news in one.news:
            for said in (news.card, news.milestone, news.ended, news.attachment):
                assert said is None or (said.ref, said.task) == (refs[news.watch.id], one.task)
            assert news.card is not None
            assert news.milestone is None or news.watch.told == news.milestone.mark


@given(lives, watches)
@settings(max_examples=100, deadline=None)
def test_what_a_watch_hears_does_not_depend_on_who_else_watches(
    life: list[Look], watching: tuple[Watch, ...]
) -> None:
    together = [news for one in stepped(life, watching) for news in one.news]
    for watch in watching:
        assert heard(life, watch) == [news for news in together if news.watch.id == watch.id]
