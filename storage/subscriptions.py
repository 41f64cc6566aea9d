"""Subscriptions: which chat waits for which task, since when, and what it has been told."""

import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, bindparam, func, select, update

from bot.core.milestones import Ladder, format_ladder, parse_ladder
from bot.core.task import Task
from bot.core.watch import ChatId, UserId, Watch, WatchId, WatchRef
from storage.codec import UnreadableError, load_task
from storage.database import Tx
from storage.tables import chats, subscriptions, tasks
from storage.tasks import TaskRow


@dataclass(frozen=True, slots=True)
class Subscription:
    """One chat's interest in one task, with the task as it stands."""

    watch: Watch
    chat_id: ChatId
    thread_id: int | None
    user_id: UserId
    asked_in: int | None
    """The message that asked for it."""
    row: TaskRow
    task: Task
    created_at: datetime
    is_active: bool
    is_reachable: bool = True
    """False: the chat is lost, for now."""


def _chosen() -> Select[Any]:
    return (
        select(subscriptions, tasks.c.state, tasks.c.id.label("task_row"), chats.c.lost_because)
        .join(tasks, tasks.c.id == subscriptions.c.task)
        .join(chats, chats.c.chat_id == subscriptions.c.chat_id)
    )


def _readable(rows: Iterable[Row[Any]]) -> Iterator[Subscription]:
    """Without those whose task cannot be read: of a newer program, perhaps."""
    for row in rows:
        with suppress(UnreadableError):
            yield _made(row)


def _made(row: Row[Any]) -> Subscription:
    return Subscription(
        Watch(WatchId(row.id), WatchRef(row.ref), parse_ladder(row.ladder), row.told),
        ChatId(row.chat_id),
        row.thread_id or None,
        UserId(row.user_id),
        row.asked_in,
        TaskRow(row.task_row),
        load_task(row.state),
        row.created_at,
        row.ended_at is None,
        row.lost_because is None,
    )


@dataclass(frozen=True, slots=True)
class Wanted:
    """A subscription to be."""

    chat_id: ChatId
    thread_id: int | None
    user_id: UserId
    asked_in: int | None
    ladder: Ladder
    told: int
    expires_at: datetime


async def add(tx: Tx, row: TaskRow, wanted: Wanted, now: datetime) -> Watch:
    ref = WatchRef(secrets.token_urlsafe(16))
    key = await tx.scalar(
        subscriptions.insert()
        .values(
            ref=ref,
            task=row,
            chat_id=wanted.chat_id,
            thread_id=wanted.thread_id or 0,
            user_id=wanted.user_id,
            asked_in=wanted.asked_in,
            ladder=format_ladder(wanted.ladder),
            told=wanted.told,
            expires_at=wanted.expires_at,
            created_at=now,
        )
        .returning(subscriptions.c.id)
    )
    return Watch(WatchId(key), ref, wanted.ladder, wanted.told)


async def count_active(tx: Tx, user_id: UserId) -> int:
    return (
        await tx.scalar(
            select(func.count())
            .select_from(subscriptions)
            .where(subscriptions.c.user_id == user_id, subscriptions.c.ended_at.is_(None))
        )
        or 0
    )


async def active_of(tx: Tx, rows: Iterable[TaskRow]) -> Mapping[TaskRow, tuple[Subscription, ...]]:
    """Those who wait for these tasks; a task that nobody waits for is not in it."""
    found: dict[TaskRow, tuple[Subscription, ...]] = {}
    chosen = _chosen().where(
        subscriptions.c.task.in_(list(rows)), subscriptions.c.ended_at.is_(None)
    )
    for made in _readable(await tx.execute(chosen.order_by(subscriptions.c.id))):
        found[made.row] = (*found.get(made.row, ()), made)
    return found


async def active_in(tx: Tx, chat_id: ChatId, thread_id: int | None) -> tuple[Subscription, ...]:
    """Oldest first."""
    chosen = _chosen().where(
        subscriptions.c.chat_id == chat_id,
        subscriptions.c.thread_id == (thread_id or 0),
        subscriptions.c.ended_at.is_(None),
    )
    return tuple(_readable(await tx.execute(chosen.order_by(subscriptions.c.id))))


async def by_ref(tx: Tx, ref: WatchRef, chat_id: ChatId) -> Subscription | None:
    """None also when it belongs to another chat: the two must not be told apart."""
    chosen = _chosen().where(subscriptions.c.ref == ref, subscriptions.c.chat_id == chat_id)
    return next(_readable(await tx.execute(chosen)), None)


async def expired(tx: Tx, now: datetime, limit: int) -> tuple[Subscription, ...]:
    chosen = _chosen().where(subscriptions.c.expires_at <= now, subscriptions.c.ended_at.is_(None))
    rows = await tx.execute(chosen.order_by(subscriptions.c.expires_at).limit(limit))
    return tuple(_readable(rows))


async def climb(tx: Tx, watches: Iterable[Watch]) -> None:
    """Remembers what each was told last."""
    rows = [{"watch": watch.id, "told": watch.told} for watch in watches]
    if rows:
        await tx.execute(
            update(subscriptions)
            .where(subscriptions.c.id == bindparam("watch"))
            .values(told=bindparam("told")),
            rows,
        )


async def turn(tx: Tx, watch: Watch) -> None:
    """Another ladder for this watch alone."""
    await tx.execute(
        update(subscriptions)
        .where(subscriptions.c.id == watch.id)
        .values(ladder=format_ladder(watch.ladder), told=watch.told)
    )


async def end(tx: Tx, watches: Iterable[WatchId], now: datetime) -> frozenset[WatchId]:
    """Those that were still active."""
    ended = await tx.scalars(
        update(subscriptions)
        .where(subscriptions.c.id.in_(list(watches)), subscriptions.c.ended_at.is_(None))
        .values(ended_at=now)
        .returning(subscriptions.c.id)
    )
    return frozenset(ended)
