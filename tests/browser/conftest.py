"""One browser and one sandbox for all of these tests; each opens windows of its own."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from sandbox.browser import find_browser, start_browser
from sandbox.stage import Stage, on_stage
from tests.browser.desk import FOREIGN, Desk
from tests.browser.town import Town

MISSING = "Chromium is not installed: browser tests are left out"
STARTS_WITHIN = 30
"""Seconds on a busy machine."""


def is_left_out() -> bool:
    """Where nobody would read the notice they fail instead."""
    return find_browser() is None and not os.environ.get("CI")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not is_left_out():
        return
    here = Path(__file__).parent
    left_out = [item for item in items if here in item.path.parents]
    items[:] = [item for item in items if here not in item.path.parents]
    config.hook.pytest_deselected(items=left_out)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if is_left_out():
        terminalreporter.write_line(MISSING)


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    path = find_browser()
    assert path is not None, "Chromium is not installed"
    async with async_playwright() as playwright:
        name = f"--host-resolver-rules=MAP {FOREIGN} 127.0.0.1"
        browser = await start_browser(playwright, path, name)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def stage() -> AsyncIterator[Stage]:
    async with on_stage(0, 1) as stage:
        api = stage.cast.api
        await api.until(lambda: len(api.commands) > 1, STARTS_WITHIN)
        yield stage


@pytest.fixture(scope="package")
def town(stage: Stage) -> Town:
    return Town(stage)


@pytest_asyncio.fixture(loop_scope="session")
async def desk(browser: Browser, stage: Stage) -> AsyncIterator[Desk]:
    """Whatever a test did there, no window complains of an error or of a broken policy."""
    desk = Desk(browser, stage.page)
    yield desk
    await desk.close()
    assert desk.complaints() == []
