"""The page's stream: a snapshot first, then only what changes."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from sandbox.page.cast import ANN
from sandbox.video_api import Script
from tests.sandbox.visitor import Ground, Visitor, visit


@pytest.fixture
async def ground() -> Ground:
    return Ground()


@pytest.fixture
async def page(ground: Ground) -> AsyncIterator[Visitor]:
    async with visit(ground) as visitor:
        yield visitor


async def test_what_happened_before_is_in_the_snapshot_and_not_told_again(ground: Ground) -> None:
    ann = ground.cast.people[ANN]
    first = ground.api.say(ann, "first")
    ground.api.edit(ann, first["message_id"], "first, edited")
    gone = ground.api.say(ann, "gone")
    ground.api.delete_message(ANN, gone["message_id"])
    async with visit(ground) as page:
        told = await page.hears_next()
        assert [kind for kind, _ in told if kind in ("sent", "edited", "deleted")] == []
        messages = dict(told)["snapshot"]["messages"]
        assert [one["message"]["text"] for one in messages] == ["first, edited"]
        ground.api.say(ann, "second")
        ((kind, body),) = [one for one in await page.hears_next() if one[0] != "progress"]
        assert (kind, body["message"]["text"]) == ("sent", "second")


async def test_a_message_is_told_sent_edited_and_deleted_in_this_order(
    ground: Ground, page: Visitor
) -> None:
    await page.hears_next()
    ann = ground.cast.people[ANN]
    said = ground.api.say(ann, "one")
    ground.api.edit(ann, said["message_id"], "two")
    ground.api.delete_message(ANN, said["message_id"])
    told = [kind for kind, _ in await page.hears_next() if kind != "chats"]
    assert told == ["sent", "edited", "deleted"]


async def test_a_deed_on_the_page_is_seen_by_every_page(ground: Ground, page: Visitor) -> None:
    said = await page.does("/say", user=ANN, chat=ANN, text="old")
    await page.does("/edit", user=ANN, chat=ANN, message_id=said["message_id"], text="new")
    assert (await page.hears("edited"))["message"]["text"] == "new"
    await page.does("/delete", chat=ANN, message_id=said["message_id"])
    assert await page.hears("deleted") == {"chat": ANN, "message_id": said["message_id"]}


async def test_the_progress_of_a_task_is_told_while_time_passes(
    ground: Ground, page: Visitor
) -> None:
    ground.videos.add(Script("task_1", queue=0, duration=2))
    first = await page.hears("progress", lambda body: body["id"] == "task_1")
    later = await page.hears("progress", lambda body: body["percent"] > first["percent"])
    assert later["meaning"] == "processing"
    ended = await page.hears("progress", lambda body: body["meaning"] == "completed")
    assert ended["percent"] == 100


async def test_a_plan_has_the_true_course_of_the_task(ground: Ground, page: Visitor) -> None:
    ground.videos.add(Script("task_1", queue=10, duration=90, outcome="failed", starts="asked"))
    plan = await page.hears("task", lambda body: body["id"] == "task_1")
    assert (plan["queue"], plan["end"], plan["fails"], plan["legs"]) == (10, 100, True, [])
    assert plan["curve"][0] == [0, 0]
    ground.videos.task("task_1").start()
    ground.videos.bell.ring()
    plan = await page.hears("task", lambda body: body["id"] == "task_1")
    assert [leg[1:] for leg in plan["legs"]] == [[0, 1]]


async def test_a_stalled_task_has_no_end(ground: Ground, page: Visitor) -> None:
    ground.videos.add(Script("task_1", outcome="stall", shape="stuck_at_99"))
    assert (await page.hears("task"))["end"] is None


@pytest.mark.parametrize("turns", [1, 2, 3])
async def test_a_page_that_leaves_while_it_is_told_something_is_no_accident(
    ground: Ground, caplog: pytest.LogCaptureFixture, turns: int
) -> None:
    """*turns* of the event loop lie between two pieces of news."""
    async with visit(ground) as page:
        await page.hears_next()
        page.leaves()
        for number in range(50):
            ground.api.say(ground.cast.people[ANN], f"message {number}")
            for _ in range(turns):
                await asyncio.sleep(0)
    assert caplog.messages == []
