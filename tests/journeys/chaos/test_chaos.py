"""The short profile: both runs at the same time, since each spends its time waiting.

A failure prints the blows, the proofs and the chats concerned. The same again, with any seed:
`python -m tests.journeys.chaos --profile short --seed 1`.
"""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.journeys.chaos.scenarios import SHORT
from tests.journeys.chaos.single import conduct
from tests.journeys.chaos.verdict import Figure

SEED = 1
LONGEST = 240
Outcome = tuple[list[Figure], str]


def wanted(items: list[pytest.Item]) -> list[str]:
    """The plans of those tests that pytest is going to run."""
    here = [item for item in items if isinstance(item, pytest.Function)]
    return [
        str(item.callspec.params["name"])
        for item in here
        if item.function.__name__ == test_nothing_is_lost.__name__
    ]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def runs(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[dict[str, asyncio.Task[Outcome]]]:
    begun = {}
    for name in wanted(request.session.items):
        folder: Path = tmp_path_factory.mktemp(name)
        begun[name] = asyncio.create_task(conduct(name, SEED, folder))
    yield begun
    for run in begun.values():
        run.cancel()
    await asyncio.gather(*begun.values(), return_exceptions=True)


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("name", SHORT)
async def test_nothing_is_lost(runs: dict[str, asyncio.Task[Outcome]], name: str) -> None:
    async with asyncio.timeout(LONGEST):
        figures, told = await runs[name]
    assert [one.name for one in figures if not one.holds] == [], f"\n{told}"
