"""What nobody needs any more leaves the database."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, exists, select

from storage.database import Tx
from storage.tables import NONEXISTENT, inbox, outbox, subscriptions, tasks

KEEP_UPDATES = timedelta(days=7)
KEEP_ENDED = timedelta(days=30)
AT_ONCE = 1_000
"""Watches of a kind that leave in one go: meanwhile SQLite's only writer is busy."""


async def purge(tx: Tx, now: datetime) -> int:
    """How many rows left. A task that turned out not to exist leaves at once."""
    removed = await _answers(tx, now) + await _updates(tx, now)
    nonexistent = select(tasks.c.id).where(NONEXISTENT)
    for over in (
        subscriptions.c.ended_at < now - KEEP_ENDED,
        subscriptions.c.ended_at.is_not(None) & subscriptions.c.task.in_(nonexistent),
    ):
        about = await _subscriptions(tx, over)
        removed += len(about) + await _tasks(tx, about)
    return removed


async def _answers(tx: Tx, now: datetime) -> int:
    result = await tx.execute(
        delete(outbox).where(
            outbox.c.subscription.is_(None),
            outbox.c.state != "pending",
            outbox.c.settled_at < now - KEEP_UPDATES,
        )
    )
    return result.rowcount


async def _subscriptions(tx: Tx, over: ColumnElement[bool]) -> Sequence[int]:
    """The task of each that left."""
    unsent = exists(
        select(outbox.c.id).where(
            outbox.c.subscription == subscriptions.c.id, outbox.c.state == "pending"
        )
    )
    leaving = select(subscriptions.c.id).where(over, ~unsent).limit(AT_ONCE)
    left = await tx.scalars(
        delete(subscriptions).where(subscriptions.c.id.in_(leaving)).returning(subscriptions.c.task)
    )
    return left.all()


async def _tasks(tx: Tx, about: Sequence[int]) -> int:
    """A task stays as long as anybody has it in the history."""
    if not about:
        return 0
    watched = exists(select(subscriptions.c.id).where(subscriptions.c.task == tasks.c.id))
    written_of = exists(select(outbox.c.id).where(outbox.c.task == tasks.c.id))
    result = await tx.execute(
        delete(tasks).where(tasks.c.id.in_(set(about)), ~watched, ~written_of)
    )
    return result.rowcount


async def _updates(tx: Tx, now: datetime) -> int:
    """Telegram itself keeps one that nobody confirmed for a day; it does not come again."""
    result = await tx.execute(
        delete(inbox).where(
            inbox.c.received_at < now - KEEP_UPDATES,
            inbox.c.state != "pending",
        )
    )
    return result.rowcount
