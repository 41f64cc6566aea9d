"""Rows for tests of the storage: each states only what matters, and brings its parents along."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Table, select, update

from bot.core.milestones import Ladder
from bot.core.notice import Attachment, Card, Ended, Hint, Milestone
from bot.core.task import Status, TaskId
from bot.core.watch import ChatId, UserId, Watch
from storage import chats, outbox, subscriptions, tasks
from storage.database import Database, Tx
from storage.inbox import Arrived
from storage.outbox import Address, Item
from storage.subscriptions import Wanted
from storage.tables import outbox as messages
from storage.tasks import OPERATOR, TaskRow
from tests.builders import ANN, FILM, NOON, a_task

LADDER: Ladder = (25, 50, 75)


async def a_stored_chat(tx: Tx, chat: int = ANN) -> ChatId:
    return (await chats.meet(tx, ChatId(chat), "en", LADDER, NOON)).id


async def a_stored_task(
    tx: Tx, name: str = "task_1", due: datetime = NOON, **known: Any
) -> TaskRow:
    return await tasks.add(tx, OPERATOR, a_task(id=TaskId(name), **known), due)


async def a_stored_watch(
    tx: Tx,
    row: TaskRow,
    chat: int = ANN,
    expires: timedelta = timedelta(hours=72),
    asked: datetime = NOON,
) -> Watch:
    await a_stored_chat(tx, chat)
    wanted = Wanted(ChatId(chat), None, UserId(chat), 7, LADDER, 0, asked + expires)
    return await subscriptions.add(tx, row, wanted, asked)


async def an_ended_watch(
    tx: Tx, ended: datetime, status: Status = Status.COMPLETED, chat: int = ANN
) -> TaskRow:
    """A watch that was told everything long ago."""
    row = await a_stored_task(tx, f"task_{chat}_{ended:%m%d%H%M}", status=status, media=FILM)
    watch = await a_stored_watch(tx, row, chat)
    await outbox.put(tx, the_end(row, watch, chat), ended)
    await tx.execute(
        update(messages)
        .where(messages.c.subscription == watch.id)
        .values(state="sent", settled_at=ended)
    )
    await subscriptions.end(tx, [watch.id], ended)
    return row


def an_answer(chat: int = ANN) -> Item:
    return Item(Address(ChatId(chat)), Hint())


def the_card(row: TaskRow, watch: Watch, chat: int = ANN) -> Item:
    card = Card(watch.ref, a_task(), LADDER, NOON)
    return Item(Address(ChatId(chat)), card, watch.id, row)


def the_mark(row: TaskRow, watch: Watch, mark: int, chat: int = ANN) -> Item:
    milestone = Milestone(watch.ref, a_task(percent=mark), mark, None)
    return Item(Address(ChatId(chat)), milestone, watch.id, row)


def the_end(row: TaskRow, watch: Watch, chat: int = ANN) -> list[Item]:
    done = a_task(status=Status.COMPLETED, media=FILM)
    return [
        Item(Address(ChatId(chat)), notice, watch.id, row)
        for notice in (Ended(watch.ref, done), Attachment(watch.ref, done))
    ]


def an_update(number: int, chat: int | None = ANN, **said: Any) -> Arrived:
    return Arrived(number, chat, {"update_id": number, **said})


async def rows_of(database: Database, table: Table) -> list[dict[str, Any]]:
    """In the order of their primary key."""
    async with database.read() as tx:
        rows = await tx.execute(select(table).order_by(*table.primary_key.columns))
        return [dict(row) for row in rows.mappings()]


async def count_of(database: Database, table: Table) -> int:
    return len(await rows_of(database, table))
