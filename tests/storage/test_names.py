"""Constraints and indexes have names by convention, and the migrations make the very same ones."""

import re
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection, Inspector, inspect
from sqlalchemy.ext.asyncio import create_async_engine

from storage.database import Database
from storage.tables import metadata


def names_of(found: Inspector) -> Iterator[tuple[str, str, str | None]]:
    """Table, prefix by convention, name."""
    for table in metadata.tables:
        yield table, "pk", found.get_pk_constraint(table)["name"]
        for unique in found.get_unique_constraints(table):
            yield table, "uq", unique["name"]
        for check in found.get_check_constraints(table):
            yield table, "ck", check["name"]
        for foreign in found.get_foreign_keys(table):
            yield table, "fk", foreign["name"]
        for index in found.get_indexes(table):
            yield table, "uq" if index["unique"] else "ix", index["name"]


async def test_every_constraint_and_index_has_a_name_by_convention(database: Database) -> None:
    async with database.read() as tx:
        names = await tx.run_sync(lambda connection: list(names_of(inspect(connection))))
    assert {prefix for _, prefix, _ in names} == {"pk", "uq", "ck", "fk", "ix"}
    strange = [
        (table, name)
        for table, prefix, name in names
        if name is None or not name.startswith(f"{prefix}_{table}")
    ]
    assert strange == []


SQLITE = "SELECT name, sql FROM sqlite_master WHERE tbl_name <> 'alembic_version' AND sql <> ''"
POSTGRESQL = """
SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema()
UNION ALL
SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE connamespace = current_schema()::regnamespace AND contype <> 'n'
UNION ALL
SELECT table_name || '.' || column_name, concat_ws(' ', udt_name, character_maximum_length,
  is_nullable, split_part(column_default, '(', 1)) FROM information_schema.columns
WHERE table_schema = current_schema()
"""


def definitions(connection: Connection) -> set[tuple[str, str]]:
    """Words of a definition in no order: a table may list its columns and constraints in any."""
    sqlite = connection.dialect.name == "sqlite"
    rows = connection.exec_driver_sql(SQLITE if sqlite else POSTGRESQL)
    return {
        (name, " ".join(sorted(re.findall(r"[\w']+", text.replace("made.", "public.")))))
        for name, text in rows
        if "alembic" not in name
    }


async def test_the_migrations_make_what_the_tables_say_to_the_last_word(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    """`alembic check` compares neither the conditions of partial indexes nor CHECKs."""

    def made(connection: Connection) -> set[tuple[str, str]]:
        if connection.dialect.name != "sqlite":
            connection.exec_driver_sql("CREATE SCHEMA made")
            connection.exec_driver_sql("SET LOCAL search_path TO made")
        metadata.create_all(connection)
        found = definitions(connection)
        connection.rollback()
        return found

    elsewhere = f"sqlite+aiosqlite:///{tmp_path}/made.db" if database.is_sqlite else database_url
    engine = create_async_engine(elsewhere)
    async with engine.connect() as connection:
        wanted = await connection.run_sync(made)
    await engine.dispose()
    async with database.read() as tx:
        assert await tx.run_sync(definitions) == wanted
    assert len(wanted) > 15
