"""An end whose topics are all closed: it reaches the person who asked, and nobody else."""

from typing import Any

import pytest

from bot.core.delivery import Form, Parcel
from bot.core.notice import Attachment, Ended
from bot.core.outcome import Done, InPrivate, Instead, WithoutReply
from bot.core.watch import ChatId, UserId
from storage import dispatch, outbox, settlement, subscriptions
from storage.database import Database, Tx
from storage.subscriptions import Wanted
from storage.tables import outbox as messages
from tests.builders import ANN, NOON, XIAOLI
from tests.storage.rows import (
    LADDER,
    a_stored_chat,
    a_stored_task,
    an_answer,
    rows_of,
    the_card,
    the_end,
)

GROUP = -100_1001


async def an_end_in_a_group(tx: Tx) -> None:
    """That ANN asked for; XIAOLI watches the same task there, in another topic."""
    await a_stored_chat(tx, GROUP)
    row = await a_stored_task(tx)
    for thread, person in ((7, ANN), (9, XIAOLI)):
        wanted = Wanted(ChatId(GROUP), thread, UserId(person), 5, LADDER, 0, NOON)
        watch = await subscriptions.add(tx, row, wanted, NOON)
        if person == ANN:
            await outbox.put(tx, [the_card(row, watch, GROUP)], NOON)
        await outbox.put(tx, the_end(row, watch, GROUP), NOON)


async def places(database: Database) -> list[tuple[Any, ...]]:
    found = await rows_of(database, messages)
    return [(one["chat_id"], one["kind"], one["state"], one["form"]) for one in found]


async def announcement(tx: Tx) -> Parcel:
    [parcel] = await dispatch.claim(tx, NOON, 1)
    assert isinstance(parcel.notice, Ended)
    return parcel


async def test_what_is_left_of_an_end_goes_to_the_one_who_asked_and_what_else_waits_stays(
    database: Database,
) -> None:
    async with database.write() as tx:
        await an_end_in_a_group(tx)
        for person in (ANN, XIAOLI):
            await a_stored_chat(tx, person)
        await settlement.settle(tx, await announcement(tx), InPrivate(), NOON)
    assert await places(database) == [
        (GROUP, "card", "pending", Form.NEW),
        (ANN, "announce", "pending", Form.NEW),
        (ANN, "attach", "pending", Form.EDIT),
        (GROUP, "announce", "pending", Form.NEW),
        (GROUP, "attach", "pending", Form.EDIT),
    ]


async def test_it_is_whole_there(database: Database) -> None:
    async with database.write() as tx:
        await an_end_in_a_group(tx)
        await a_stored_chat(tx, ANN)
        await settlement.settle(tx, await announcement(tx), InPrivate(), NOON)
        told = [one for one in await dispatch.claim(tx, NOON, 10) if one.chat_id == ANN]
        [again] = told
        assert (again.thread_id, again.reply_to, again.message_id) == (None, None, None)
        await settlement.settle(tx, again, Done(77), NOON)
        [film] = [one for one in await dispatch.claim(tx, NOON, 10) if one.chat_id == ANN]
    assert isinstance(film.notice, Attachment)
    assert (film.form, film.message_id) == (Form.EDIT, 77)


async def test_a_film_whose_announcement_stays_behind_is_a_message_of_its_own(
    database: Database,
) -> None:
    """An edit of the group's message by its number would have hit another one in private."""
    async with database.write() as tx:
        await an_end_in_a_group(tx)
        await a_stored_chat(tx, ANN)
        await settlement.settle(tx, await announcement(tx), Done(77), NOON)
        claimed = await dispatch.claim(tx, NOON, 10)
        [film] = [one for one in claimed if isinstance(one.notice, Attachment)]
        await settlement.settle(tx, film, InPrivate(), NOON)
        [again] = [one for one in await dispatch.claim(tx, NOON, 10) if one.chat_id == ANN]
    assert again.form is Form.NEW


async def test_whom_the_bot_has_never_met_it_does_not_write_to_and_the_row_says_so(
    database: Database,
) -> None:
    async with database.write() as tx:
        await an_end_in_a_group(tx)
        await a_stored_chat(tx, XIAOLI)  # not hers
        await settlement.settle(tx, await announcement(tx), InPrivate(), NOON)
    first = (await rows_of(database, messages))[1]
    assert (first["chat_id"], first["state"]) == (GROUP, "dead")
    assert first["reason"] == "topic gone, and its subscriber unknown"
    assert first["settled_at"] == NOON


@pytest.mark.parametrize("outcome", [WithoutReply(), Instead(Form.PLAIN)])
async def test_a_message_goes_out_at_once_without_what_was_refused(
    database: Database, outcome: WithoutReply | Instead
) -> None:
    async with database.write() as tx:
        await a_stored_chat(tx)
        await outbox.put(tx, [an_answer()], NOON)
        [parcel] = await dispatch.claim(tx, NOON, 1)
        await settlement.settle(tx, parcel, outcome, NOON)
        [again] = await dispatch.claim(tx, NOON, 1)
    assert again.reply_to is None
    assert again.form is (Form.NEW if isinstance(outcome, WithoutReply) else Form.PLAIN)
