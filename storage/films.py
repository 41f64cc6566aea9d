"""What became of a film: kept by Telegram, asked for again, or a link that is worth a reminder."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    and_,
    delete,
    select,
    update,
)

from bot.core.delivery import LINKED, WITH_FILE, Form, Parcel
from bot.core.film import Kept, Shape, Unattached, Why
from bot.core.notice import LINK_LIVES, AsFile, Attachment, FilmNotice, Reminder
from bot.core.outcome import Done, FreshLink, Instead, Outcome, WithoutKept
from bot.core.watch import WatchId
from storage import outbox as messages
from storage.codec import UnreadableError, dump_kept, dump_notice, load_notice
from storage.database import Tx
from storage.outbox import Address, Item
from storage.tables import outbox, tasks
from storage.tasks import TaskRow
from storage.uploads import IS_FILM

CHANGES_MORE = (Done, FreshLink, Instead, WithoutKept)
"""Outcomes of a film that concern its task, or others who wait for it."""
REMIND_BEFORE = timedelta(hours=12)
"""The link that stands in the place of a film dies."""
NOT_WORTH_IT = frozenset({Why.EXPIRED, Why.GONE, Why.FORBIDDEN, Why.TOO_LATE, Why.UNSURE})
"""There is nothing to save, or it is in the chat most likely."""
OF_THE_FILE = frozenset(Why) - {Why.REFUSED, Why.UNSURE, Why.TOO_LATE, Why.NO_ROOM}
"""What is the matter is the same for everybody who waits for it."""


async def hold_task(tx: Tx, parcel: Parcel, outcome: Outcome) -> None:
    """Before its messages, as by everybody who changes both."""
    if isinstance(parcel.notice, FilmNotice) and isinstance(outcome, CHANGES_MORE):
        await tx.execute(select(tasks.c.id).where(tasks.c.id == _task(parcel)).with_for_update())


async def keep(tx: Tx, parcel: Parcel, kept: Kept | None) -> None:
    """*kept* None: Telegram has forgotten it."""
    if isinstance(parcel.notice, AsFile) and kept is not None and kept.shape is not Shape.FILE:
        return  # it would be refused as a file
    text = None if kept is None else dump_kept(kept)
    columns = {"kept_as_file" if isinstance(parcel.notice, AsFile) else "kept"}
    if kept is not None and kept.shape is Shape.FILE:  # there is nothing more of it to have
        columns.add("kept_as_file")
    known = dict.fromkeys(columns, text)
    await tx.execute(update(tasks).where(tasks.c.id == _task(parcel)).values(known))


async def ask_again(tx: Tx, parcel: Parcel, now: datetime) -> None:
    """The provider, for a link that lives."""
    await tx.execute(update(tasks).where(tasks.c.id == _task(parcel)).values(next_poll_at=now))


async def link_is_fresh(tx: Tx, rows: Sequence[TaskRow], now: datetime) -> None:
    """Whoever waits for it need not wait any longer."""
    waits = outbox.c.task.in_(rows) & IS_FILM & (outbox.c.state == "pending")
    unleased = outbox.c.leased_until.is_(None) | (outbox.c.leased_until <= now)
    await tx.execute(update(outbox).where(waits, unleased).values(due_at=now))


async def wait_for_host(tx: Tx, parcel: Parcel, until: datetime, now: datetime) -> None:
    """Whoever waits for the same film need not try in between, nor as often again."""
    is_same = (outbox.c.task == _task(parcel)) & (outbox.c.kind == messages.kind_of(parcel.notice))
    unleased = outbox.c.leased_until.is_(None) | (outbox.c.leased_until <= now)
    await tx.execute(
        update(outbox)
        .where(outbox.c.state == "pending", is_same, unleased, outbox.c.due_at < until)
        .values(due_at=until, attempts=parcel.attempts)
    )


async def share(tx: Tx, parcel: Parcel, why: Unattached, now: datetime) -> None:
    """What is the matter with the file, with all who wait for it: it is not fetched for each."""
    if why.why not in OF_THE_FILE:
        return
    is_same = (outbox.c.task == _task(parcel)) & (outbox.c.kind == messages.kind_of(parcel.notice))
    waiting = await tx.execute(
        select(outbox.c.id, outbox.c.form, outbox.c.payload)
        .where(outbox.c.state == "pending", is_same, outbox.c.form.in_(list(LINKED)))
        .where(outbox.c.leased_until.is_(None) | (outbox.c.leased_until <= now))
        .order_by(outbox.c.id)
        .with_for_update(of=outbox, skip_locked=True)
    )
    for row in waiting.all():
        with suppress(UnreadableError):  # whoever claims it will set it aside
            await tx.execute(
                update(outbox)
                .where(outbox.c.id == row.id)
                .values(form=LINKED[Form(row.form)], payload=_linked(row.payload, why), due_at=now)
            )


def _linked(payload: str, why: Unattached) -> str:
    said = load_notice(payload)
    return dump_notice(replace(said, unattached=why) if isinstance(said, FilmNotice) else said)


async def forget_reminder(tx: Tx, parcel: Parcel, now: datetime) -> None:
    """A later word about the same film in the same chat has made it stale."""
    same = (outbox.c.task == _task(parcel)) & (outbox.c.chat_id == parcel.chat_id)
    await tx.execute(
        update(outbox)
        .where(outbox.c.state == "pending", outbox.c.kind == "reminder", same)
        .values(state="skipped", reason="superseded", settled_at=now)
    )


async def remind(tx: Tx, parcel: Parcel, said_in: int | None, now: datetime) -> None:
    """Once, of a link that was all that could be sent, as long as there is something to save."""
    said = parcel.notice
    if not isinstance(said, Attachment) or said.unattached is None or said.task.ended_at is None:
        return
    wait = said.task.ended_at + LINK_LIVES - REMIND_BEFORE - now
    if said.unattached.why in NOT_WORTH_IT or wait <= timedelta(0):
        return
    await forget_reminder(tx, parcel, now)
    row = (
        await tx.execute(select(outbox.c.subscription, outbox.c.task).where(_this(parcel)))
    ).one()
    address = Address(parcel.chat_id, parcel.thread_id, said_in)
    reminder = Reminder(said.ref, said.task)
    await messages.put(
        tx, [Item(address, reminder, row.subscription, TaskRow(row.task), wait)], now
    )


async def has_file(tx: Tx, watch: WatchId) -> bool:
    """It was sent as a file to save."""
    was_sent = _file_of(watch) & (outbox.c.state == "sent")
    return bool(await tx.scalar(select(outbox.c.id).where(was_sent)))


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
