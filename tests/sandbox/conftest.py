"""The provider's stand-in on a clock that the test moves, and a client that has its key."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from sandbox.serving import serve
from sandbox.video_api import TINY, Script, VideoApi

TASK = "task_c2501e2846d2bf1d06428da9"
ODD = "veo3.1:1764899481-jTkhPerTVj"
START = 1_764_899_481.0
SCRIPT = Script(TASK, queue=10, duration=100)


class Clock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> float:
        return self.now


class Client:
    """Asks with the right key."""

    def __init__(self, session: aiohttp.ClientSession, base: str) -> None:
        self.session = session
        self.base = base

    def get(self, path: str, key: str = "sandbox-key") -> Any:
        headers = {"Authorization": f"Bearer {key}", "Accept-Encoding": "identity"}
        return self.session.get(self.base + path, headers=headers, allow_redirects=False)

    def look(self, task_id: str = TASK, key: str = "sandbox-key") -> Any:
        return self.get(f"/api/open-api/v1/videos/{task_id}", key)

    async def ask(self, task_id: str = TASK, key: str = "sandbox-key") -> Any:
        async with self.look(task_id, key) as response:
            assert response.status == 200
            assert response.content_type == "application/json"
            return await response.json()

    async def data(self, task_id: str = TASK) -> Any:
        return (await self.ask(task_id))["data"]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def api(clock: Clock) -> VideoApi:
    return VideoApi(clock=clock, film=TINY)


@pytest.fixture
async def client(api: VideoApi) -> AsyncIterator[Client]:
    async with serve(api.app) as base, aiohttp.ClientSession() as session:
        yield Client(session, base)
