"""What was known of a task and what was just read go in; what is known from now on comes out."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import assert_never

from bot.core.task import (
    Endpoint,
    KeyRefused,
    Media,
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

GRACE_FOR_NEW = timedelta(minutes=1)
"""The provider may not know an ID right after it has handed it out."""
GRACE_FOR_KNOWN = timedelta(minutes=10)
"""A task that was there before is only believed gone after this long …"""
MISSES_OF_KNOWN = 3
"""… and this many looks: an outage in between must not pass for an absence."""
GRACE_FOR_FILE = timedelta(minutes=3)
"""'completed' may come a few looks before its URL does."""


def advance(task: Task, reading: Reading, now: datetime) -> Task:
    """The first end that is reached is the last; only the address of its file may be renewed.

    A task that nobody knows yet is asked for at both endpoints, the images right after the videos;
    only when neither knows it, it is missing.
    """
    if task.status.is_end:
        return _renewed(task, reading)
    match reading:
        case Snapshot():
            return _seen(task, reading, now)
        case NotFound():
            return _not_there(task, now)
        case Refused(why):
            return _refused(task, why, now)
        case KeyRefused():
            return _untold(task, Trouble.KEY, now)
        case Throttled():
            return _untold(task, Trouble.THROTTLED, now)
        case Unavailable():
            return _untold(task, Trouble.UNAVAILABLE, now)
        case Nonsense():
            return _untold(task, Trouble.NONSENSE, now)
        case _:
            assert_never(reading)


def _renewed(task: Task, reading: Reading) -> Task:
    match task.status, reading:
        case Status.COMPLETED, Snapshot(status=Status.COMPLETED, media=Media() as fresh):
            return replace(task, media=fresh)
        case _:
            return task


def _untold(task: Task, trouble: Trouble, now: datetime) -> Task:
    return replace(
        task,
        endpoint=_next_endpoint(task),
        trouble=trouble,
        troubles=task.troubles + 1,
        trouble_since=task.trouble_since or now,
    )


def _next_endpoint(task: Task) -> Endpoint:
    """Trouble at the images must not hide a film that is known by now."""
    return Endpoint.VIDEOS if task.status is Status.NEW else task.endpoint


def _seen(task: Task, seen: Snapshot, now: datetime) -> Task:
    known = replace(
        task,
        model=seen.model or task.model,
        cost=seen.cost or task.cost,
        started_at=task.started_at or _start(task, seen, now),
        missing_since=None,
        misses=0,
        trouble=None,
        troubles=0,
        trouble_since=None,
    )
    match seen.status:
        case Status.COMPLETED if seen.media is not None:
            return _end(known, Status.COMPLETED, _finish(known, seen, now), media=seen.media)
        case Status.COMPLETED:
            return _without_file(known, now)
        case Status.FAILED:
            return _end(known, Status.FAILED, _finish(known, seen, now), error=seen.error)
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


def _not_there(task: Task, now: datetime) -> Task:
    """Half an answer does not end trouble either: that of the images would never be seen."""
    if task.status is Status.NEW and task.endpoint is Endpoint.VIDEOS:
        return replace(task, endpoint=Endpoint.IMAGES)
    return _missed(task, now)


def _missed(task: Task, now: datetime) -> Task:
    since = task.missing_since or now
    missing = replace(
        task,
        endpoint=_next_endpoint(task),
        missing_since=since,
        misses=task.misses + 1,
        trouble=None,
        troubles=0,
        trouble_since=None,
    )
    return _end(missing, Status.UNKNOWN, now) if _is_gone(missing, now - since) else missing


def _is_gone(task: Task, missing: timedelta) -> bool:
    if task.status is Status.NEW:
        return missing >= GRACE_FOR_NEW
    return missing >= GRACE_FOR_KNOWN and task.misses >= MISSES_OF_KNOWN


def _refused(task: Task, why: Refusal, now: datetime) -> Task:
    if task.status is not Status.NEW:  # it was answered for before: a hiccup, not a verdict
        return _untold(task, Trouble.NONSENSE, now)
    if task.endpoint is Endpoint.IMAGES and why is Refusal.BAD_ID:
        return _missed(task, now)  # no image has such an ID, but a film may yet
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


def _start(task: Task, seen: Snapshot, now: datetime) -> datetime | None:
    """None: it was over when it was first seen, and nobody says how long it had taken."""
    if seen.created_at is not None:
        return min(seen.created_at, now)
    return now if task.status is Status.NEW and not seen.status.is_end else None


def _finish(task: Task, seen: Snapshot, now: datetime) -> datetime:
    """The provider's own time, unless its clock claims the future, or an end before the start."""
    at = seen.completed_at
    return now if at is None or not (task.started_at or at) <= at <= now else at
