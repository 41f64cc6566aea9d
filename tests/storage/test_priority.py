"""Between chats, too, the most important goes first: an end does not queue behind older words."""

from datetime import timedelta

from bot.core.notice import Ended
from storage import dispatch, outbox
from storage.database import Database
from tests.builders import NOON, XIAOLI
from tests.storage.rows import a_stored_chat, a_stored_task, a_stored_watch, an_answer, the_end

OTHERS = range(9001, 9006)


async def test_with_room_for_one_an_end_goes_before_the_older_answers_of_others(
    database: Database,
) -> None:
    later = NOON + timedelta(seconds=10)
    async with database.write() as tx:
        for chat in OTHERS:
            await a_stored_chat(tx, chat)
        await outbox.put(tx, [an_answer(chat) for chat in OTHERS], NOON)
        row = await a_stored_task(tx)
        watch = await a_stored_watch(tx, row, XIAOLI)
        await outbox.put(tx, the_end(row, watch, XIAOLI)[:1], later)
    async with database.write() as tx:
        (parcel,) = await dispatch.claim(tx, later, 1)
    assert isinstance(parcel.notice, Ended)
