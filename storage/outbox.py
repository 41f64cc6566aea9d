"""What is to be said: put in with the change that causes it, never lost, said in order."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from functools import cache

from sqlalchemy import Update, bindparam, case, exists, or_, update

from bot.core.delivery import Form
from bot.core.notice import (
    AsFile,
    Attachment,
    Card,
    Ended,
    GaveUp,
    Milestone,
    Notice,
    Reminder,
    Toast,
)
from bot.core.watch import ChatId, WatchId
from storage.codec import dump_notice
from storage.database import Tx, insert_new
from storage.subscriptions import Subscription
from storage.tables import Utc, outbox, subscriptions
from storage.tasks import TaskRow


class Rank(IntEnum):
    """Whose turn it is, when not everything can go at once."""

    TOAST = 0
    END = 1
    FILM = 2
    """After an outage everybody learns first that it is there, and then gets it."""
    ANSWER = 3
    MILESTONE = 4
    CARD = 5


@dataclass(frozen=True, slots=True)
class Address:
    """Where a notice goes, and what it replies to."""

    chat_id: ChatId
    thread_id: int | None = None
    reply_to: int | None = None


def address_of(subscription: Subscription) -> Address:
    return Address(subscription.chat_id, subscription.thread_id, subscription.asked_in)


@dataclass(frozen=True, slots=True)
class Item:
    """A notice to send. *watch* and *row* are None for a plain answer."""

    address: Address
    notice: Notice
    watch: WatchId | None = None
    row: TaskRow | None = None
    wait: timedelta = timedelta(0)


async def put(tx: Tx, items: Iterable[Item], now: datetime) -> None:
    """In this order. What a watch was told once is not put in again: (watch, kind) is unique."""
    rows = [
        {
            "chat_id": item.address.chat_id,
            "thread_id": item.address.thread_id,
            "reply_to": None if isinstance(item.notice, Milestone) else item.address.reply_to,
            "subscription": item.watch,
            "task": item.row,
            "kind": kind_of(item.notice),
            "rank": _rank(item.notice),
            "form": _form(item.notice),
            "payload": dump_notice(item.notice),
            "due_at": now + item.wait,
            "created_at": now,
        }
        for item in items
    ]
    if rows:
        await tx.execute(insert_new(tx, outbox), rows)


async def redraw(tx: Tx, cards: Iterable[tuple[WatchId, Card]], now: datetime) -> None:
    """The latest state wins, whether its card waits, is being sent, or was sent long ago."""
    rows = [{"watch": watch, "card": dump_notice(card), "now": now} for watch, card in cards]
    if not rows:
        return
    unsent = outbox.c.message_id.is_(None)
    await tx.execute(
        update(outbox)
        .where(
            outbox.c.subscription == bindparam("watch"),
            outbox.c.kind == "card",
            or_(outbox.c.state == "pending", outbox.c.state == "sent"),
        )
        .values(
            payload=bindparam("card"),
            revision=outbox.c.revision + 1,
            state="pending",
            rank=case((unsent, Rank.ANSWER.value), else_=Rank.CARD.value),
            due_at=case(
                (unsent & (outbox.c.attempts == 0), bindparam("now", type_=Utc)),
                (outbox.c.due_at > bindparam("now", type_=Utc), outbox.c.due_at),
                else_=bindparam("now", type_=Utc),
            ),
        ),
        rows,
    )


async def skip_milestones(tx: Tx, watches: Iterable[WatchId], now: datetime) -> None:
    """A later word has made them stale. One that is being sent right now stays."""
    await _skip(tx, watches, outbox.c.kind.like("p%"), now)


async def skip_unsent_cards(tx: Tx, watches: Iterable[WatchId], now: datetime) -> None:
    """The end came before the card: it says all that the card would have."""
    await _skip(tx, watches, (outbox.c.kind == "card") & outbox.c.message_id.is_(None), now)


async def skip_overtaken(tx: Tx, now: datetime) -> None:
    """What was being sent when a later word came, and was not: said after that it would be wrong.

    And as long as it waited, what comes after it in its watch would wait, too.
    """
    await tx.execute(_overtaken(), {"now": now})


@cache  # building it takes as long as running it
def _overtaken() -> Update:
    now = bindparam("now", type_=Utc)
    is_milestone = outbox.c.rank == Rank.MILESTONE
    is_first_card = (outbox.c.kind == "card") & outbox.c.message_id.is_(None)
    later = outbox.alias("later")
    has_later = exists().where(
        later.c.subscription == outbox.c.subscription,
        later.c.rank == Rank.MILESTONE,
        later.c.id > outbox.c.id,
    )
    is_over = exists().where(
        subscriptions.c.id == outbox.c.subscription, subscriptions.c.ended_at.is_not(None)
    )
    return (
        update(outbox)
        .where(
            outbox.c.state == "pending",
            outbox.c.leased_until.is_(None) | (outbox.c.leased_until <= now),
            or_(is_milestone & has_later, or_(is_milestone, is_first_card) & is_over),
        )
        .values(state="skipped", reason="superseded", settled_at=now, leased_until=None)
    )


async def _skip(tx: Tx, watches: Iterable[WatchId], which: object, now: datetime) -> None:
    await tx.execute(
        update(outbox)
        .where(
            outbox.c.subscription.in_(list(watches)),
            which,  # type: ignore[arg-type]
            outbox.c.state == "pending",
            outbox.c.leased_until.is_(None) | (outbox.c.leased_until <= now),
        )
        .values(state="skipped", reason="superseded", settled_at=now)
    )


def _form(notice: Notice) -> Form:
    """A film takes the place of its announcement; an album cannot."""
    match notice:
        case Attachment(task=task) if task.media is None or not task.media.more:
            return Form.EDIT
        case _:
            return Form.NEW


def kind_of(notice: Notice) -> str:
    """Unique for a watch."""
    match notice:
        case Card():
            return "card"
        case Milestone(mark=mark):
            return f"p{mark}"
        case Ended() | GaveUp():
            return "announce"
        case Attachment():
            return "attach"
        case AsFile():
            return "file"
        case Reminder():
            return "reminder"
        case Toast():
            return "toast"
        case _:
            return "answer"


def _rank(notice: Notice) -> Rank:
    match notice:
        case Toast():
            return Rank.TOAST
        case Ended() | GaveUp():
            return Rank.END
        case Attachment() | AsFile():
            return Rank.FILM
        case Milestone():
            return Rank.MILESTONE
        case _:
            return Rank.ANSWER
