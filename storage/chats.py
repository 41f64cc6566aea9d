"""Chats: their language and defaults, whether they can be reached, and when they may hear more."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update

from bot.core.milestones import Ladder, format_ladder, parse_ladder
from bot.core.watch import ChatId
from storage import stale, tasks
from storage.database import Tx, insert_new
from storage.tables import chats, inbox, outbox, subscriptions
from storage.tasks import TaskRow


@dataclass(frozen=True, slots=True)
class Chat:
    id: ChatId
    language: str
    ladder: Ladder


async def meet(tx: Tx, chat_id: ChatId, language: str, ladder: Ladder, now: datetime) -> Chat:
    """The chat as it is known, or as a new one with these defaults.

    A private chat's language follows its person's.
    """
    await tx.execute(
        insert_new(tx, chats).values(
            chat_id=chat_id,
            language=language,
            ladder=format_ladder(ladder),
            paced_until=now,
            created_at=now,
        )
    )
    if chat_id > 0:
        other = (chats.c.chat_id == chat_id) & (chats.c.language != language)
        await tx.execute(update(chats).where(other).values(language=language))
    row = (await tx.execute(select(chats).where(chats.c.chat_id == chat_id))).one()
    return Chat(chat_id, row.language, parse_ladder(row.ladder))


async def known(tx: Tx, chat_ids: Iterable[ChatId]) -> list[ChatId]:
    """Those among them that we have met: Telegram lets us write to nobody else."""
    met = select(chats.c.chat_id).where(chats.c.chat_id.in_(list(chat_ids)))
    return [ChatId(one) for one in await tx.scalars(met.order_by(chats.c.chat_id))]


async def lost(tx: Tx, chat_id: ChatId, why: str) -> None:
    """Everything for it waits, and nothing is thrown away."""
    await tx.execute(update(chats).where(chats.c.chat_id == chat_id).values(lost_because=why[:200]))


async def back(tx: Tx, chat_id: ChatId, now: datetime) -> None:
    """What waited is said, unless it has become stale; what it watches is looked at now."""
    is_lost = chats.c.lost_because.is_not(None)
    if not await tx.scalar(select(is_lost).where(chats.c.chat_id == chat_id)):
        return
    rows = await _watched(tx, chat_id)
    await tasks.hold_rows(tx, rows)
    for row in rows:
        await tasks.look_now(tx, row, now)
    await stale.skip_stale(tx, now)
    await _is_reachable(tx, chat_id)


async def _watched(tx: Tx, chat_id: ChatId) -> list[TaskRow]:
    watched = await tx.scalars(
        select(subscriptions.c.task)
        .where(subscriptions.c.chat_id == chat_id, subscriptions.c.ended_at.is_(None))
        .distinct()
    )
    return [TaskRow(row) for row in watched]


async def _is_reachable(tx: Tx, chat_id: ChatId) -> None:
    await tx.execute(update(chats).where(chats.c.chat_id == chat_id).values(lost_because=None))


async def paced_until(tx: Tx, chat_id: ChatId) -> datetime | None:
    """Up to then it is booked out, or has to rest. None: the group has another id by now."""
    paced = select(chats.c.paced_until).where(chats.c.chat_id == chat_id)
    until: datetime | None = await tx.scalar(paced)
    return until


async def pace(tx: Tx, chat_id: ChatId, until: datetime) -> None:
    """Never sooner than before: a short rest does not end a long one."""
    await tx.execute(
        update(chats)
        .where(chats.c.chat_id == chat_id, chats.c.paced_until < until)
        .values(paced_until=until)
    )


async def move(tx: Tx, old: ChatId, new: ChatId, now: datetime) -> None:
    """The group's new id, everywhere at once. Message ids of the old group are void.

    Tasks are held first, as by whoever publishes: else news would be put in for an id that is
    gone, or the two would wait for each other. Told twice, it changes nothing more.
    """
    await tasks.hold_rows(tx, await _watched(tx, old))
    await tx.execute(
        update(subscriptions).where(subscriptions.c.chat_id == old).values(asked_in=None)
    )
    await tx.execute(
        update(outbox).where(outbox.c.chat_id == old).values(message_id=None, reply_to=None)
    )
    known = await tx.scalar(select(func.count()).where(chats.c.chat_id == new))
    if known:
        await _drop_doubles(tx, old, new, now)
        for table in (subscriptions, outbox):
            await tx.execute(update(table).where(table.c.chat_id == old).values(chat_id=new))
    else:  # the references follow by ON UPDATE CASCADE
        await tx.execute(update(chats).where(chats.c.chat_id == old).values(chat_id=new))
    await _is_reachable(tx, new)  # the news of a move is from a group that the bot is in
    await tx.execute(update(inbox).where(inbox.c.chat_id == old).values(chat_id=new))


async def _drop_doubles(tx: Tx, old: ChatId, new: ChatId, now: datetime) -> None:
    """What the new chat waits for already, the same people need not be told twice."""
    same = subscriptions.alias("same")
    waits_already = (
        select(same.c.id)
        .where(
            same.c.chat_id == new,
            same.c.thread_id == subscriptions.c.thread_id,
            same.c.task == subscriptions.c.task,
            same.c.ended_at.is_(None),
        )
        .exists()
    )
    doubles = (
        update(subscriptions)
        .where(subscriptions.c.chat_id == old, subscriptions.c.ended_at.is_(None), waits_already)
        .values(ended_at=now)
        .returning(subscriptions.c.id)
    )
    ended = (await tx.scalars(doubles)).all()
    await tx.execute(
        update(outbox)
        .where(outbox.c.subscription.in_(ended), outbox.c.state == "pending")
        .values(state="skipped", reason="watched under the new id", settled_at=now)
    )
