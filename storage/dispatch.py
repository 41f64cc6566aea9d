"""The outbox as the sender sees it: whose turn it is now."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Row,
    Select,
    and_,
    bindparam,
    or_,
    select,
    update,
)

from bot.core.delivery import Parcel, messages, needs_bytes
from bot.core.notice import Toast
from bot.core.watch import ChatId
from storage import chats
from storage.codec import UnreadableError
from storage.crashes import again_at, set_aside, suspects_alone
from storage.database import Tx
from storage.outbox import Rank, skip_overtaken
from storage.parcel import parcel_of
from storage.tables import Utc, outbox, tasks
from storage.tables import chats as chat_rows
from storage.uploads import FILMS, KEPT, has_room_for_film, is_being_uploaded, one_upload_per_task

LEASE = timedelta(seconds=30)
ANY_NUMBER = 1_000_000
NOW = bindparam("now", type_=Utc)
PASSING = (*FILMS, "toast")
"""Kinds that hold up nothing else in their chat."""
PRIVATE_GAP = timedelta(seconds=1.4)
"""Telegram: about one message a second in a chat; with the advance below at most 4 in any 4 s,
even if one of them takes its time on the way."""
GROUP_GAP = timedelta(seconds=3.6)
"""Telegram: 20 a minute in a group; with the advance below that is 18.7 in the worst minute."""
ADVANCE = {Rank.END: 1, Rank.FILM: 1, Rank.ANSWER: 1, Rank.MILESTONE: 0, Rank.CARD: 0}
"""How many messages ahead of the even pace each may go: short bursts are tolerated."""


def gap_of(chat_id: ChatId) -> timedelta:
    return PRIVATE_GAP if chat_id > 0 else GROUP_GAP


def within_pace(chat_id: ChatId, now: datetime) -> datetime:
    """Up to when a chat may be booked out, so that a film still goes."""
    return now + gap_of(chat_id) * ADVANCE[Rank.FILM]


def paced_to_rest(chat_id: ChatId, until: datetime) -> datetime:
    """The pace at which not even what may go ahead of it goes before *until*."""
    return until + gap_of(chat_id) * max(ADVANCE.values())


async def claim(tx: Tx, now: datetime, limit: int, films: int = ANY_NUMBER) -> tuple[Parcel, ...]:
    """Most important first, one message per chat at a time; ours for LEASE.

    At most *limit*, of them at most so many *films* whose bytes have to travel. Whoever calls
    holds Telegram's gate: two who look at once would both see a free chat. Attempts are counted
    before they are made, so that a row that ends its sender is noticed.
    """
    await skip_overtaken(tx, now)
    await set_aside(tx, now)
    rows = (
        await tx.execute(due(), {"now": now, "most": limit, "films": films, **_paces(now)})
    ).all()
    if not rows:
        return ()
    chosen = suspects_alone(one_upload_per_task(rows, films), lambda row: int(row.unsettled))
    await _lease(tx, chosen, now)
    parcels = [parcel for row in chosen if (parcel := await _parcel(tx, row, now)) is not None]
    await _book(tx, parcels, {ChatId(row.chat_id): row.paced_until for row in chosen}, now)
    return tuple(parcels)


@cache  # building it takes as long as running it
def due() -> Select[Any]:
    """Public for the test of its plan. Wants "now", "most", "films" and what _paces() gives."""
    announce = outbox.alias("announce")
    announced_in = (
        select(announce.c.message_id)
        .where(
            announce.c.subscription == outbox.c.subscription,
            announce.c.kind == "announce",
            outbox.c.kind == "attach",
        )
        .scalar_subquery()
    )
    return (
        select(
            outbox,
            announced_in.label("announced_in"),
            KEPT.label("kept"),
            tasks.c.archived,
            tasks.c.state.label("task_state"),
            chat_rows.c.language,
            chat_rows.c.paced_until,
        )
        .join(chat_rows, chat_rows.c.chat_id == outbox.c.chat_id)
        .outerjoin(tasks, tasks.c.id == outbox.c.task)
        .where(
            outbox.c.state == "pending",
            outbox.c.due_at <= NOW,
            or_(outbox.c.leased_until.is_(None), outbox.c.leased_until <= NOW),
            chat_rows.c.lost_because.is_(None),
            _within_pace(),
            ~_chat_is_busy_or_has_better(),
            ~is_being_uploaded(NOW),
            has_room_for_film(),
        )
        .order_by(outbox.c.rank, outbox.c.due_at, outbox.c.id)
        .limit(bindparam("most", type_=Integer))
        .with_for_update(of=outbox, skip_locked=True)
    )


def _paces(now: datetime) -> dict[str, datetime]:
    """Up to when a chat may be booked out, so that a message of this rank still goes."""
    gaps = {"private": PRIVATE_GAP, "group": GROUP_GAP}
    return {
        f"{kind}_{rank.name}": now + gap * ahead
        for kind, gap in gaps.items()
        for rank, ahead in ADVANCE.items()
    }


def _within_pace() -> ColumnElement[bool]:
    kinds = {"private": outbox.c.chat_id > 0, "group": outbox.c.chat_id < 0}
    allowed: list[ColumnElement[bool]] = [outbox.c.rank == Rank.TOAST]
    for kind, is_such in kinds.items():
        for rank in ADVANCE:
            latest = bindparam(f"{kind}_{rank.name}", type_=Utc)
            allowed.append(and_(is_such, outbox.c.rank == rank, chat_rows.c.paced_until <= latest))
    return or_(*allowed)


def _chat_is_busy_or_has_better() -> ColumnElement[bool]:
    """Something is on its way to this chat, or something else has to go first.

    A film may take minutes, and waits only for its announcement: it holds up nobody.
    """
    other = outbox.alias("other")
    better = or_(
        other.c.rank < outbox.c.rank,
        and_(
            other.c.rank == outbox.c.rank,
            or_(
                other.c.due_at < outbox.c.due_at,
                and_(other.c.due_at == outbox.c.due_at, other.c.id < outbox.c.id),
            ),
        ),
    )
    blocks_the_chat = and_(
        other.c.kind.not_in(PASSING),
        outbox.c.kind.not_in(PASSING),
        or_(other.c.leased_until > NOW, and_(other.c.due_at <= NOW, better)),
    )
    earlier_of_the_watch = and_(
        other.c.subscription == outbox.c.subscription,
        other.c.id < outbox.c.id,
        other.c.kind.not_in(("card", "reminder")),
        outbox.c.kind.not_in(("card", "reminder")),
    )
    return (
        select(other.c.id)
        .where(
            other.c.state == "pending",
            other.c.chat_id == outbox.c.chat_id,
            other.c.id != outbox.c.id,
            or_(blocks_the_chat, earlier_of_the_watch),
        )
        .exists()
    )


async def _lease(tx: Tx, rows: Sequence[Row[Any]], now: datetime) -> None:
    await tx.execute(
        update(outbox)
        .where(outbox.c.id.in_([row.id for row in rows]))
        .values(
            leased_until=now + LEASE,
            due_at=again_at(now),
            fence=outbox.c.fence + 1,
            attempts=outbox.c.attempts + 1,
            unsettled=outbox.c.unsettled + 1,
        )
    )


async def _book(
    tx: Tx, parcels: Sequence[Parcel], paced: dict[ChatId, datetime], now: datetime
) -> None:
    """The answer to a button is free; a film whose bytes travel is booked when it departs."""
    booked = dict(paced)
    for parcel in parcels:
        if not isinstance(parcel.notice, Toast) and not needs_bytes(parcel):
            until = max(booked[parcel.chat_id], now)
            booked[parcel.chat_id] = until + messages(parcel) * gap_of(parcel.chat_id)
    for chat_id, until in booked.items():
        if until != paced[chat_id]:
            await chats.pace(tx, chat_id, until)


async def _parcel(tx: Tx, row: Row[Any], now: datetime) -> Parcel | None:
    try:
        return parcel_of(row)
    except UnreadableError as error:
        await tx.execute(
            update(outbox)
            .where(outbox.c.id == row.id)
            .values(state="dead", reason=str(error), settled_at=now, leased_until=None)
        )
        return None


async def book(tx: Tx, parcel: Parcel, now: datetime) -> bool:
    """One more edit in the chat of a film that is on its way; False: not now."""
    until = await chats.paced_until(tx, parcel.chat_id)
    if until is None or until > now:
        return False
    await chats.pace(tx, parcel.chat_id, now + gap_of(parcel.chat_id))
    return True


async def renew(tx: Tx, parcel: Parcel, now: datetime) -> bool:
    """Still on its way. False: the claim was lost."""
    result = await tx.execute(
        update(outbox)
        .where(outbox.c.id == parcel.id, outbox.c.fence == parcel.fence)
        .values(leased_until=now + LEASE)
    )
    return result.rowcount == 1
