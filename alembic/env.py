"""Runs migrations on a connection handed in by storage/schema.py, or on DATABASE_URL."""

import asyncio
import os
from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine

from storage.tables import Utc, metadata

LOCK = 0x7265656C
"""Only one process migrates a PostgreSQL database at a time; the number is 'reel'."""


def plain_type(kind: str, item: object, _: AutogenContext) -> str | Literal[False]:
    """A migration outlives the classes of today: it names the library's types only."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, Utc) else False


def run(connection: Connection) -> None:
    sqlite = connection.dialect.name == "sqlite"
    if sqlite:
        # Rebuilding a table with foreign keys on deletes its children by ON DELETE CASCADE, and
        # the switch has no effect inside a transaction. The driver's own BEGIN would not cover
        # DDL, so that a failed migration stayed half applied: BEGIN is ours.
        raw = connection.connection.driver_connection
        raw.isolation_level = None  # type: ignore[union-attr]
        connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
        connection.rollback()
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=sqlite,
        compare_server_default=True,
        transactional_ddl=True,
        render_item=plain_type,
    )
    with context.begin_transaction():
        if not sqlite:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")
        context.run_migrations()
        if sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
            raise RuntimeError("the migration left rows without their parents; rolled back")


async def run_alone() -> None:
    url = os.environ.get("DATABASE_URL", "sqlite+aiosqlite:///data/reelbell.db")
    engine = create_async_engine(url, hide_parameters=True)
    async with engine.connect() as connection:
        await connection.run_sync(run)
        await connection.commit()
    await engine.dispose()


given = context.config.attributes.get("connection")
if given is None:
    asyncio.run(run_alone())
else:
    run(given)
