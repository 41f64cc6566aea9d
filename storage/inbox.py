"""Updates as Telegram sent them: stored before they are acknowledged, handled once, in order."""

import json
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, func, select, update
from sqlalchemy.sql import ColumnElement

from storage.crashes import suspects_alone
from storage.database import Tx, insert_new
from storage.tables import inbox

log = logging.getLogger("reelbell.answer")

LEASE = timedelta(seconds=30)
MOST_ATTEMPTS = 5


class TakenOverError(Exception):
    """Another process has this update by now; nothing of ours may stay."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A stored update, claimed for one attempt."""

    update_id: int
    fence: int
    payload: dict[str, Any]
    """Telegram's own JSON; only chat/ knows what is in it."""
    attempts: int


@dataclass(frozen=True, slots=True)
class Arrived:
    update_id: int
    chat_id: int | None
    payload: dict[str, Any]


async def store(tx: Tx, arrived: Iterable[Arrived], now: datetime) -> None:
    """Twice the same update is once."""
    rows = [
        {
            "update_id": one.update_id,
            "chat_id": one.chat_id,
            "payload": json.dumps(one.payload),  # ASCII: half a character must not block the rest
            "received_at": now,
            "due_at": now,
        }
        for one in arrived
    ]
    if rows:
        await tx.execute(insert_new(tx, inbox), rows)


async def claim(tx: Tx, now: datetime, limit: int) -> tuple[Letter, ...]:
    """At most one per chat: a person's messages are handled in the order they were sent.

    One that was claimed MOST_ATTEMPTS times and never came back ends its process: it is set aside.
    """
    await _set_aside(tx, now)
    earlier = inbox.alias("earlier")
    head: ColumnElement[bool] = ~(
        select(earlier.c.update_id)
        .where(
            earlier.c.state == "pending",
            earlier.c.chat_id == inbox.c.chat_id,
            earlier.c.update_id < inbox.c.update_id,
        )
        .exists()
    )
    due = (
        select(inbox.c.update_id, inbox.c.attempts)
        .where(and_(inbox.c.state == "pending", inbox.c.due_at <= now, head))
        .order_by(inbox.c.update_id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    chosen = suspects_alone((await tx.execute(due)).all(), lambda row: int(row.attempts))
    claimed = await tx.execute(
        update(inbox)
        .where(inbox.c.update_id.in_([row.update_id for row in chosen]))
        .values(due_at=now + LEASE, fence=inbox.c.fence + 1, attempts=inbox.c.attempts + 1)
        .returning(inbox.c.update_id, inbox.c.fence, inbox.c.payload, inbox.c.attempts)
    )
    letters = [
        Letter(row.update_id, row.fence, json.loads(row.payload), row.attempts) for row in claimed
    ]
    return tuple(sorted(letters, key=lambda letter: letter.update_id))


async def _set_aside(tx: Tx, now: datetime) -> None:
    dead = await tx.scalars(
        update(inbox)
        .where(inbox.c.state == "pending", inbox.c.due_at <= now)
        .where(inbox.c.attempts >= MOST_ATTEMPTS)
        .values(state="dead", error=func.coalesce(inbox.c.error, "it ended its process"))
        .returning(inbox.c.update_id)
    )
    for update_id in dead:
        log.error("update.set_aside", extra={"update": update_id})


async def was_done(tx: Tx, letter: Letter) -> bool:
    """To be asked before anything is done; until the end of *tx* the answer stays.

    True: by this very claim, in a transaction whose commit was reported as failed.
    Raises TakenOverError.
    """
    row = (
        await tx.execute(
            select(inbox.c.state)
            .where(inbox.c.update_id == letter.update_id, inbox.c.fence == letter.fence)
            .with_for_update()
        )
    ).one_or_none()
    if row is None or row.state == "dead":
        raise TakenOverError
    return bool(row.state == "done")


async def done(tx: Tx, letter: Letter) -> None:
    """Raises TakenOverError."""
    result = await tx.execute(update(inbox).where(_still_ours(letter)).values(state="done"))
    if result.rowcount != 1:
        raise TakenOverError


async def failed(tx: Tx, letter: Letter, error: str, now: datetime) -> None:
    """Tried again after 1, 4, 9 … s; after MOST_ATTEMPTS set aside with its error."""
    gone = letter.attempts >= MOST_ATTEMPTS
    await tx.execute(
        update(inbox)
        .where(_still_ours(letter))
        .values(
            state="dead" if gone else "pending",
            error=error[:500],
            due_at=now + timedelta(seconds=letter.attempts**2),
        )
    )


async def spare(tx: Tx, letters: Iterable[Letter], now: datetime) -> None:
    """Their attempts were none: the database was away. Each is due again; twice is once.

    Attempts are counted when they begin, or one that ends its process would never be noticed.
    """
    for letter in letters:
        await tx.execute(
            update(inbox)
            .where(_still_ours(letter))
            .values(attempts=letter.attempts - 1, due_at=now)
        )


def _still_ours(letter: Letter) -> ColumnElement[bool]:
    return and_(
        inbox.c.update_id == letter.update_id,
        inbox.c.fence == letter.fence,
        inbox.c.state == "pending",
    )
