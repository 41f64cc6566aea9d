"""Who waits longer than others: a chat that was told to rest, and a message that may be poison."""

from datetime import timedelta

from sqlalchemy import update

from bot.core.outcome import ChatRests
from bot.core.watch import ChatId
from storage import chats as chat_store
from storage.database import Database
from storage.tables import outbox as messages
from tests.builders import ANN, NOON
from tests.storage.test_dispatch import answers, claimed, settled


async def test_a_short_rest_does_not_end_a_long_one(database: Database) -> None:
    await answers(database, ANN)
    [parcel] = await claimed(database)
    await settled(database, parcel, ChatRests(NOON + timedelta(minutes=1)), NOON)
    async with database.write() as tx:
        await chat_store.pace(tx, ChatId(ANN), NOON + timedelta(seconds=5))
    assert await claimed(database, NOON + timedelta(seconds=59)) == ()
    assert len(await claimed(database, NOON + timedelta(seconds=65))) == 1


async def test_a_suspect_is_claimed_by_itself_and_after_all_others(database: Database) -> None:
    """Claimed with others, they were counted with it: two ends died with one poisonous message."""
    await answers(database, 1, 2, 3, 4)
    async with database.write() as tx:
        await tx.execute(update(messages).where(messages.c.chat_id > 2).values(unsettled=2))
    assert {one.chat_id for one in await claimed(database)} == {1, 2}
    assert len(await claimed(database)) == 1
    assert len(await claimed(database)) == 1
    assert await claimed(database) == ()
