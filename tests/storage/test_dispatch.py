"""Claims of the outbox: one message per chat on its way, and a zombie's outcome changes nothing."""

import asyncio
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from bot.core.delivery import Form, Parcel
from bot.core.notice import Attachment, Ended
from bot.core.outcome import (
    Again,
    ChatRests,
    Done,
    Instead,
    Moved,
    Never,
    Outcome,
    Parked,
    WithoutKept,
    WithoutTopic,
)
from bot.core.task import Status
from bot.core.watch import ChatId
from storage import dispatch, gates, outbox, settlement
from storage.database import Database
from storage.dispatch import GROUP_GAP, LEASE, PRIVATE_GAP
from storage.tables import chats, tasks
from storage.tables import outbox as messages
from tests.builders import ANN, FILM, NOON, XIAOLI
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

GROUP = -100_1001
LATER = NOON + LEASE + timedelta(seconds=1)


async def claimed(database: Database, at: datetime = NOON, limit: int = 16) -> tuple[Parcel, ...]:
    async with database.write() as tx:
        await gates.hold(tx, gates.TELEGRAM, at)
        return await dispatch.claim(tx, at, limit)


async def settled(database: Database, parcel: Parcel, outcome: Outcome, at: datetime) -> bool:
    async with database.write() as tx:
        return await settlement.settle(tx, parcel, outcome, at)


async def answers(database: Database, *chats: int) -> None:
    async with database.write() as tx:
        for chat in chats:
            await a_stored_chat(tx, chat)
        await outbox.put(tx, [an_answer(chat) for chat in chats], NOON)


async def everything(database: Database) -> list[list[dict[str, Any]]]:
    return [await rows_of(database, table) for table in (messages, chats, tasks)]


async def test_a_message_is_claimed_once_and_falls_due_again_after_its_lease(
    database: Database,
) -> None:
    await answers(database, ANN)
    [first] = await claimed(database)
    assert await claimed(database, NOON + LEASE - timedelta(microseconds=1)) == ()
    [second] = await claimed(database, NOON + LEASE)
    assert second.id == first.id
    assert second.fence > first.fence
    assert (first.attempts, second.attempts) == (1, 2)


OUTCOMES = [
    Done(5, FILE),
    Again(LATER),
    ChatRests(LATER),
    Instead(Form.NEW_LINK),
    WithoutTopic(),
    WithoutKept(),
    Parked("blocked"),
    Moved(ChatId(GROUP)),
    Never("rejected"),
]


@pytest.mark.parametrize("outcome", OUTCOMES, ids=lambda one: type(one).__name__)
async def test_no_outcome_of_a_zombie_changes_anything(
    database: Database, outcome: Outcome
) -> None:
    async with database.write() as tx:
        row = await a_stored_task(tx, status=Status.COMPLETED, media=FILM)
        watch = await a_stored_watch(tx, row)
        await outbox.put(tx, the_end(row, watch)[1:], NOON)
    [zombie] = await claimed(database)
    [alive] = await claimed(database, LATER)
    before = await everything(database)
    assert not await settled(database, zombie, outcome, LATER)
    async with database.write() as tx:
        assert not await dispatch.renew(tx, zombie, LATER)
    assert await everything(database) == before
    assert await settled(database, alive, outcome, LATER)
    assert await everything(database) != before


async def test_a_renewed_claim_is_not_taken_over(database: Database) -> None:
    await answers(database, ANN)
    [parcel] = await claimed(database)
    at = NOON
    for _ in range(5):
        at += LEASE / 3
        async with database.write() as tx:
            assert await dispatch.renew(tx, parcel, at)
    assert await claimed(database, at + LEASE - timedelta(microseconds=1)) == ()
    assert await settled(database, parcel, Done(5), at)


async def test_a_chat_has_one_message_on_its_way_at_a_time(database: Database) -> None:
    await answers(database, *[ANN] * 3, XIAOLI)
    first = await claimed(database)
    assert sorted(one.chat_id for one in first) == [ANN, XIAOLI]
    assert await claimed(database) == ()
    for parcel in first:
        await settled(database, parcel, Done(5), NOON)
    assert [one.chat_id for one in await claimed(database)] == [ANN]


