"""The schema goes up and down with rows in place, and is what storage/tables.py says it is."""

import asyncio
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, MetaData, inspect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine

from bot.core.task import Status
from storage import inbox, outbox
from storage.database import Database
from storage.schema import NewerSchemaError, current_version, head_version, migrate
from storage.tables import metadata
from tests.builders import FILM, NOON
from tests.storage.rows import (
    a_stored_task,
    a_stored_watch,
    an_answer,
    an_update,
    rows_of,
    the_card,
    the_end,
)

SCRIPTS = Path(__file__).parents[2] / "alembic"
REBUILD = """
import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "{before}"
TABLES = ("chats", "tasks", "subscriptions", "outbox", "inbox")


def rebuilt(name):
    sqlite = op.get_bind().dialect.name == "sqlite"
    return op.batch_alter_table(name, recreate="always" if sqlite else "never")


def upgrade() -> None:
    for name in TABLES:
        with rebuilt(name) as table:
            table.add_column(sa.Column("mood", sa.Text(), server_default="good", nullable=False))
    {then}


def downgrade() -> None:
    for name in TABLES:
        with rebuilt(name) as table:
            table.drop_column("mood")
"""


async def run_alembic(url: str, run: Callable[[Config], object], scripts: Path = SCRIPTS) -> None:
    """As storage/schema.py does it."""

    def on(connection: Connection) -> None:
        config = Config()
        config.set_main_option("script_location", str(scripts))
        config.attributes["connection"] = connection
        run(config)

    engine = create_async_engine(url)
    try:
        async with engine.connect() as connection:
            await connection.run_sync(on)
            await connection.commit()
    finally:
        await engine.dispose()


def next_version(folder: Path, then: str = "pass") -> Path:
    """The scripts with one more, which rebuilds every table."""
    scripts = shutil.copytree(SCRIPTS, folder / "alembic")
    script = REBUILD.format(before=head_version(), then=then)
    (scripts / "versions" / "0002_next.py").write_text(script)
    return scripts


async def some_rows(database: Database) -> None:
    async with database.write() as tx:
        row = await a_stored_task(tx, status=Status.COMPLETED, media=FILM)
        watch = await a_stored_watch(tx, row)
        await outbox.put(tx, [the_card(row, watch), *the_end(row, watch), an_answer()], NOON)
        await inbox.store(tx, [an_update(1), an_update(2)], NOON)


async def everything(database: Database) -> dict[str, list[dict[str, Any]]]:
    return {table.name: await rows_of(database, table) for table in metadata.sorted_tables}


async def tables_of(url: str) -> set[str]:
    engine = create_async_engine(url)
    async with engine.connect() as connection:
        names = await connection.run_sync(lambda it: inspect(it).get_table_names())
    await engine.dispose()
    return set(names)


async def test_an_empty_database_gets_every_table_and_the_newest_version(database_url: str) -> None:
    assert await migrate(database_url) == ""
    assert await tables_of(database_url) == {*metadata.tables, "alembic_version"}
    database = Database(database_url)
    assert await current_version(database) == head_version() != ""
    await database.close()


async def test_migrating_twice_changes_nothing(database: Database, database_url: str) -> None:
    await some_rows(database)
    before = await everything(database)
    assert await migrate(database_url) == head_version()
    assert await everything(database) == before


async def test_several_processes_that_migrate_at_once_do_it_once(database_url: str) -> None:
    program = "import asyncio, sys; from storage.schema import migrate; "
    program += "asyncio.run(migrate(sys.argv[1]))"
    started = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-c", program, database_url, cwd=SCRIPTS.parent
        )
        for _ in range(3)
    ]
    assert [await one.wait() for one in started] == [0, 0, 0]
    assert await tables_of(database_url) == {*metadata.tables, "alembic_version"}


async def test_down_to_nothing_and_up_again_with_rows_in_place(
    database: Database, database_url: str
) -> None:
    await some_rows(database)
    await run_alembic(database_url, lambda config: command.downgrade(config, "base"))
    assert await tables_of(database_url) == {"alembic_version"}
    assert await migrate(database_url) == ""
    assert not any((await everything(database)).values())
    await some_rows(database)


async def test_tables_and_migrations_say_the_same(database: Database, database_url: str) -> None:
    await run_alembic(database_url, command.check)  # raises what it finds


async def test_rows_survive_a_migration_that_rebuilds_their_tables_up_and_down(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    """With foreign keys on, SQLite's rebuild of a parent deletes the children by CASCADE."""
    await some_rows(database)
    before = await everything(database)
    scripts = next_version(tmp_path)
    await run_alembic(database_url, lambda config: command.upgrade(config, "head"), scripts)
    newer = MetaData()
    async with database.read() as tx:
        await tx.run_sync(newer.reflect)
    assert {name: len(await rows_of(database, newer.tables[name])) for name in metadata.tables} == {
        name: len(rows) for name, rows in before.items()
    }
    await run_alembic(database_url, lambda config: command.downgrade(config, "-1"), scripts)
    assert await everything(database) == before
    await run_alembic(database_url, command.check)


@pytest.mark.parametrize(
    "then",
    [
        "raise RuntimeError('killed')",
        "op.execute('SELECT no_such_column FROM tasks')",
        "op.execute('INSERT INTO outbox (id) VALUES (99)')",
    ],
    ids=["raises", "bad SQL", "bad row"],
)
async def test_a_migration_that_fails_leaves_nothing_half_applied(
    database: Database, database_url: str, tmp_path: Path, then: str
) -> None:
    await some_rows(database)
    before = await everything(database)
    scripts = next_version(tmp_path, then)
    with pytest.raises((RuntimeError, DBAPIError)):
        await run_alembic(database_url, lambda config: command.upgrade(config, "head"), scripts)
    assert await current_version(database) == head_version()
    assert await everything(database) == before
    await run_alembic(database_url, command.check)
    assert await migrate(database_url) == head_version()


async def test_a_migration_that_orphans_rows_is_rolled_back(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    """SQLite's foreign keys are off meanwhile, so the scripts have to look themselves."""
    await some_rows(database)
    before = await everything(database)
    scripts = next_version(tmp_path, "op.execute('DELETE FROM chats')")
    with pytest.raises((RuntimeError, DBAPIError)):
        await run_alembic(database_url, lambda config: command.upgrade(config, "head"), scripts)
    assert await everything(database) == before


async def test_a_database_of_a_newer_program_is_refused_and_left_as_it_is(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    scripts = next_version(tmp_path)
    await run_alembic(database_url, lambda config: command.upgrade(config, "head"), scripts)
    with pytest.raises(NewerSchemaError) as refusal:
        await migrate(database_url)
    assert "0002" in str(refusal.value)
    assert "newer Reelbell" in str(refusal.value)
    assert "\n" not in str(refusal.value)
    assert await current_version(database) == "0002"
    async with database.read() as tx:
        found = await tx.run_sync(lambda it: inspect(it).get_columns("subscriptions"))
    assert "mood" in {column["name"] for column in found}
