"""What nobody needs any more leaves the database."""

from datetime import datetime, timedelta

from sqlalchemy import delete, exists, func, or_, select

from bot.core.task import Status
from storage.database import Tx
from storage.tables import inbox, outbox, subscriptions, tasks

KEEP_UPDATES = timedelta(days=7)
KEEP_ENDED = timedelta(days=30)


async def purge(tx: Tx, now: datetime) -> int:
    """How many rows left. A task that turned out not to exist leaves at once."""
    removed = 0
    removed += await _answers(tx, now)
    removed += await _subscriptions(tx, now)
    removed += await _tasks(tx)
    removed += await _updates(tx, now)
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


async def _subscriptions(tx: Tx, now: datetime) -> int:
    unsent = exists(
        select(outbox.c.id).where(
            outbox.c.subscription == subscriptions.c.id, outbox.c.state == "pending"
        )
    )
    nonexistent = select(tasks.c.id).where(tasks.c.status.in_((Status.UNKNOWN, Status.REFUSED)))
    result = await tx.execute(
        delete(subscriptions).where(
            or_(
                subscriptions.c.ended_at < now - KEEP_ENDED,
                subscriptions.c.ended_at.is_not(None) & subscriptions.c.task.in_(nonexistent),
            ),
            ~unsent,
        )
    )
    return result.rowcount


async def _tasks(tx: Tx) -> int:
    watched = exists(select(subscriptions.c.id).where(subscriptions.c.task == tasks.c.id))
    written_of = exists(select(outbox.c.id).where(outbox.c.task == tasks.c.id))
    result = await tx.execute(delete(tasks).where(~watched, ~written_of))
    return result.rowcount


async def _updates(tx: Tx, now: datetime) -> int:
    """The newest stays: the place to go on reading from is taken from it."""
    newest = select(func.max(inbox.c.update_id)).scalar_subquery()
    result = await tx.execute(
        delete(inbox).where(
            inbox.c.received_at < now - KEEP_UPDATES,
            inbox.c.state != "pending",
            inbox.c.update_id < newest,
        )
    )
    return result.rowcount
