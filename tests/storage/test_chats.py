"""Chats: what is known of each, and what becomes of a group whose id changes."""

from datetime import timedelta

from bot.core.outcome import Done
from bot.core.watch import ChatId
from storage import chats, dispatch, inbox, outbox, settlement, subscriptions
from storage.database import Database
from storage.tables import inbox as updates
from storage.tables import outbox as messages
from tests.builders import ANN, NOON
from tests.storage.rows import (
    LADDER,
    a_stored_chat,
    a_stored_task,
    a_stored_watch,
    an_answer,
    an_update,
    rows_of,
    the_card,
    the_end,
)

GROUP = ChatId(-1001)
SUPERGROUP = ChatId(-100_1001)


async def test_a_private_chat_follows_its_persons_language_and_a_group_keeps_its_own(
    database: Database,
) -> None:
    async with database.write() as tx:
        for chat in (ChatId(ANN), GROUP):
            assert (await chats.meet(tx, chat, "en", LADDER, NOON)).language == "en"
        assert (await chats.meet(tx, ChatId(ANN), "zh-Hans", (), NOON)).language == "zh-Hans"
        assert (await chats.meet(tx, GROUP, "zh-Hans", (), NOON)).language == "en"


async def test_a_chat_keeps_its_own_ladder_whatever_the_default_is_by_now(
    database: Database,
) -> None:
    async with database.write() as tx:
        await chats.meet(tx, ChatId(ANN), "en", (50,), NOON)
        assert (await chats.meet(tx, ChatId(ANN), "en", (10, 20), NOON)).ladder == (50,)


async def test_what_waits_for_a_lost_chat_is_said_when_it_comes_back(database: Database) -> None:
    async with database.write() as tx:
        await a_stored_chat(tx)
        await outbox.put(tx, [an_answer()], NOON)
        await chats.lost(tx, ChatId(ANN), "blocked " * 100)
        assert await dispatch.claim(tx, NOON, 10) == ()
        await chats.back(tx, ChatId(ANN), NOON)
        assert len(await dispatch.claim(tx, NOON, 10)) == 1


async def test_a_group_takes_its_watches_and_messages_along_to_its_new_id(
    database: Database,
) -> None:
    async with database.write() as tx:
        row = await a_stored_task(tx)
        watch = await a_stored_watch(tx, row, GROUP)
        await outbox.put(tx, [the_card(row, watch, GROUP)], NOON)
        await inbox.store(tx, [an_update(1, GROUP)], NOON)
        [parcel] = await dispatch.claim(tx, NOON, 10)
        await settlement.settle(tx, parcel, Done(77), NOON)
        await chats.move(tx, GROUP, SUPERGROUP, NOON)
        [moved] = await subscriptions.active_in(tx, SUPERGROUP, None)
    assert (moved.watch.id, moved.asked_in) == (watch.id, None)
    [message] = await rows_of(database, messages)
    assert (message["chat_id"], message["message_id"]) == (SUPERGROUP, None)  # ids of old are void
    assert [one["chat_id"] for one in await rows_of(database, updates)] == [SUPERGROUP]


async def test_a_group_that_is_known_under_its_new_id_already_keeps_both_its_watches(
    database: Database,
) -> None:
    async with database.write() as tx:
        for name, chat in (("task_1", GROUP), ("task_2", SUPERGROUP)):
            await a_stored_watch(tx, await a_stored_task(tx, name), chat)
        await chats.move(tx, GROUP, SUPERGROUP, NOON)
        moved = await subscriptions.active_in(tx, SUPERGROUP, None)
    assert [one.task.id for one in moved] == ["task_1", "task_2"]


async def test_a_task_that_a_group_watches_under_both_its_ids_is_told_once(
    database: Database,
) -> None:
    """The move broke on the unique index, and nothing for the old id could ever be sent."""
    async with database.write() as tx:
        row = await a_stored_task(tx)
        twice = [await a_stored_watch(tx, row, chat) for chat in (GROUP, SUPERGROUP)]
        for watch, chat in zip(twice, (GROUP, SUPERGROUP), strict=True):
            await outbox.put(tx, the_end(row, watch, chat)[:1], NOON)
        await chats.move(tx, GROUP, SUPERGROUP, NOON)
        [active] = await subscriptions.active_in(tx, SUPERGROUP, None)
        told = await dispatch.claim(tx, NOON, 10)
        for parcel in told:
            await settlement.settle(tx, parcel, Done(5), NOON)
        told += await dispatch.claim(tx, NOON + timedelta(minutes=1), 10)
    assert active.watch.id == twice[1].id
    assert len(told) == 1


async def test_moving_twice_changes_nothing_more(database: Database) -> None:
    async with database.write() as tx:
        await a_stored_watch(tx, await a_stored_task(tx), GROUP)
        await chats.move(tx, GROUP, SUPERGROUP, NOON)
        await chats.move(tx, GROUP, SUPERGROUP, NOON)
        assert len(await subscriptions.active_in(tx, SUPERGROUP, None)) == 1