@pytest.mark.parametrize(("chat", "gap"), [(ANN, PRIVATE_GAP), (GROUP, GROUP_GAP)])
async def test_a_burst_of_answers_is_paced_after_the_second(
    database: Database, chat: int, gap: timedelta
) -> None:
    await answers(database, *[chat] * 5)
    for _ in range(2):
        [parcel] = await claimed(database)
        await settled(database, parcel, Done(5), NOON)
    assert await claimed(database, NOON + gap - timedelta(microseconds=1)) == ()
    assert len(await claimed(database, NOON + gap)) == 1


async def test_ends_go_before_answers_and_those_before_milestones_and_cards(
    database: Database,
) -> None:
    async with database.write() as tx:
        row = await a_stored_task(tx)
        watch = await a_stored_watch(tx, row)
        other = await a_stored_watch(tx, await a_stored_task(tx, "task_2"))
        await outbox.put(tx, [the_mark(row, watch, 25), the_card(row, watch)], NOON)
        await outbox.put(tx, [an_answer()], NOON)
        await outbox.put(tx, the_end(row, other)[:1], NOON)
        card_was_sent = update(messages).where(messages.c.kind == "card")
        await tx.execute(card_was_sent.values(rank=outbox.Rank.CARD, message_id=5))
    said = []
    at = NOON
    for _ in range(4):
        [parcel] = await claimed(database, at)
        said.append(type(parcel.notice).__name__)
        at += timedelta(seconds=5)
        await settled(database, parcel, Done(5), at)
    assert said == ["Ended", "Hint", "Milestone", "Card"]


async def test_an_attachment_waits_for_its_announcement_and_then_edits_it(
    database: Database,
) -> None:
    async with database.write() as tx:
        row = await a_stored_task(tx)
        watch = await a_stored_watch(tx, row)
        await outbox.put(tx, the_end(row, watch), NOON)
    [announcement] = await claimed(database)
    assert isinstance(announcement.notice, Ended)
    assert await claimed(database, NOON + LEASE / 2) == ()
    await settled(database, announcement, Done(77), NOON)
    [attachment] = await claimed(database, NOON + PRIVATE_GAP)
    assert isinstance(attachment.notice, Attachment)
    assert (attachment.form, attachment.message_id) == (Form.EDIT, 77)


async def test_one_film_is_uploaded_once_and_the_others_wait_for_its_file_id(
    database: Database,
) -> None:
    async with database.write() as tx:
        row = await a_stored_task(tx)
        for chat in (ANN, XIAOLI):
            watch = await a_stored_watch(tx, row, chat)
            await outbox.put(tx, the_end(row, watch, chat)[1:], NOON)
    [first] = await claimed(database)
    assert await claimed(database) == ()
    await settled(database, first, Done(5, FILE), NOON)
    [second] = await claimed(database)
    assert (first.kept, second.kept) == (None, FILE)


@pytest.mark.parametrize("outcome", [Parked("blocked"), ChatRests(LATER)], ids=["lost", "resting"])
async def test_a_chat_that_cannot_hear_holds_up_nobody_else(
    database: Database, outcome: Outcome
) -> None:
    await answers(database, ANN)
    [parcel] = await claimed(database)
    await settled(database, parcel, outcome, NOON)
    await answers(database, ANN, XIAOLI)
    assert [one.chat_id for one in await claimed(database)] == [XIAOLI]


async def test_a_message_that_cannot_be_read_is_set_aside_and_the_next_one_goes(
    database: Database,
) -> None:
    await answers(database, ANN, ANN)
    async with database.write() as tx:
        await tx.execute(update(messages).where(messages.c.id == 1).values(payload="Poem {}"))
    assert await claimed(database) == ()
    dead = (await rows_of(database, messages))[0]
    assert (dead["state"], dead["leased_until"]) == ("dead", None)
    assert dead["settled_at"] == NOON  # without it, it would stay in the database for ever
    assert len(await claimed(database)) == 1


async def test_several_claimers_at_once_never_get_one_chat_twice(database: Database) -> None:
    await answers(database, *range(1, 13), *range(1, 13), *range(1, 13))
    seen: Counter[int] = Counter()
    at = NOON
    while sum(seen.values()) < 36:
        batches = await asyncio.gather(*(claimed(database, at, limit=4) for _ in range(5)))
        assert max(map(len, batches)) <= 4
        got = [parcel for batch in batches for parcel in batch]
        assert max(Counter(one.chat_id for one in got).values()) == 1
        seen.update(one.id for one in got)
        at += timedelta(seconds=2)
        await asyncio.gather(*(settled(database, one, Done(5), at) for one in got))
    assert set(seen.values()) == {1}
