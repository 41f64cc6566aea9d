"""A PostgreSQL that may be crashed: whoever does, starts it again."""

from collections.abc import Iterator

import pytest

from tests.storage.own_postgres import OwnPostgres, own_postgres


@pytest.fixture(scope="session")
def own() -> Iterator[OwnPostgres]:
    with own_postgres() as server:
        yield server
