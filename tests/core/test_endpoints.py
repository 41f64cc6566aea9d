"""Where a task that nobody knows yet is looked for: among the videos, then among the images."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.advance import advance
from bot.core.task import (
    Endpoint,
    Media,
    MediaKind,
    Nonsense,
    NotFound,
    Reading,
    Status,
    Task,
    Throttled,
    Trouble,
    Unavailable,
)
from tests.builders import NOON, a_task, completed, running
from tests.core.strategies import dice, known_tasks, readings, troubles
from tests.core.test_cadence import gap
from tests.core.test_task import after, seconds


def test_half_an_answer_does_not_end_the_count_of_troubles() -> None:
    """The images were out for an hour, and were asked for every 5 seconds all the time."""
    down = Unavailable("HTTP 500")
    task = after(NotFound(), down, NotFound(), down, NotFound(), down)
    assert (task.trouble, task.troubles) == (Trouble.UNAVAILABLE, 3)


@pytest.mark.parametrize(
    ("at", "status"), [(0, Status.NEW), (59.9, Status.NEW), (60, Status.UNKNOWN)]
)
def test_an_id_that_was_never_known_gets_a_minute(at: float, status: Status) -> None:
    missed = after((0, NotFound()), (0, NotFound()), (at, NotFound()))
    assert missed.status is Status.NEW
    assert advance(missed, NotFound(), seconds(at)).status is status


def test_a_task_is_missing_once_neither_endpoint_knows_it() -> None:
    half = after((1, NotFound()))
    assert (half.endpoint, half.missing_since, half.misses) == (Endpoint.IMAGES, None, 0)
    whole = after((1, NotFound()), (2, NotFound()))
    assert (whole.endpoint, whole.missing_since, whole.misses) == (Endpoint.VIDEOS, seconds(2), 1)


@given(st.lists(troubles | st.just(NotFound())))
def test_no_film_is_overlooked_while_its_id_is_looked_for_among_the_images(
    said: list[Reading],
) -> None:
    """Never twice in a row: whatever the images' endpoint answers, the videos are next."""
    task = a_task()
    for reading in said:
        before, task = task, advance(task, reading, NOON)
        turned = before.endpoint is Endpoint.VIDEOS and reading == NotFound()
        assert task.endpoint is (Endpoint.IMAGES if turned else Endpoint.VIDEOS)


@given(known_tasks, st.sampled_from(Endpoint), st.lists(readings))
def test_where_a_task_was_found_it_stays(task: Task, at: Endpoint, said: list[Reading]) -> None:
    task = replace(task, endpoint=at)
    for reading in said:
        task = advance(task, reading, NOON)
        assert task.endpoint is at


def test_an_image_is_found_where_the_videos_do_not_know_it() -> None:
    picture = Media(MediaKind.IMAGE, "https://cdn.example/a.png", ("https://cdn.example/b.png",))
    task = after(NotFound(), running(), NotFound(), completed(media=picture))
    assert (task.status, task.endpoint, task.media) == (Status.COMPLETED, Endpoint.IMAGES, picture)
    assert task.missing_since is None


def test_a_film_that_comes_to_be_known_is_one_though_the_images_were_asked_for_it() -> None:
    task = after(NotFound(), NotFound(), running(57))
    assert (task.status, task.endpoint, task.misses) == (Status.RUNNING, Endpoint.VIDEOS, 0)


@given(dice)
def test_the_images_are_asked_right_after_the_videos_have_said_no(die: float) -> None:
    half = advance(a_task(), NotFound(), NOON)
    assert gap(half, NotFound(), die=die) == timedelta(0)
    assert gap(advance(half, NotFound(), NOON), NotFound(), die=die) == timedelta(seconds=2)


@pytest.mark.parametrize("trouble", [Unavailable("HTTP 502"), Nonsense("no JSON"), Throttled()])
def test_trouble_at_the_images_alone_is_backed_off_from_too(trouble: Reading) -> None:
    now, task, waits = NOON, a_task(), []
    for _ in range(8):
        task = advance(advance(task, NotFound(), now), trouble, now)
        waits.append(gap(task, trouble, now).total_seconds())
        now += timedelta(seconds=waits[-1])
    assert waits == [5, 10, 20, 40, 80, 160, 300, 300]
