"""What a watch was told once cannot be put in again, whoever tries."""

from storage import outbox
from storage.database import Database
from storage.tables import outbox as messages
from tests.builders import NOON
from tests.storage.rows import a_stored_task, a_stored_watch, count_of, the_end, the_mark


async def test_no_watch_can_be_told_the_same_twice(database: Database) -> None:
    async with database.write() as tx:
        row = await a_stored_task(tx)
        watch = await a_stored_watch(tx, row)
        said = [the_mark(row, watch, 25), *the_end(row, watch)]
        await outbox.put(tx, said, NOON)
    for again in said:
        async with database.write() as tx:
            await outbox.put(tx, [again], NOON)
    assert await count_of(database, messages) == len(said)
