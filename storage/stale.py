"""What cannot be said any more as it was meant: its chat was out of reach for too long."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, bindparam, case, exists, or_, select, update

from bot.core.delivery import LINKED
from bot.core.film import Unattached, Why
from bot.core.notice import LINK_LIVES, FilmNotice
from storage.codec import UnreadableError, dump_notice, load_notice
from storage.database import Tx
from storage.outbox import Rank
from storage.purge import KEEP_ENDED
from storage.tables import chats, outbox, subscriptions, tasks
from storage.uploads import IS_FILM, KEPT

STALE_AFTER = timedelta(minutes=15)
"""An answer to who asked then, a percentage of then."""
EXPIRED = "expired"


async def skip_stale(tx: Tx, now: datetime) -> int:
    """Of lost chats. Cards stay: they show what is the case when they go out."""
    passing = or_(outbox.c.kind.in_(("answer", "toast")), outbox.c.rank == Rank.MILESTONE)
    return await _skip(tx, passing & (outbox.c.created_at < now - STALE_AFTER), "stale", now)


async def give_up_on_lost(tx: Tx, now: datetime) -> int:
    """Of lost chats, what is left of watches that are history by now."""
    is_history = exists().where(
        subscriptions.c.id == outbox.c.subscription, subscriptions.c.ended_at < now - KEEP_ENDED
    )
    return await _skip(tx, is_history, EXPIRED, now)


async def _skip(tx: Tx, which: ColumnElement[bool], why: str, now: datetime) -> int:
    result = await tx.execute(
        update(outbox)
        .where(_waits(now), _is_lost(), which)
        .values(state="skipped", reason=why, settled_at=now, leased_until=None)
    )
    return result.rowcount


async def expire_films(tx: Tx, now: datetime, limit: int) -> int:
    """What can no longer be fetched is said in words, when its chat is back.

    A film that Telegram has from another chat outlives its link, and so does one that we have.
    """
    dead = (
        select(outbox.c.id, outbox.c.payload)
        .join(tasks, tasks.c.id == outbox.c.task)
        .where(
            _waits(now),
            _is_lost(),
            IS_FILM,
            outbox.c.reason.is_distinct_from(EXPIRED),
            KEPT.is_(None),
            tasks.c.archived.is_(None),
            tasks.c.ended_at <= now - LINK_LIVES,
        )
        .order_by(outbox.c.id)
        .limit(limit)
        .with_for_update(of=outbox, skip_locked=True)
    )
    rows = [_in_words(row.id, row.payload) for row in await tx.execute(dead)]
    if rows:
        await tx.execute(
            update(outbox)
            .where(outbox.c.id == bindparam("row"))
            .values(
                payload=bindparam("said"),
                reason=EXPIRED,
                form=case(LINKED, value=outbox.c.form, else_=outbox.c.form),
            ),
            rows,
        )
    return len(rows)


def _in_words(row: int, payload: str) -> dict[str, Any]:
    try:
        notice = load_notice(payload)
    except UnreadableError:  # whoever claims it will set it aside
        return {"row": row, "said": payload}
    if isinstance(notice, FilmNotice):
        notice = replace(notice, unattached=Unattached(Why.TOO_LATE))
    return {"row": row, "said": dump_notice(notice)}


async def skip_dead_reminders(tx: Tx, now: datetime) -> int:
    """Of links that have died before they could be said again, in any chat."""
    died = select(tasks.c.id).where(tasks.c.ended_at <= now - LINK_LIVES)
    result = await tx.execute(
        update(outbox)
        .where(_waits(now), outbox.c.kind == "reminder", outbox.c.task.in_(died))
        .values(state="skipped", reason=EXPIRED, settled_at=now, leased_until=None)
    )
    return result.rowcount


def _is_lost() -> ColumnElement[bool]:
    return exists().where(chats.c.chat_id == outbox.c.chat_id, chats.c.lost_because.is_not(None))


def _waits(now: datetime) -> ColumnElement[bool]:
    return (outbox.c.state == "pending") & (
        outbox.c.leased_until.is_(None) | (outbox.c.leased_until <= now)
    )
