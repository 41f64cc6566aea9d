"""Whatever the provider may say, and whole lives of a task, for Hypothesis."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from hypothesis import strategies as st

from bot.core.advance import advance
from bot.core.cadence import next_look
from bot.core.task import (
    KeyRefused,
    Media,
    MediaKind,
    Nonsense,
    NotFound,
    Reading,
    Refusal,
    Refused,
    Snapshot,
    Status,
    Task,
    Throttled,
    Unavailable,
)
from tests.builders import FILM, NOON, a_task

PICTURE = Media(MediaKind.IMAGE, "https://cdn.example/picture.png")

dice = st.floats(0, 1, exclude_max=True)
percents = st.none() | st.integers(0, 100)
instants = st.timedeltas(timedelta(hours=-2), timedelta(hours=2)).map(lambda span: NOON + span)
claims = st.none() | instants
"""What a foreign clock may say, or not."""


def snapshots(*statuses: Status) -> st.SearchStrategy[Snapshot]:
    return st.builds(
        Snapshot,
        status=st.sampled_from(statuses),
        percent=percents,
        model=st.sampled_from(["", "sora2-12s", "veo3.1"]),
        media=st.sampled_from([None, FILM, PICTURE]),
        error=st.sampled_from(["", "moderation"]),
        created_at=claims.filter(lambda at: at is None or at <= NOON),
        completed_at=claims,
    )


going = snapshots(Status.QUEUED, Status.RUNNING)
troubles = st.one_of(
    st.builds(KeyRefused),
    st.builds(Throttled, claims),
    st.just(Unavailable("HTTP 502")),
    st.just(Nonsense("no JSON")),
)
refusals = st.builds(Refused, st.sampled_from(Refusal))
readings: st.SearchStrategy[Reading] = st.one_of(
    going,  # twice: a life that ends at its first look teaches little
    going,
    troubles,
    st.just(NotFound()),
    refusals,
    snapshots(Status.COMPLETED, Status.FAILED),
)


@dataclass(frozen=True, slots=True)
class Look:
    """*late*: how long after it was due."""

    reading: Reading
    late: timedelta
    dice: float


looks = st.builds(
    Look,
    readings,
    st.sampled_from([timedelta(0), timedelta(seconds=1), timedelta(minutes=7)]),
    dice,
)
lives = st.lists(looks, max_size=25)


@dataclass(frozen=True, slots=True)
class Moment:
    """One look of a life, with what was known before it and after it."""

    before: Task
    look: Look
    now: datetime
    after: Task
    next_look_at: datetime | None


def lived(life: Sequence[Look]) -> Iterator[Moment]:
    """As the poll does it: looked at when it is due, or later, until nothing is left to learn."""
    task, due = a_task(), NOON
    for look in life:
        now = due + look.late
        after = advance(task, look.reading, now)
        following = next_look(after, look.reading, now, look.dice)
        yield Moment(task, look, now, after, following)
        if following is None:
            return
        task, due = after, following


known_tasks = st.builds(
    a_task,
    status=st.sampled_from([Status.QUEUED, Status.RUNNING]),
    percent=st.none() | st.integers(0, 99),
    model=st.sampled_from(["", "sora2-12s"]),
    started_at=claims,
    changed_at=claims,
)
ended_tasks = st.builds(
    a_task,
    status=st.sampled_from([status for status in Status if status.is_end]),
    percent=percents,
    media=st.sampled_from([None, FILM]),
    error=st.sampled_from(["", "moderation"]),
    started_at=claims,
    changed_at=claims,
    ended_at=claims,
)
