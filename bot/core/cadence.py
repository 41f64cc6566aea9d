"""When to look at a task again: often while it is young or nearly done, seldom when it is quiet."""

from datetime import datetime, timedelta

from bot.core.advance import GRACE_FOR_KNOWN, GRACE_FOR_NEW
from bot.core.task import Endpoint, Reading, Status, Task, Throttled, Trouble

SHORTEST = timedelta(seconds=5)
LONGEST = timedelta(seconds=12.5)
"""With the jitter this ends at 15 s: the band the vendor advises is 5 to 15 s."""
JITTER = 0.2
QUIET_AFTER = timedelta(minutes=30)
LONGEST_WHEN_QUIET = timedelta(seconds=50)
LONGEST_IN_TROUBLE = timedelta(minutes=5)
KEY_RETRY = timedelta(minutes=1)
FIRST_WHEN_MISSING = timedelta(seconds=2)
WHEN_UNHEARD = timedelta(minutes=10)


def next_look(task: Task, reading: Reading, now: datetime, dice: float) -> datetime | None:
    """None once there is nothing left to learn. *task* already knows *reading*; *dice* in [0, 1).

    The jitter only ever lengthens, so that no answer of the provider's ("retry after") is cut
    short and tasks that fell due together drift apart.
    """
    if task.status.is_end:
        return None
    if task.status is Status.NEW and task.endpoint is Endpoint.IMAGES:
        return now  # the second half of one question
    if isinstance(reading, Throttled) and reading.until is not None:
        return max(reading.until, now + _back_off(task)) + SHORTEST * JITTER * dice
    if task.trouble is not None:
        return now + _jittered(_back_off(task), dice)
    if task.missing_since is not None:
        return now + _while_missing(task, task.missing_since, now)
    return now + _jittered(_gap(task, now), dice)


def seldom(next_look_at: datetime | None, now: datetime, dice: float) -> datetime | None:
    """Instead of *next_look_at*, when nobody can be told: soon enough to fetch the film's URL.

    Whoever comes back has it looked at again at once.
    """
    if next_look_at is None:
        return None
    return max(next_look_at, now + _jittered(WHEN_UNHEARD, dice))


def _jittered(gap: timedelta, dice: float) -> timedelta:
    return gap * (1 + JITTER * dice)


def _back_off(task: Task) -> timedelta:
    """5, 10, 20 s … as the vendor asks for; a refused key is tried again once a minute at most."""
    first = KEY_RETRY if task.trouble is Trouble.KEY else SHORTEST
    return min(first * (1 << min(task.troubles - 1, 10)), LONGEST_IN_TROUBLE)


def _while_missing(task: Task, since: datetime, now: datetime) -> timedelta:
    """Quick at first, then as long again as it has been missing; one look falls on the end."""
    grace = GRACE_FOR_NEW if task.status is Status.NEW else GRACE_FOR_KNOWN
    gap = max(FIRST_WHEN_MISSING, min(now - since, LONGEST))
    left = since + grace - now
    return left if timedelta(0) < left < gap * 1.5 else gap


def _gap(task: Task, now: datetime) -> timedelta:
    quiet = now - (task.changed_at or now)
    if quiet > QUIET_AFTER:  # also at 99 %, where tasks like to hang
        return _between(LONGEST, quiet / 120, LONGEST_WHEN_QUIET)
    if (task.percent or 0) >= 90:
        return SHORTEST
    return _between(SHORTEST, quiet / 20, LONGEST)


def _between(low: timedelta, value: timedelta, high: timedelta) -> timedelta:
    return max(low, min(value, high))
