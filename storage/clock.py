"""The time that all processes on one database agree on; setting a wall clock changes no waiting.

On PostgreSQL it is the server's: a lease taken by one process must mean the same to the next. On
SQLite it is this machine's. Between two looks at that clock a steady one counts on, so that nobody
who waits depends on the other being right.
"""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import Column, Interval, func, literal, select, update

from bot.core.notice import LINK_LIVES
from storage import gates as gate_rows
from storage.database import Database, Tx
from storage.tables import Utc, chats, gates, inbox, outbox, roles, subscriptions, tasks

log = logging.getLogger("reelbell.clock")

JUMP = timedelta(minutes=1)
"""More than this no clock drifts between two looks: somebody has set it."""
APPOINTMENTS: tuple[tuple[Column[datetime], timedelta], ...] = (
    (inbox.c.due_at, timedelta(minutes=10)),
    (chats.c.paced_until, timedelta(days=1)),
    (tasks.c.next_poll_at, timedelta(minutes=70)),
    (tasks.c.archive_at, timedelta(minutes=70)),
    (outbox.c.due_at, timedelta(days=1)),
    (outbox.c.leased_until, timedelta(minutes=10)),
    (gates.c.opens_at, timedelta(minutes=70)),
    (roles.c.held_until, timedelta(minutes=10)),
)
"""What we wait for, and how far off it can be when no clock was wrong."""


class Clock:
    """*wall* may be set by anybody; *ticks*, in seconds, only ever grows, asleep or awake."""

    def __init__(
        self, database: Database, *, wall: Callable[[], datetime], ticks: Callable[[], float]
    ) -> None:
        self._database = database
        self._wall = wall
        self._ticks = ticks
        self._anchor = wall()
        self._anchored_at = ticks()

    def __call__(self) -> datetime:
        return self._anchor + timedelta(seconds=self._ticks() - self._anchored_at)

    async def begin(self) -> None:
        """Before anything is claimed: what a clock that ran ahead has put off is due now."""
        self._set(await self._look())
        await self._database.unit(self._bring_near)

    async def once(self) -> int:
        """Looks at the clock. 0: there is never more to do."""
        there = await self._look()
        off = there - self()
        if abs(off) > JUMP:
            log.warning("clock.jumped", extra={"seconds": round(off.total_seconds())})
            async with self._database.write() as tx:
                if self._database.is_sqlite:  # nobody else is here who moves them, too
                    await _move_along(tx, off)
                else:
                    await _bring_near(tx, there)
                    await _prolong_once(tx, off, there)
        self._set(there)
        return 0

    async def _bring_near(self, tx: Tx) -> None:
        await _bring_near(tx, self())

    async def _look(self) -> datetime:
        if self._database.is_sqlite:
            return self._wall()
        async with self._database.read() as tx:
            before = self._ticks()
            there: datetime | None = await tx.scalar(select(func.clock_timestamp(type_=Utc)))
            on_its_way = timedelta(seconds=(self._ticks() - before) / 2)
        assert there is not None  # noqa: S101 — a server without a time does not exist
        return there + on_its_way

    def _set(self, there: datetime) -> None:
        self._anchor, self._anchored_at = there.astimezone(UTC), self._ticks()


async def _bring_near(tx: Tx, now: datetime) -> None:
    a_reminder_s = (outbox.c.kind == "reminder") & (outbox.c.due_at <= now + LINK_LIVES)
    for column, farthest in APPOINTMENTS:
        is_far = column > now + farthest
        wrong = is_far & ~a_reminder_s if column is outbox.c.due_at else is_far
        await tx.execute(update(column.table).where(wrong).values({column: now}))


async def _prolong_once(tx: Tx, by: timedelta, now: datetime) -> None:
    """No watch is given up because the server's clock was set ahead. Each process sees it jump."""
    guard = await gate_rows.hold(tx, "clock", now)
    if by > timedelta(0) and (guard.told_at is None or now - guard.told_at > JUMP):
        longer = subscriptions.c.expires_at + literal(by, Interval())
        active = subscriptions.c.ended_at.is_(None)
        await tx.execute(update(subscriptions).where(active).values(expires_at=longer))
        await gate_rows.put(tx, "clock", replace(guard, told_at=now))


async def _move_along(tx: Tx, by: timedelta) -> None:
    """Everything is as far off as it was."""
    columns = [*(column for column, _ in APPOINTMENTS), gates.c.booked_until, gates.c.pressed_at]
    for column in columns:
        await tx.execute(
            update(column.table).where(column.is_not(None)).values({column: _moved(column, by)})
        )
    active = subscriptions.c.ended_at.is_(None)
    expires_at = subscriptions.c.expires_at
    await tx.execute(update(subscriptions).where(active).values(expires_at=_moved(expires_at, by)))


def _moved(column: Column[datetime], by: timedelta) -> object:
    """In SQLite's own arithmetic, which knows milliseconds; our text has microseconds."""
    moved = func.strftime("%Y-%m-%d %H:%M:%f", column, f"{by.total_seconds():+.3f} seconds")
    return moved.op("||")("000")
