"""The end of a watch that its group cannot be told goes to who asked, and to nobody else."""

from datetime import datetime

from sqlalchemy import case, select, update

from bot.core.delivery import ANEW, Parcel
from bot.core.watch import UserId
from storage.database import Tx
from storage.tables import chats, outbox, subscriptions
from storage.uploads import FILMS

WHY = "topic gone"


async def to_person(tx: Tx, parcel: Parcel, now: datetime) -> None:
    """With what is left of that end. To one whom the bot has never met it may not write."""
    told = select(outbox.c.subscription).where(outbox.c.id == parcel.id).scalar_subquery()
    person = await tx.scalar(
        select(chats.c.chat_id)
        .join(subscriptions, subscriptions.c.user_id == chats.c.chat_id)
        .where(subscriptions.c.id == told)
    )
    if person is None:
        await tx.execute(
            update(outbox)
            .where(outbox.c.id == parcel.id)
            .values(state="dead", reason=f"{WHY}, and its subscriber unknown", settled_at=now)
        )
        return
    await _turn(tx, told, UserId(person), now)


async def _turn(tx: Tx, told: object, person: UserId, now: datetime) -> None:
    """An announcement that was made in the group stays there: its film is a message of its own."""
    announce = outbox.alias("announce")
    is_announced = (
        select(announce.c.id)
        .where(announce.c.subscription == outbox.c.subscription)
        .where(announce.c.kind == "announce", announce.c.state != "pending")
        .exists()
    )
    anew = [((outbox.c.form == form) & is_announced, new) for form, new in ANEW.items()]
    await tx.execute(
        update(outbox)
        .where(
            outbox.c.subscription == told,
            outbox.c.kind.in_(("announce", *FILMS)),
            outbox.c.state == "pending",
        )
        .values(
            chat_id=person,
            thread_id=None,
            reply_to=None,
            message_id=None,
            form=case(*anew, else_=outbox.c.form),
            reason=f"{WHY}: to the subscriber",
            due_at=now,
        )
    )
