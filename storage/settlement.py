"""The outcome of an attempt to send goes in; the outbox knows what is left to do."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, assert_never

from sqlalchemy import case, update

from bot.core.delivery import Parcel
from bot.core.film import Kept, Unattached
from bot.core.notice import FilmNotice
from bot.core.outcome import (
    Again,
    ChatRests,
    Done,
    FreshLink,
    InPrivate,
    Instead,
    Moved,
    Never,
    Outcome,
    Parked,
    WithoutKept,
    WithoutReply,
    WithoutTopic,
)
from storage import chats, films, readdress
from storage.codec import dump_notice
from storage.database import Tx
from storage.dispatch import paced_to_rest
from storage.outbox import Rank
from storage.tables import outbox

CARD_GAP = timedelta(seconds=3)
"""Between two edits of one card; more often reads as flicker and is what flood limits punish."""


async def settle(tx: Tx, parcel: Parcel, outcome: Outcome, now: datetime) -> bool:
    """False: the claim was lost meanwhile, and nothing was changed."""
    await films.hold_task(tx, parcel, outcome)
    if not await _update(tx, parcel, _after(parcel, outcome, now)):
        return False
    match outcome:
        case Done(kept=Kept() as kept):
            await films.keep(tx, parcel, kept)
            await films.forget_reminder(tx, parcel, now)
        case Done(message_id):
            await films.remind(tx, parcel, message_id or parcel.message_id, now)
        case Instead(unattached=Unattached() as why):
            await films.share(tx, parcel, why, now)
        case WithoutKept():
            await films.keep(tx, parcel, None)
        case FreshLink():
            await films.ask_again(tx, parcel, now)
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
        case Instead(form, unattached):
            return {"due_at": now, "form": form} | _because(parcel, unattached)
        case FreshLink(at):
            return {"due_at": at} | _asked_again(parcel)
        case WithoutTopic():
            return {"due_at": now, "thread_id": None}
        case WithoutReply():
            return {"due_at": now, "reply_to": None}
        case WithoutKept() | Parked() | Moved() | InPrivate():
            return {"due_at": now}
        case _:
            assert_never(outcome)


def _because(parcel: Parcel, unattached: Unattached | None) -> dict[str, str]:
    if unattached is None or not isinstance(parcel.notice, FilmNotice):
        return {}
    return {"payload": dump_notice(replace(parcel.notice, unattached=unattached))}


def _asked_again(parcel: Parcel) -> dict[str, str]:
    if not isinstance(parcel.notice, FilmNotice):
        return {}
    return {"payload": dump_notice(replace(parcel.notice, asked_again=True))}


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
