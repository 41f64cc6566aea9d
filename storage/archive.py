"""Results of which a copy is to be kept: claimed when they are due, one at a time.

A claim makes the next appointment at once, so whoever dies with it has backed off. The number of
tries is also the fence: it grows with each claim.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, case, func, select, update

from bot.core.task import Status, Task
from storage.codec import UnreadableError, dump_names, load_task
from storage.database import Tx
from storage.tables import Utc, tasks

LEASE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=1)
FIRST_WAIT = timedelta(minutes=1)
"""After the end of a task: whoever waits for its film is served first."""
TO_BE_KEPT = case(
    (tasks.c.archived.is_(None), func.coalesce(tasks.c.archive_at, bindparam("keep_at", type_=Utc)))
)
"""For `tasks.save`: a copy that is there or under way needs no other. Wants "keep_at"."""


@dataclass(frozen=True, slots=True)
class ToKeep:
    """Ours until the lease is over."""

    row: int
    tries: int
    """This one included."""
    task: Task


def first_due(task: Task) -> datetime | None:
    """None: there is nothing to keep."""
    is_result = task.status is Status.COMPLETED and task.media is not None
    return task.ended_at + FIRST_WAIT if is_result and task.ended_at is not None else None


def pause_after(tries: int) -> timedelta:
    """1, 2, 4 … minutes, up to an hour."""
    return min(LEASE * (1 << min(tries - 1, 6)), LONGEST_PAUSE)


async def claim(tx: Tx, now: datetime) -> ToKeep | None:
    """The one that is due for the longest time; None: nothing is due, or it cannot be read."""
    due = (
        select(tasks.c.id, tasks.c.archive_tries, tasks.c.state)
        .where(tasks.c.archive_at <= now)
        .order_by(tasks.c.archive_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    row = (await tx.execute(due)).one_or_none()
    if row is None:
        return None
    tries = row.archive_tries + 1
    await tx.execute(
        update(tasks)
        .where(tasks.c.id == row.id)
        .values(archive_at=now + pause_after(tries), archive_tries=tries)
    )
    try:
        return ToKeep(row.id, tries, load_task(row.state))
    except UnreadableError:  # of a newer program, perhaps
        return None


async def renew(tx: Tx, claim: ToKeep, now: datetime) -> bool:
    """Still under way. False: the claim was lost."""
    return await _settle(tx, claim, archive_at=now + max(LEASE, pause_after(claim.tries)))


async def keep(tx: Tx, claim: ToKeep, names: tuple[str, ...]) -> bool:
    """The copies are there. False: the claim was lost, and nothing was changed."""
    return await _settle(tx, claim, archived=dump_names(names), archive_at=None)


async def give_up(tx: Tx, claim: ToKeep) -> bool:
    """Until there is a fresh link. False: as above."""
    return await _settle(tx, claim, archive_at=None)


async def _settle(tx: Tx, claim: ToKeep, **values: object) -> bool:
    result = await tx.execute(
        update(tasks)
        .where(tasks.c.id == claim.row, tasks.c.archive_tries == claim.tries)
        .where(tasks.c.archive_at.is_not(None))
        .values(**values)
    )
    return result.rowcount == 1
