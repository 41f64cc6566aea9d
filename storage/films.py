"""What became of a film: kept by Telegram, asked for again, or a link that is worth a reminder."""

from datetime import datetime, timedelta

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    and_,
    delete,
    select,
    update,
)

from bot.core.delivery import WITH_FILE, Parcel
from bot.core.film import Kept, Shape, Why
from bot.core.notice import LINK_LIVES, AsFile, Attachment, Reminder
from bot.core.outcome import Done, FreshLink, Outcome, WithoutKept
from bot.core.watch import WatchId
from storage import outbox as messages
from storage.codec import dump_kept
from storage.database import Tx
from storage.outbox import Address, Item
from storage.tables import outbox, tasks
from storage.tasks import TaskRow

REMIND_BEFORE = timedelta(hours=12)
"""The link that stands in the place of a film dies."""
NOTHING_TO_SAVE = frozenset({Why.EXPIRED, Why.GONE, Why.FORBIDDEN, Why.TOO_LATE})


async def hold_task(tx: Tx, parcel: Parcel, outcome: Outcome) -> None:
    """Before its messages, as by everybody who changes both."""
    if isinstance(outcome, FreshLink | WithoutKept) or (isinstance(outcome, Done) and outcome.kept):
        await tx.execute(select(tasks.c.id).where(tasks.c.id == _task(parcel)).with_for_update())


async def keep(tx: Tx, parcel: Parcel, kept: Kept | None) -> None:
    """*kept* None: Telegram has forgotten it."""
    text = None if kept is None else dump_kept(kept)
    columns = {"kept_as_file" if isinstance(parcel.notice, AsFile) else "kept"}
    if kept is not None and kept.shape is Shape.FILE:  # there is nothing more of it to have
        columns.add("kept_as_file")
    known = dict.fromkeys(columns, text)
    await tx.execute(update(tasks).where(tasks.c.id == _task(parcel)).values(known))


async def ask_again(tx: Tx, parcel: Parcel, now: datetime) -> None:
    """The provider, for a link that lives."""
    await tx.execute(update(tasks).where(tasks.c.id == _task(parcel)).values(next_poll_at=now))


async def remind(tx: Tx, parcel: Parcel, said_in: int | None, now: datetime) -> None:
    """Once, of a link that was all that could be sent, as long as there is something to save."""
    said = parcel.notice
    if not isinstance(said, Attachment) or said.unattached is None or said.task.ended_at is None:
        return
    wait = said.task.ended_at + LINK_LIVES - REMIND_BEFORE - now
    if said.unattached.why in NOTHING_TO_SAVE or wait <= timedelta(0):
        return
    row = (
        await tx.execute(select(outbox.c.subscription, outbox.c.task).where(_this(parcel)))
    ).one()
    address = Address(parcel.chat_id, parcel.thread_id, said_in)
    reminder = Reminder(said.ref, said.task)
    await messages.put(
        tx, [Item(address, reminder, row.subscription, TaskRow(row.task), wait)], now
    )


async def has_file(tx: Tx, watch: WatchId) -> bool:
    """It was sent as a file to save, or is on its way."""
    return bool(await tx.scalar(select(outbox.c.id).where(_file_of(watch))))


async def forget_failed_file(tx: Tx, watch: WatchId) -> None:
    """What did not go as a file may be asked for again."""
    went = (outbox.c.state == "sent") & outbox.c.form.in_(WITH_FILE)
    await tx.execute(delete(outbox).where(_file_of(watch), outbox.c.state != "pending", ~went))


def _file_of(watch: WatchId) -> ColumnElement[bool]:
    return and_(outbox.c.subscription == watch, outbox.c.kind == "file")


def _this(parcel: Parcel) -> ColumnElement[bool]:
    return outbox.c.id == parcel.id


def _task(parcel: Parcel) -> ScalarSelect[int]:
    return select(outbox.c.task).where(_this(parcel)).scalar_subquery()
