"""The outcome of an attempt to send goes in; the outbox knows what is left to do."""

from datetime import datetime, timedelta
from typing import Any, assert_never

from sqlalchemy import case, select, update

from bot.core.delivery import (
    Again,
    ChatRests,
    Done,
    InPrivate,
    Instead,
    Moved,
    Never,
    Outcome,
    Parcel,
    Parked,
    WithoutFileId,
    WithoutReply,
    WithoutTopic,
)
from storage import chats, readdress
from storage.database import Tx
from storage.dispatch import paced_to_rest
from storage.outbox import Rank
from storage.tables import outbox, tasks

CARD_GAP = timedelta(seconds=3)
"""Between two edits of one card; more often reads as flicker and is what flood limits punish."""


async def settle(tx: Tx, parcel: Parcel, outcome: Outcome, now: datetime) -> bool:
    """False: the claim was lost meanwhile, and nothing was changed."""
    if not await _update(tx, parcel, _after(parcel, outcome, now)):
        return False
    match outcome:
        case Done(file_id=str() as file_id):
            await _know_file(tx, parcel, file_id)
        case WithoutFileId():
            await _know_file(tx, parcel, None)
        case ChatRests(until):
            await chats.pace(tx, parcel.chat_id, paced_to_rest(parcel.chat_id, until))
        case Parked(why):
            await chats.lost(tx, parcel.chat_id, why)
        case Moved(to):
            await chats.move(tx, parcel.chat_id, to, now)
        case InPrivate():
            await readdress.to_person(tx, parcel, now)
        case _:
            pass
    return True


def _after(parcel: Parcel, outcome: Outcome, now: datetime) -> dict[str, Any]:
    """What the row says from now on."""
    match outcome:
        case Done(message_id):
            return _sent(parcel, message_id, now)
        case Never(why):
            return {"state": "dead", "reason": why[:500], "settled_at": now}
        case Again(at) | ChatRests(at):
            return {"due_at": at}
        case Instead(form):
            return {"due_at": now, "form": form}
        case WithoutTopic():
            return {"due_at": now, "thread_id": None}
        case WithoutReply():
            return {"due_at": now, "reply_to": None}
        case WithoutFileId() | Parked() | Moved() | InPrivate():
            return {"due_at": now}
        case _:
            assert_never(outcome)


def _sent(parcel: Parcel, message_id: int | None, now: datetime) -> dict[str, Any]:
    """A card that was redrawn while it was on its way goes out once more."""
    is_latest = outbox.c.revision == parcel.revision
    return {
        "state": case((is_latest, "sent"), else_="pending"),
        "rank": case((outbox.c.kind == "card", Rank.CARD.value), else_=outbox.c.rank),
        # What was sent to a group that has moved meanwhile is in the old one, out of reach.
        "message_id": case(
            (outbox.c.chat_id == parcel.chat_id, message_id or parcel.message_id), else_=None
        ),
        "due_at": now + CARD_GAP,
        "attempts": 0,
        "settled_at": now,
    }


async def _update(tx: Tx, parcel: Parcel, values: dict[str, Any]) -> bool:
    result = await tx.execute(
        update(outbox)
        .where(outbox.c.id == parcel.id, outbox.c.fence == parcel.fence)
        .values(leased_until=None, unsettled=0, **values)
    )
    return result.rowcount == 1


async def _know_file(tx: Tx, parcel: Parcel, file_id: str | None) -> None:
    task = select(outbox.c.task).where(outbox.c.id == parcel.id).scalar_subquery()
    await tx.execute(update(tasks).where(tasks.c.id == task).values(file_id=file_id))
