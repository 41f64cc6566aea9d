"""What a transaction promises: nothing lost, nothing half done, no reader held up by a writer."""

import asyncio
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, insert, literal, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError

from storage.database import Database, DatabaseUrlError, insert_new, parse_url, sqlite_file
from storage.tables import chats, subscriptions
from tests.builders import ANN, NOON


def a_chat(chat_id: int = ANN, **known: Any) -> dict[str, Any]:
    return {
        "chat_id": chat_id,
        "language": "en",
        "ladder": "",
        "paced_until": NOON,
        "created_at": NOON,
        **known,
    }


async def known_chats(database: Database) -> int:
    async with database.read() as tx:
        return await tx.scalar(select(func.count()).select_from(chats)) or 0


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("opened", ["read", "write"])
@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("busy_timeout", 5000)],
)
async def test_every_sqlite_connection_is_durable_and_strict(
    database: Database, opened: str, pragma: str, value: object
) -> None:
    async with getattr(database, opened)() as tx:
        assert (await tx.exec_driver_sql(f"PRAGMA {pragma}")).scalar() == value


async def test_eighty_concurrent_read_modify_writes_lose_none(database: Database) -> None:
    async with database.write() as tx:
        await tx.execute(insert(chats), a_chat(lost_because="0"))

    async def add_one() -> None:
        async with database.write() as tx:
            row = await tx.execute(
                select(chats.c.lost_because).where(chats.c.chat_id == ANN).with_for_update()
            )
            await asyncio.sleep(0)  # lets the others in, if they can get in
            await tx.execute(update(chats).values(lost_because=str(int(row.scalar_one()) + 1)))

    await asyncio.gather(*(add_one() for _ in range(80)))
    async with database.read() as tx:
        assert await tx.scalar(select(chats.c.lost_because)) == "80"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_two_processes_on_one_file_lose_no_write(
    database: Database, database_url: str
) -> None:
    """Each Database has a lock of its own, as two processes would: BEGIN IMMEDIATE decides."""
    other = Database(database_url)
    async with database.write() as tx:
        await tx.execute(insert(chats), a_chat(lost_because="0"))

    async def add_one(whose: Database) -> None:
        async with whose.write() as tx:
            seen = await tx.scalar(select(chats.c.lost_because))
            await asyncio.sleep(0)
            await tx.execute(update(chats).values(lost_because=str(int(seen or 0) + 1)))

    await asyncio.gather(*(add_one(whose) for _ in range(20) for whose in (database, other)))
    await other.close()
    async with database.read() as tx:
        assert await tx.scalar(select(chats.c.lost_because)) == "40"


async def test_a_write_that_fails_leaves_no_trace(database: Database) -> None:
    async def half_done() -> None:
        async with database.write() as tx:
            await tx.execute(insert(chats), a_chat())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await half_done()
    assert await known_chats(database) == 0


async def test_a_write_that_is_cancelled_leaves_no_trace_and_frees_the_writer(
    database: Database,
) -> None:
    inserted = asyncio.Event()

    async def never_done() -> None:
        async with database.write() as tx:
            await tx.execute(insert(chats), a_chat())
            inserted.set()
            await asyncio.Event().wait()

    writing = asyncio.create_task(never_done())
    await inserted.wait()
    writing.cancel()
    await asyncio.wait({writing})
    assert await known_chats(database) == 0
    async with asyncio.timeout(30), database.write() as tx:
        await tx.execute(insert(chats), a_chat())
    assert await known_chats(database) == 1


async def test_a_reader_neither_waits_for_the_writer_nor_sees_its_half_done_work(
    database: Database,
) -> None:
    async with asyncio.timeout(30), database.write() as tx:
        await tx.execute(insert(chats), a_chat())
        assert await known_chats(database) == 0
    assert await known_chats(database) == 1


async def test_a_writer_does_not_wait_for_a_reader(database: Database) -> None:
    async with asyncio.timeout(30), database.read() as reader:
        await reader.execute(select(chats))
        async with database.write() as tx:
            await tx.execute(insert(chats), a_chat())
    assert await known_chats(database) == 1


