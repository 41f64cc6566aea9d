"""Tasks under one key: claimed when they are due, settled by the one who holds the claim."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NewType

from sqlalchemy import Row, and_, bindparam, case, or_, select, update

from bot.core.task import Task, TaskId
from storage.archive import TO_BE_KEPT, first_due
from storage.codec import UnreadableError, dump_task, load_task
from storage.crashes import suspects_alone
from storage.database import Tx
from storage.tables import subscriptions, tasks

LEASE = timedelta(seconds=30)
LEASES = (LEASE, LEASE, *(LEASE * (1 << count) for count in range(2, 8)))
"""Of a task that was claimed so many times in a row and never settled: it may end its process."""
TaskRow = NewType("TaskRow", int)
KeyOwner = NewType("KeyOwner", int)
OPERATOR = KeyOwner(0)


@dataclass(frozen=True, slots=True)
class Claim:
    """A task to look at, ours until the lease is over."""

    row: TaskRow
    fence: int
    key_owner: KeyOwner
    task: Task


@dataclass(frozen=True, slots=True)
class Stored:
    row: TaskRow
    task: Task
    is_kept: bool


async def claim_due(tx: Tx, now: datetime, limit: int) -> tuple[Claim, ...]:
    """Most overdue first. Claimed rows fall due again when the lease is over.

    Whoever calls holds the gate of the key.

    A row that cannot be read costs itself a lease and the others nothing.
    """
    due = (
        select(tasks.c.id, tasks.c.unsettled)
        .where(tasks.c.next_poll_at <= now)
        .order_by(tasks.c.next_poll_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    chosen = suspects_alone((await tx.execute(due)).all(), lambda row: int(row.unsettled))
    if not chosen:
        return ()
    claimed = await tx.execute(
        update(tasks)
        .where(tasks.c.id.in_([row.id for row in chosen]))
        .values(
            next_poll_at=case(
                {count: now + lease for count, lease in enumerate(LEASES)},
                value=tasks.c.unsettled,
                else_=now + LEASES[-1],
            ),
            fence=tasks.c.fence + 1,
            unsettled=tasks.c.unsettled + 1,
        )
        .returning(tasks.c.id, tasks.c.fence, tasks.c.key_owner, tasks.c.state)
    )
    return tuple([claim for row in claimed if (claim := _claim(row)) is not None])


def _claim(row: Row[Any]) -> Claim | None:
    try:
        task = load_task(row.state)
    except UnreadableError:  # of a newer program, perhaps: it keeps its row
        return None
    return Claim(TaskRow(row.id), row.fence, KeyOwner(row.key_owner), task)


async def still_held(tx: Tx, claims: Sequence[Claim]) -> tuple[Claim, ...]:
    """Those of *claims* that nobody took over meanwhile, locked until the end of *tx*."""
    rows = await tx.execute(
        select(tasks.c.id, tasks.c.fence)
        .where(tasks.c.id.in_([claim.row for claim in claims]))
        .order_by(tasks.c.id)
        .with_for_update()
    )
    held = {(row.id, row.fence) for row in rows}
    return tuple(claim for claim in claims if (claim.row, claim.fence) in held)


async def save(tx: Tx, looked_at: Iterable[tuple[TaskRow, Task, datetime | None]]) -> None:
    """Each with its next look; None: never again by itself."""
    rows = [
        {
            "row": row,
            "now_status": task.status,
            "now_state": dump_task(task),
            "next_look_at": next_look_at,
            "end_at": task.ended_at,
            "keep_at": first_due(task),
        }
        for row, task, next_look_at in looked_at
    ]
    if rows:
        await tx.execute(
            update(tasks)
            .where(tasks.c.id == bindparam("row"))
            .values(
                status=bindparam("now_status"),
                state=bindparam("now_state"),
                next_poll_at=bindparam("next_look_at"),
                ended_at=bindparam("end_at"),
                archive_at=TO_BE_KEPT,
                # After a commit that only seemed to fail, whoever repeats it holds nothing.
                fence=tasks.c.fence + 1,
                unsettled=0,
            ),
            rows,
        )


async def give_back(tx: Tx, claims: Iterable[Claim], now: datetime) -> None:
    """Due at once, for whoever comes next."""
    for claim in claims:
        await tx.execute(
            update(tasks)
            .where(tasks.c.id == claim.row, tasks.c.fence == claim.fence)
            .where(tasks.c.next_poll_at.is_not(None))
            .values(next_poll_at=now, unsettled=0)
        )


async def hold(tx: Tx, owner: KeyOwner, task_ids: Iterable[TaskId]) -> None:
    """Until the end of *tx* nobody else moves them: an end cannot pass a new watch unseen.

    Whoever changes both takes tasks before subscriptions, in this order, or two could wait for
    each other. SQLite has one writer, and needs none of it.
    """
    named = and_(tasks.c.key_owner == owner, tasks.c.task_id.in_(list(task_ids)))
    await tx.execute(select(tasks.c.id).where(named).order_by(tasks.c.id).with_for_update())


async def hold_rows(tx: Tx, rows: Iterable[TaskRow]) -> None:
    """Same, by their rows."""
    named = tasks.c.id.in_(list(rows))
    await tx.execute(select(tasks.c.id).where(named).order_by(tasks.c.id).with_for_update())


async def find(tx: Tx, owner: KeyOwner, task_id: TaskId) -> Stored | None:
    row = (
        await tx.execute(
            select(tasks.c.id, tasks.c.state, tasks.c.kept).where(
                tasks.c.key_owner == owner, tasks.c.task_id == task_id
            )
        )
    ).one_or_none()
    if row is None:
        return None
    return Stored(TaskRow(row.id), load_task(row.state), row.kept is not None)


async def add(tx: Tx, owner: KeyOwner, task: Task, now: datetime) -> TaskRow:
    """Due at once."""
    row = await tx.scalar(
        tasks.insert()
        .values(
            key_owner=owner,
            task_id=task.id,
            status=task.status,
            state=dump_task(task),
            next_poll_at=now,
            created_at=now,
        )
        .returning(tasks.c.id)
    )
    return TaskRow(row)


async def look_now(tx: Tx, row: TaskRow, now: datetime) -> None:
    """Wakes a task that rests or is backed off; a look under way stays the only one."""
    rests = or_(tasks.c.next_poll_at.is_(None), tasks.c.next_poll_at > now + LEASE)
    await tx.execute(update(tasks).where(tasks.c.id == row, rests).values(next_poll_at=now))


async def start_over(tx: Tx, row: TaskRow, task: Task, now: datetime) -> None:
    """A new question about a task that had ended without a film."""
    await tx.execute(
        update(tasks)
        .where(tasks.c.id == row)
        .values(
            status=task.status,
            state=dump_task(task),
            kept=None,
            kept_as_file=None,
            next_poll_at=now,
            ended_at=None,
            fence=tasks.c.fence + 1,
            unsettled=0,
        )
    )


async def waiting(tx: Tx, owner: KeyOwner, after: TaskRow, limit: int) -> tuple[Stored, ...]:
    """Tasks that are asked about, by number, locked; without those that somebody looks at now."""
    chosen = (
        select(tasks.c.id, tasks.c.state)
        .where(tasks.c.id > after, tasks.c.key_owner == owner)
        .where(tasks.c.next_poll_at.is_not(None), tasks.c.unsettled == 0)
        .order_by(tasks.c.id)
        .limit(limit)
        .with_for_update()
    )
    rows = await tx.execute(chosen)
    found = []
    for row in rows:
        with suppress(UnreadableError):
            found.append(Stored(TaskRow(row.id), load_task(row.state), is_kept=False))
    return tuple(found)


async def remark(tx: Tx, known: Iterable[tuple[TaskRow, Task]]) -> None:
    """Only what is known changes, not when it is asked about again."""
    rows = [{"row": row, "now_state": dump_task(task)} for row, task in known]
    if rows:
        await tx.execute(
            update(tasks)
            .where(tasks.c.id == bindparam("row"))
            .values(state=bindparam("now_state")),
            rows,
        )


async def rest_unwatched(tx: Tx, rows: Iterable[TaskRow]) -> None:
    """Stops asking for those of *rows* that nobody waits for any more."""
    watched = (
        select(subscriptions.c.id)
        .where(and_(subscriptions.c.task == tasks.c.id, subscriptions.c.ended_at.is_(None)))
        .exists()
    )
    await tx.execute(
        update(tasks).where(tasks.c.id.in_(list(rows)), ~watched).values(next_poll_at=None)
    )
