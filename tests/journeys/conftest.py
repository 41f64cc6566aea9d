"""The company: every journey that was selected, on its way from the first test on."""

from collections.abc import AsyncIterator, Awaitable, Callable
from itertools import count
from urllib.parse import quote

import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from tests.journeys.company import Company, selected


@pytest.fixture(scope="session")
def new_database(postgres: str) -> Callable[[], Awaitable[str]]:
    """Each bot on PostgreSQL has one of its own."""
    server = f"postgresql+asyncpg://postgres@/{{}}?host={quote(postgres.partition('host=')[2])}"
    numbers = count()

    async def make() -> str:
        name = f"journey_{next(numbers)}"
        engine = create_async_engine(server.format("postgres"), isolation_level="AUTOCOMMIT")
        async with engine.connect() as connection:
            await connection.execute(text(f"CREATE DATABASE {name}"))
        await engine.dispose()
        return server.format(name)

    return make


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def company(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Company]:
    journeys = selected(request.session.items)
    new = None
    if any(one.engine == "postgresql" for one in journeys):
        new = request.getfixturevalue("new_database")
    company = Company(journeys, tmp_path_factory.mktemp("journeys"), new)
    company.begin()
    yield company
    await company.close()
