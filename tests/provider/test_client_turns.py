"""How many questions are under way at once, and what becomes of those that wait."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web

from bot.core.task import Snapshot, TaskId, Unavailable
from bot.provider.client import JimmyAI
from tests.builders import NOON
from tests.provider.servers import Handler, answering, saying

TASK = TaskId("task_c2501e28")
KEY = "sandbox-key"
RUNNING = b'{"code":"20000","data":{"status":"processing","progress":57}}'


class Gate:
    """Answers nobody until it is opened, and knows how many wait."""

    def __init__(self) -> None:
        self.waiting = self.most = 0
        self.changed = asyncio.Condition()
        self.opened = asyncio.Event()

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        self.waiting += 1
        self.most = max(self.most, self.waiting)
        async with self.changed:
            self.changed.notify_all()
        try:
            await self.opened.wait()
        finally:
            self.waiting -= 1
        return web.Response(body=RUNNING)

    async def until(self, waiting: int) -> None:
        async with asyncio.timeout(30), self.changed:
            await self.changed.wait_for(lambda: self.waiting >= waiting)


async def some_round_trips(handler: Handler) -> None:
    """Time for whoever else is under way."""
    async with answering(handler) as other, JimmyAI(other.base) as provider:
        for _ in range(10):
            await provider.read(TASK, KEY, NOON)


@pytest.mark.parametrize("concurrency", [1, 4])
async def test_no_more_questions_are_under_way_than_agreed(concurrency: int) -> None:
    gate = Gate()
    async with (
        answering(gate) as upstream,
        JimmyAI(upstream.base, concurrency=concurrency) as provider,
        asyncio.TaskGroup() as group,
    ):
        looks = [group.create_task(provider.read(TASK, KEY, NOON)) for _ in range(15)]
        await gate.until(waiting=concurrency)
        await some_round_trips(saying(RUNNING))
        gate.opened.set()
    assert gate.most == concurrency
    assert [type(look.result()) for look in looks] == [Snapshot] * 15
    assert len(upstream.asked) == 15


async def test_waiting_for_a_turn_does_not_count_against_the_deadline() -> None:
    deadline = timedelta(milliseconds=300)
    gate = Gate()
    async with (
        answering(gate) as upstream,
        JimmyAI(upstream.base, concurrency=1, deadline=deadline) as provider,
        asyncio.TaskGroup() as group,
    ):
        first = group.create_task(provider.read(TASK, KEY, NOON))
        second = group.create_task(provider.read(TASK, KEY, NOON))
        assert await first == Unavailable("no answer in time")
        gate.opened.set()
    assert isinstance(second.result(), Snapshot)


async def test_a_look_that_is_called_off_gives_its_turn_back() -> None:
    gate = Gate()
    async with answering(gate) as upstream, JimmyAI(upstream.base, concurrency=1) as provider:
        look: asyncio.Task[Any] = asyncio.create_task(provider.read(TASK, KEY, NOON))
        await gate.until(waiting=1)
        look.cancel()
        gate.opened.set()
        assert isinstance(await provider.read(TASK, KEY, NOON), Snapshot)
        assert look.cancelled()


async def test_a_reading_is_made_of_the_answer_to_its_own_question() -> None:
    async def by_key(request: web.Request) -> web.Response:
        model = request.headers["Authorization"].removeprefix("Bearer ")
        return web.json_response({"code": 20000, "data": {"status": "queued", "model": model}})

    keys = [f"k-{number}" for number in range(30)]  # too short to be struck out of the answer
    async with answering(by_key) as upstream, JimmyAI(upstream.base, concurrency=3) as provider:
        seen = await asyncio.gather(*(provider.read(TASK, key, NOON) for key in keys))
    assert [one.model for one in seen if isinstance(one, Snapshot)] == keys