async def test_a_row_without_its_parent_is_refused(database: Database) -> None:
    orphan = {
        "ref": "ref",
        "chat_id": ANN,
        "thread_id": 0,
        "user_id": ANN,
        "task": 1,
        "ladder": "",
        "created_at": NOON,
        "expires_at": NOON,
    }
    with pytest.raises(IntegrityError):
        async with database.write() as tx:
            await tx.execute(insert(subscriptions), orphan)


async def test_an_error_of_the_database_does_not_quote_what_was_written(
    database: Database,
) -> None:
    """In the middle of a long text the log's own redaction cannot see what it is a part of."""
    link = f"https://cdn.example/film.mp4?Signature={'s' * 300}&Key-Pair-Id=canary"
    twin = {**a_chat(), "lost_because": "words " * 100 + link}
    with pytest.raises(IntegrityError) as failed:
        async with database.write() as tx:
            await tx.execute(insert(chats), [twin, twin])
    assert "canary" not in str(failed.value)
    assert "words" not in str(failed.value)


async def test_insert_new_leaves_a_row_alone_that_is_there(database: Database) -> None:
    for language in ("en", "zh-Hans"):
        async with database.write() as tx:
            await tx.execute(insert_new(tx, chats), a_chat(language=language))
    async with database.read() as tx:
        assert await tx.scalar(select(chats.c.language)) == "en"


SHANGHAI = timezone(timedelta(hours=8))
INSTANTS = [
    NOON,
    NOON.replace(microsecond=1),
    datetime(2026, 11, 24, 20, 0, 0, 5, SHANGHAI),
    datetime(1999, 12, 31, 23, 59, 59, 999_999, timezone(-timedelta(hours=11, minutes=30))),
]


@pytest.mark.parametrize("instant", INSTANTS, ids=str)
async def test_an_instant_comes_back_the_same_and_in_utc(
    database: Database, instant: datetime
) -> None:
    async with database.write() as tx:
        await tx.execute(insert(chats), a_chat(paced_until=instant))
        back = await tx.scalar(select(chats.c.paced_until))
    assert back == instant
    assert back is not None
    assert back.utcoffset() == timedelta(0)


async def test_instants_of_different_zones_sort_by_time_not_by_text(database: Database) -> None:
    async with database.write() as tx:
        rows = [a_chat(number, paced_until=at) for number, at in enumerate(INSTANTS, 1)]
        await tx.execute(insert(chats), rows)
        found = (await tx.scalars(select(chats.c.paced_until).order_by(chats.c.paced_until))).all()
        early = chats.c.paced_until < literal(INSTANTS[2], chats.c.paced_until.type)
        before = await tx.scalar(select(func.count()).select_from(chats).where(early))
    assert list(found) == sorted(INSTANTS)
    assert before == sum(one < INSTANTS[2] for one in INSTANTS)


async def test_a_naive_datetime_is_refused(database: Database) -> None:
    naive = NOON.replace(tzinfo=None)
    with pytest.raises((StatementError, DBAPIError), match="naive"):
        async with database.write() as tx:
            await tx.execute(insert(chats), a_chat(paced_until=naive))


@pytest.mark.parametrize(
    "url",
    [
        "",
        "reelbell.db",
        "sqlite:///reelbell.db",
        "postgresql://host/name",
        "mysql+aiomysql://host/name",
        "postgresql+asyncpg://user:password@host:port/name",
        # Every connection would see an empty database of its own.
        "sqlite+aiosqlite://",
        "sqlite+aiosqlite:///:memory:",
    ],
)
def test_a_url_that_we_cannot_keep_anything_at_is_refused_without_quoting_it(url: str) -> None:
    with pytest.raises(DatabaseUrlError) as refusal:
        parse_url(url)
    assert "password" not in str(refusal.value)


def test_only_sqlite_has_a_file(tmp_path: Path) -> None:
    assert sqlite_file(parse_url(f"sqlite+aiosqlite:///{tmp_path}/a.db")) == tmp_path / "a.db"
    assert sqlite_file(parse_url("postgresql+asyncpg://host/name")) is None


async def test_the_folder_of_a_new_file_is_made_and_is_nobody_elses(tmp_path: Path) -> None:
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/data/reelbell.db")
    await database.close()
    assert (tmp_path / "data").stat().st_mode & 0o077 == 0
