"""Statements go to a database; what it raises comes back to be looked at."""

from collections.abc import Awaitable

from sqlalchemy import text

from storage.database import Database


async def says(database: Database, *statements: str) -> None:
    async with database.write() as tx:
        for statement in statements:
            await tx.execute(text(statement))


async def raised(doing: Awaitable[object]) -> Exception:
    try:
        await doing
    except Exception as error:  # noqa: BLE001 — it is what was wanted
        return error
    raise AssertionError("nothing was raised")


LOG = "CREATE TABLE logbook (number INTEGER PRIMARY KEY, words TEXT)"
LINE = "INSERT INTO logbook (words) VALUES ('{}')"
