"""A finished task's file: how long it is waited for, and how its address is renewed."""

from dataclasses import replace

import pytest
from hypothesis import given

from bot.core.advance import advance
from bot.core.task import Media, MediaKind, Nonsense, NotFound, Reading, Snapshot, Status, Task
from tests.builders import FILM, NOON, completed, queued, running
from tests.core.strategies import ended_tasks, readings
from tests.core.test_task import COMPLETED, FILELESS, RUNNING, after, seconds


@given(ended_tasks, readings)
def test_whatever_is_said_after_an_end_changes_at_most_the_address_of_the_file(
    task: Task, reading: Reading
) -> None:
    after = advance(task, reading, NOON)
    assert replace(after, media=task.media) == task
    match reading:
        case Snapshot(status=Status.COMPLETED, media=Media() as fresh) if task.status is COMPLETED:
            assert after.media is fresh
        case _:
            assert after is task


@pytest.mark.parametrize(("at", "status"), [(5, RUNNING), (179, RUNNING), (180, COMPLETED)])
def test_a_finished_task_waits_three_minutes_for_its_file(at: float, status: Status) -> None:
    task = after(running(50), (0, FILELESS), (2, FILELESS), (at, FILELESS))
    assert (task.status, task.changed_at) == (status, NOON)
    assert task.media is None


def test_a_dead_link_is_renewed_and_the_end_stays_as_it_was() -> None:
    fresh = Media(MediaKind.VIDEO, "https://cdn.example/film.mp4?sign=2")
    ended = after((0, queued()), (50, completed(cost="0.42")))
    again = completed(media=fresh, model="veo", cost="9", completed_at=seconds(40))
    assert advance(ended, again, seconds(500)) == replace(ended, media=fresh)


def test_trouble_does_not_shorten_the_wait_for_a_file() -> None:
    task = after((0, FILELESS), (100, Nonsense("no JSON")), (100, NotFound()))
    assert task.fileless_since == NOON
    assert advance(task, completed(), seconds(170)).media == FILM


def test_the_wait_for_a_file_starts_anew_when_the_task_went_on_after_all() -> None:
    assert after((0, FILELESS), (100, running(99)), (190, FILELESS)).status is RUNNING


def test_a_file_that_comes_late_is_the_end() -> None:
    task = after((0, FILELESS), (170, completed(completed_at=seconds(168))))
    assert (task.status, task.media, task.ended_at) == (COMPLETED, FILM, seconds(168))
