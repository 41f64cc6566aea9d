"""Messages that were claimed in a row and never settled: one of them may end its process.

Others that only were in flight with it do not die with it: from the second time on each is claimed
by itself and waits longer, and meanwhile the others are settled.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import ColumnElement, and_, case, update

from bot.core.delivery import LINKED
from storage.database import Tx
from storage.tables import outbox
from storage.uploads import IS_FILM

Claimed = TypeVar("Claimed")
SUSPICIOUS = 2

log = logging.getLogger("reelbell.deliver")

PAUSES = tuple(timedelta(seconds=seconds) for seconds in (0, 0, 4, 16, 64, 256, 1024))
"""How long a message waits, after a claim, when it was never settled so many times before."""


def suspects_alone(rows: Sequence[Claimed], crashes: Callable[[Claimed], int]) -> list[Claimed]:
    """Whatever was never settled twice in a row is claimed by itself, after all others.

    Claimed together they would be counted together, and the innocent set aside with the guilty.
    """
    fresh = [row for row in rows if crashes(row) < SUSPICIOUS]
    return fresh or list(rows[:1])


def again_at(now: datetime) -> ColumnElement[datetime]:
    """For a row that is claimed now, should it never be settled."""
    waits = {count: now + pause for count, pause in enumerate(PAUSES)}
    return case(waits, value=outbox.c.unsettled, else_=now)


async def set_aside(tx: Tx, now: datetime) -> None:
    """Those that ended their process as often as PAUSES is long. A film leaves its link first."""
    ends_its_process = (
        update(outbox)
        .where(outbox.c.state == "pending", outbox.c.unsettled >= len(PAUSES))
        .where(outbox.c.leased_until.is_(None) | (outbox.c.leased_until <= now))
    )
    is_film = and_(IS_FILM, outbox.c.form.in_(list(LINKED)))
    await tx.execute(
        ends_its_process.where(is_film).values(
            form=case(LINKED, value=outbox.c.form), unsettled=0, due_at=now
        )
    )
    dead = await tx.scalars(
        ends_its_process.values(
            state="dead", reason="it ended its process", settled_at=now, leased_until=None
        ).returning(outbox.c.id)
    )
    for row in dead:
        log.error("message.set_aside", extra={"outbox": row})
