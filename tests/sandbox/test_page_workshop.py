"""The page's console: tasks to order, accidents to switch, and a speed that makes no jumps."""

import re
from collections.abc import AsyncIterator

import pytest

from sandbox.pace import Pace
from sandbox.page.app import WEB
from sandbox.page.cast import ANN
from sandbox.page.outcomes import OUTCOMES
from sandbox.page.switches import NAMES
from sandbox.video_api import Script, VideoApi
from tests.sandbox.visitor import Ground, Visitor, visit

TASK = {"model": "m", "queue": 1, "duration": 9, "starts": "now", "error": "TRADEMARK"}


@pytest.fixture
async def ground() -> Ground:
    return Ground()


@pytest.fixture
async def page(ground: Ground) -> AsyncIterator[Visitor]:
    async with visit(ground) as visitor:
        yield visitor


class Clock:
    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize("outcome", OUTCOMES)
async def test_every_outcome_can_be_ordered(ground: Ground, page: Visitor, outcome: str) -> None:
    made = await page.does("/tasks", **TASK, outcome=outcome)
    script = ground.videos.task(made["task_id"]).script
    assert (script.ends, script.error) == (
        10,
        "TRADEMARK" if outcome == "failed" else "PROVIDER_MODERATION_ERROR",
    )
    plan = await page.hears("task")
    assert (plan["id"], plan["end"]) == (script.task_id, None if outcome == "stall" else 10)


def test_the_form_offers_every_outcome_and_no_other() -> None:
    offered = re.findall(r'\["([a-z0-9-]+)", "', (WEB / "outcomes.js").read_text("utf-8"))
    assert sorted(offered) == sorted(OUTCOMES)


async def test_a_task_that_starts_when_asked_has_not_begun(ground: Ground, page: Visitor) -> None:
    made = await page.does("/tasks", **TASK | {"starts": "asked"}, outcome="image")
    assert ground.videos.task(made["task_id"]).legs == []


@pytest.mark.parametrize("name", NAMES)
async def test_an_accident_lasts_until_it_is_switched_off(
    ground: Ground, page: Visitor, name: str
) -> None:
    await page.hears("switches")
    for on in (True, False):
        await page.does("/faults", name=name, on=on)
        await page.does("/faults", name=name, on=on)
        assert await page.hears("switches") == {one: on and one == name for one in NAMES}
    assert ground.videos.faults.pending == []
    assert ground.api.faults.pending == []


async def test_an_accident_that_is_used_up_is_off(ground: Ground, page: Visitor) -> None:
    await page.does("/faults", name="telegram-lost", on=True)
    assert (await page.hears("switches", lambda now: now["telegram-lost"]))["telegram-lost"]
    ground.api.faults.strike("sendMessage", ANN)
    ground.api.bell.ring()
    assert not (await page.hears("switches"))["telegram-lost"]


async def test_all_accidents_are_cleared_at_once(ground: Ground, page: Visitor) -> None:
    for name in NAMES:
        await page.does("/faults", name=name, on=True)
    await page.does("/faults/clear")
    await page.hears("switches", lambda now: not any(now.values()))
    assert not ground.videos.faults.outage
    assert not ground.api.faults.outage


async def test_the_speed_is_told_and_that_of_new_tasks(ground: Ground, page: Visitor) -> None:
    await page.does("/speed", speed=10)
    assert await page.hears("speed", lambda speed: speed != 1) == 10
    assert ground.videos.add(Script("task_1")).legs[0].speed == 10


def test_another_speed_makes_no_jump_in_a_running_task() -> None:
    clock = Clock()
    api = VideoApi(clock=clock)
    task = api.add(Script("task_1", queue=10, duration=100))
    clock.now += 30
    before = task.elapsed
    api.speed = 10
    assert task.elapsed == before == 30
    clock.now += 5
    assert task.elapsed == 80
    api.speed = 1
    clock.now += 5
    assert task.elapsed == 85
    assert task.moment.meaning == "processing"


def test_an_end_in_the_past_stays_where_it_was() -> None:
    clock = Clock()
    api = VideoApi(clock=clock)
    task = api.add(Script("task_1", queue=10, duration=90))
    clock.now += 50
    api.speed = 10
    clock.now += 20
    told = [task.payload("http://x")["data"]]
    api.speed = 0.5
    told.append(task.payload("http://x")["data"])
    assert told[0] == told[1]
    assert (told[0]["created_at"], told[0]["completed_at"]) == (1_000_000, 1_000_055)


def test_a_task_that_has_not_begun_begins_at_the_speed_of_that_moment() -> None:
    clock = Clock()
    api = VideoApi(clock=clock)
    task = api.add(Script("task_1", age=60, starts="asked"))
    api.speed = 10
    task.start()
    assert task.elapsed == 60
    assert task.legs[0].at == clock.now - 6


def test_the_same_speed_again_is_no_change() -> None:
    api = VideoApi(clock=Clock())
    task = api.add(Script("task_1"))
    api.speed = 1
    assert len(task.legs) == 1


def test_an_instant_is_found_on_the_leg_that_it_lies_on() -> None:
    pace = Pace(100, 1)
    pace.change(110, 10)
    pace.change(112, 2)
    assert [pace.at(elapsed) for elapsed in (0, 5, 10, 20, 30, 40)] == [
        *(100, 105, 110),
        *(111, 112, 117),
    ]
    assert pace.elapsed(113) == 32
