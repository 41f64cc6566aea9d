"""What came too late for its chat: it is said in other words, or set aside with a reason."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from bot.core.delivery import Form
from bot.core.film import Unattached, Why
from bot.core.notice import LINK_LIVES, Attachment
from bot.core.outcome import Parked
from bot.core.task import Status
from bot.core.watch import ChatId
from storage import chats, dispatch, outbox, settlement, stale, subscriptions, tasks
from storage.codec import dump_kept, load_notice
from storage.database import Database
from storage.outbox import Item
from storage.purge import KEEP_ENDED, purge
from storage.stale import STALE_AFTER
from storage.tables import outbox as messages
from storage.tables import tasks as task_rows
from tests.builders import ANN, FILM, NOON, XIAOLI, a_task
from tests.fakes import FILE
from tests.storage.rows import (
    a_stored_chat,
    a_stored_task,
    a_stored_watch,
    an_answer,
    rows_of,
    the_card,
    the_end,
    the_mark,
)

MOMENT = timedelta(seconds=1)
LINK_DIES = NOON + LINK_LIVES


async def an_untold_end(database: Database, chat: int = ANN) -> None:
    """Of a task that ended at NOON; the chat was lost before anything of it was sent."""
    async with database.write() as tx:
        row = await a_stored_task(tx, f"task_{chat}")
        done = a_task(id=f"task_{chat}", status=Status.COMPLETED, media=FILM, ended_at=NOON)
        await tasks.save(tx, [(row, done, None)])
        watch = await a_stored_watch(tx, row, chat)
        await outbox.put(tx, [the_card(row, watch, chat), *the_end(row, watch, chat)], NOON)
        await subscriptions.end(tx, [watch.id], NOON)
        await chats.lost(tx, ChatId(chat), "blocked")


async def states(database: Database) -> list[tuple[Any, ...]]:
    found = await rows_of(database, messages)
    return [(one["kind"], one["state"], one["form"], one["reason"]) for one in found]


async def expired(database: Database, at: datetime, limit: int = 10) -> int:
    async with database.write() as tx:
        return await stale.expire_films(tx, at, limit)


async def test_a_film_waits_for_its_chat_as_long_as_its_link_lives(database: Database) -> None:
    await an_untold_end(database)
    assert await expired(database, LINK_DIES - MOMENT) == 0
    assert await expired(database, LINK_DIES) == 1
    assert await expired(database, LINK_DIES) == 0, "once"


async def test_a_film_whose_link_has_died_is_told_in_words_in_its_announcement(
    database: Database,
) -> None:
    await an_untold_end(database)
    await expired(database, LINK_DIES)
    assert (await states(database))[-1] == ("attach", "pending", Form.EDIT_LINK, "expired")
    said = load_notice((await rows_of(database, messages))[-1]["payload"])
    assert isinstance(said, Attachment)
    assert said.unattached == Unattached(Why.TOO_LATE)


async def test_a_film_that_telegram_has_already_outlives_its_link(database: Database) -> None:
    """Another chat that watched the same task had got it in time."""
    await an_untold_end(database)
    async with database.write() as tx:
        await tx.execute(update(task_rows).values(kept=dump_kept(FILE)))
    assert await expired(database, LINK_DIES) == 0


async def test_a_film_that_is_being_sent_is_left_alone(database: Database) -> None:
    await an_untold_end(database)
    async with database.write() as tx:
        await tx.execute(update(messages).values(leased_until=LINK_DIES + MOMENT))
    assert await expired(database, LINK_DIES) == 0
    assert await expired(database, LINK_DIES + MOMENT) == 1


async def test_many_films_expire_a_batch_at_a_time(database: Database) -> None:
    for chat in range(1, 6):
        await an_untold_end(database, chat)
    assert [await expired(database, LINK_DIES, 2) for _ in range(4)] == [2, 2, 1, 0]


async def test_a_film_that_cannot_be_read_does_not_hold_up_the_others(database: Database) -> None:
    await an_untold_end(database)
    async with database.write() as tx:
        await tx.execute(update(messages).values(payload="Poem {}"))
    assert await expired(database, LINK_DIES) == 1
    assert await expired(database, LINK_DIES) == 0


async def everything_waits(database: Database, *chats_: int) -> None:
    for chat in chats_:
        async with database.write() as tx:
            row = await a_stored_task(tx, f"task_{chat}")
            watch = await a_stored_watch(tx, row, chat)
            items: list[Item] = [an_answer(chat), the_card(row, watch, chat)]
            await outbox.put(tx, [*items, the_mark(row, watch, 25, chat)], NOON)


async def test_answers_and_rings_that_a_lost_chat_missed_are_not_said_much_later(
    database: Database,
) -> None:
    """Who had blocked the bot for a week was told "50 %" on coming back."""
    await everything_waits(database, ANN, XIAOLI)
    async with database.write() as tx:
        await chats.lost(tx, ChatId(ANN), "blocked")
        assert await stale.skip_stale(tx, NOON + STALE_AFTER) == 0
        assert await stale.skip_stale(tx, NOON + STALE_AFTER + MOMENT) == 2
    found = await rows_of(database, messages)
    told = {(one["chat_id"], one["kind"]): (one["state"], one["reason"]) for one in found}
    assert told[ANN, "answer"] == told[ANN, "p25"] == ("skipped", "stale")
    assert told[ANN, "card"] == ("pending", None), "it shows what is the case when it goes out"
    assert {told[XIAOLI, kind] for kind in ("answer", "card", "p25")} == {("pending", None)}


async def test_coming_back_sets_the_stale_aside_before_anything_can_be_sent(
    database: Database,
) -> None:
    await everything_waits(database, ANN)
    later = NOON + STALE_AFTER + MOMENT
    async with database.write() as tx:
        await chats.lost(tx, ChatId(ANN), "blocked")
    async with database.write() as tx:
        await chats.back(tx, ChatId(ANN), later)
        assert [one.form for one in await dispatch.claim(tx, later, 10)] == [Form.NEW]
    assert [one[1] for one in await states(database)] == ["skipped", "pending", "skipped"]


async def test_coming_back_has_what_is_watched_looked_at_and_nothing_else(
    database: Database,
) -> None:
    far = NOON + timedelta(minutes=10)
    async with database.write() as tx:
        for name, chat in (("task_1", ANN), ("task_2", XIAOLI)):
            await a_stored_watch(tx, await a_stored_task(tx, name, due=far), chat)
        over = await a_stored_task(tx, "task_3", due=far)
        await subscriptions.end(tx, [(await a_stored_watch(tx, over)).id], NOON)
        await chats.lost(tx, ChatId(ANN), "blocked")
        await chats.back(tx, ChatId(ANN), NOON)
        await chats.back(tx, ChatId(XIAOLI), NOON)  # was never lost
    looks = {one["task_id"]: one["next_poll_at"] for one in await rows_of(database, task_rows)}
    assert looks == {"task_1": NOON, "task_2": far, "task_3": far}


async def test_a_chat_that_never_comes_back_is_given_up_when_its_end_is_history(
    database: Database,
) -> None:
    await an_untold_end(database)
    async with database.write() as tx:
        assert await stale.give_up_on_lost(tx, NOON + KEEP_ENDED) == 0
        assert await stale.give_up_on_lost(tx, NOON + KEEP_ENDED + MOMENT) == 3
    assert {one[1:] for one in await states(database)} == {
        ("skipped", Form.NEW, "expired"),
        ("skipped", Form.EDIT, "expired"),
    }
    async with database.write() as tx:
        assert await purge(tx, NOON + KEEP_ENDED + MOMENT) > 0
    assert await states(database) == []


@pytest.mark.parametrize("lost", [True, False])
async def test_whether_anybody_can_be_told_is_known_of_each_watch(
    database: Database, *, lost: bool
) -> None:
    async with database.write() as tx:
        row = await a_stored_task(tx)
        for chat in (ANN, XIAOLI):
            await a_stored_watch(tx, row, chat)
        if lost:
            await chats.lost(tx, ChatId(ANN), "blocked")
        watching = (await subscriptions.active_of(tx, [row]))[row]
    assert [one.is_reachable for one in watching] == [not lost, True]


async def test_a_row_of_a_chat_that_is_lost_while_it_is_sent_waits_at_no_cost(
    database: Database,
) -> None:
    async with database.write() as tx:
        await a_stored_chat(tx)
        await outbox.put(tx, [an_answer()], NOON)
        [parcel] = await dispatch.claim(tx, NOON, 10)
        await settlement.settle(tx, parcel, Parked("blocked"), NOON)
        assert await dispatch.claim(tx, NOON + timedelta(hours=1), 10) == ()
        assert await stale.skip_stale(tx, NOON + timedelta(hours=1)) == 1
    assert await states(database) == [("answer", "skipped", Form.NEW, "stale")]
