"""A provider's task: one look at it is a reading, and task + reading make the next task."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType, assert_never

TaskId = NewType("TaskId", str)

GRACE_FOR_NEW = timedelta(minutes=1)
"""The provider may not know an ID right after it has handed it out."""
GRACE_FOR_KNOWN = timedelta(minutes=10)
"""A task that was there before is only believed gone after this long."""
GRACE_FOR_FILE = timedelta(minutes=3)
"""'completed' may come a few looks before its URL does."""


class Status(StrEnum):
    NEW = "new"
    """Nobody has told us anything about it yet."""
    QUEUED = "queued"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    UNKNOWN = "unknown"
    """The provider does not know it, and the grace is over."""
    REFUSED = "refused"
    """The provider will not speak of it: not an ID it accepts, or another account's task."""

    @property
    def is_end(self) -> bool:
        return self not in (Status.NEW, Status.QUEUED, Status.RUNNING)


class MediaKind(StrEnum):
    VIDEO = "video"
    IMAGE = "image"


class Refusal(StrEnum):
    BAD_ID = "bad_id"
    NOT_YOURS = "not_yours"


@dataclass(frozen=True, slots=True)
class Media:
    """Where the result can be fetched for 3 days: an absolute http(s) URL, a bearer secret."""

    kind: MediaKind
    url: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What the provider said of a task that it knows. Texts are untrusted and may be empty."""

    status: Status
    percent: int | None = None
    """0 to 100, clamped; None when nothing usable was said."""
    model: str = ""
    media: Media | None = None
    error: str = ""
    cost: str = ""
    created_at: datetime | None = None
    completed_at: datetime | None = None
    strange_word: str = ""
    """The status word, when it is one that we have never heard of."""


@dataclass(frozen=True, slots=True)
class NotFound:
    """No such task, as far as the provider knows now."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The provider understood and will not answer for this ID, ever."""

    why: Refusal


@dataclass(frozen=True, slots=True)
class KeyRefused:
    """The key is wrong; says nothing about the task."""


@dataclass(frozen=True, slots=True)
class Throttled:
    """Asked too often. *until* is None when the provider did not say how long."""

    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Unavailable:
    """No answer, or an answer that only says 'not now'."""

    why: str


@dataclass(frozen=True, slots=True)
class Nonsense:
    """An answer that cannot be understood; never a statement about the task."""

    why: str


Reading = Snapshot | NotFound | Refused | KeyRefused | Throttled | Unavailable | Nonsense


class Trouble(StrEnum):
    """Why the last look told nothing about the task."""

    KEY = "key"
    THROTTLED = "throttled"
    UNAVAILABLE = "unavailable"
    NONSENSE = "nonsense"


@dataclass(frozen=True, slots=True)
class Task:
    """All that is known of one task under one key."""

    id: TaskId
    status: Status = Status.NEW
    percent: int | None = None
    model: str = ""
    media: Media | None = None
    error: str = ""
    cost: str = ""
    refusal: Refusal | None = None
    started_at: datetime | None = None
    """When it was created at the provider, else when it was first seen."""
    changed_at: datetime | None = None
    """When status or percent last moved."""
    ended_at: datetime | None = None
    missing_since: datetime | None = None
    fileless_since: datetime | None = None
    trouble: Trouble | None = None
    troubles: int = 0
    """Looks in a row that told nothing about the task."""


def advance(task: Task, reading: Reading, now: datetime) -> Task:
    """The first end that is reached is the last: an ended task never changes again."""
    if task.status.is_end:
        return task
    match reading:
        case Snapshot():
            return _seen(task, reading, now)
        case NotFound():
            return _missed(task, now)
        case Refused(why):
            return _refused(task, why, now)
        case KeyRefused():
            return _untold(task, Trouble.KEY)
        case Throttled():
            return _untold(task, Trouble.THROTTLED)
        case Unavailable():
            return _untold(task, Trouble.UNAVAILABLE)
        case Nonsense():
            return _untold(task, Trouble.NONSENSE)
        case _:
            assert_never(reading)


def _untold(task: Task, trouble: Trouble) -> Task:
    return replace(task, trouble=trouble, troubles=task.troubles + 1)


def _seen(task: Task, seen: Snapshot, now: datetime) -> Task:
    known = replace(
        task,
        model=seen.model or task.model,
        cost=seen.cost or task.cost,
        started_at=task.started_at or _not_after(now, seen.created_at) or now,
        missing_since=None,
        trouble=None,
        troubles=0,
    )
    match seen.status:
        case Status.COMPLETED if seen.media is not None:
            return _end(known, Status.COMPLETED, _finish(seen, now), media=seen.media)
        case Status.COMPLETED:
            return _without_file(known, now)
        case Status.FAILED:
            return _end(known, Status.FAILED, _finish(seen, now), error=seen.error)
        case _:
            return _moved(known, seen, now)


def _moved(task: Task, seen: Snapshot, now: datetime) -> Task:
    """Never backwards: neither from running to queued, nor to a lower percentage."""
    status = Status.RUNNING if Status.RUNNING in (task.status, seen.status) else Status.QUEUED
    percent = task.percent
    if status is Status.RUNNING and seen.percent is not None:
        percent = max(task.percent or 0, min(seen.percent, 99))
    moved = (status, percent) != (task.status, task.percent)
    return replace(
        task,
        status=status,
        percent=percent,
        changed_at=now if moved else task.changed_at,
        fileless_since=None,
    )


def _without_file(task: Task, now: datetime) -> Task:
    since = task.fileless_since or now
    if now - since >= GRACE_FOR_FILE:
        return _end(task, Status.COMPLETED, since)
    waiting = task if task.fileless_since else replace(task, changed_at=now)
    return replace(waiting, status=Status.RUNNING, percent=99, fileless_since=since)


def _missed(task: Task, now: datetime) -> Task:
    since = task.missing_since or now
    grace = GRACE_FOR_NEW if task.status is Status.NEW else GRACE_FOR_KNOWN
    missing = replace(task, missing_since=since, trouble=None, troubles=0)
    return _end(missing, Status.UNKNOWN, now) if now - since >= grace else missing


def _refused(task: Task, why: Refusal, now: datetime) -> Task:
    if task.status is not Status.NEW:  # it was answered for before: a hiccup, not a verdict
        return _untold(task, Trouble.NONSENSE)
    return replace(_end(task, Status.REFUSED, now), refusal=why)


def _end(
    task: Task, status: Status, at: datetime, *, media: Media | None = None, error: str = ""
) -> Task:
    percent = 100 if status is Status.COMPLETED else task.percent
    return replace(
        task,
        status=status,
        percent=percent,
        media=media,
        error=error,
        ended_at=at,
        changed_at=at,
        fileless_since=None,
    )


def _finish(seen: Snapshot, now: datetime) -> datetime:
    """The provider's own time of the end, unless its clock claims the future."""
    return _not_after(now, seen.completed_at) or now


def _not_after(now: datetime, claimed: datetime | None) -> datetime | None:
    return None if claimed is None else min(claimed, now)
