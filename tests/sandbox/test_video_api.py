"""The provider's stand-in over real HTTP: its answers, and what it remembers of the calls."""

from typing import Any

import pytest

from sandbox.video_api import TINY, Script, VideoApi, Wire, seed_demo
from tests.sandbox.conftest import ODD, SCRIPT, START, TASK, Client, Clock


async def test_a_task_goes_from_the_queue_to_its_video(
    api: VideoApi, client: Client, clock: Clock
) -> None:
    api.add(SCRIPT)
    told = []
    for _ in range(4):
        said = await client.data()
        told.append((said["status"], said["progress"]))
        clock.now += 40
    assert told == [("queued", 0), ("processing", 30), ("processing", 70), ("completed", 100)]
    assert said["completed_at"] == said["created_at"] + 110 == START + 110
    assert said["result"]["video_url"].startswith(client.base + "/media/")


async def test_speed_makes_time_run_faster(clock: Clock) -> None:
    api = VideoApi(clock=clock, speed=10, film=TINY)
    task = api.add(SCRIPT)
    clock.now += 11
    assert task.payload("")["data"]["status"] == "completed"
    assert task.payload("")["data"]["completed_at"] == START + 11


async def test_images_have_a_twin_path(api: VideoApi, client: Client) -> None:
    api.add(Script(TASK, outcome="image", age=1_000))
    async with client.get(f"/api/open-api/v1/images/{TASK}") as response:
        told = (await response.json())["data"]
    assert told == await client.data()
    async with client.session.get(told["result"]["image_url"]) as image:
        assert image.content_type == "image/png"
        assert (await image.read()).startswith(b"\x89PNG")


@pytest.mark.parametrize("key", ["", "wrong", "sandbox-key "])
async def test_a_wrong_key_is_refused_without_a_word(
    api: VideoApi, client: Client, key: str
) -> None:
    api.add(SCRIPT)
    refused = {"code": "20001", "msg": "", "data": None}
    if key.strip() != "sandbox-key":
        assert await client.ask(key=key) == refused
    async with client.session.get(f"{client.base}/api/open-api/v1/videos/{TASK}") as response:
        assert await response.json() == refused
    assert api.calls[-1].key == ""


async def test_an_unknown_task_somebody_elses_and_a_bad_id_are_refused(
    api: VideoApi, client: Client
) -> None:
    api.keys.add("other-key")
    api.add(Script(ODD, owner="other-key"))
    assert await client.ask() == {"code": "-1", "msg": "任务不存在", "data": None}
    assert await client.ask(ODD) == {"code": "-1", "msg": "无权操作此任务", "data": None}
    assert (await client.ask(ODD, "other-key"))["data"]["task_id"] == ODD
    for bad in ("a%20b", "%3Cb%3E", "x" * 129):
        assert (await client.ask(bad))["code"] == "20002"


async def test_a_task_can_be_moved_by_hand(api: VideoApi, client: Client, clock: Clock) -> None:
    task = api.add(SCRIPT)
    task.move_to("processing", percent=57)
    assert (await client.data())["progress"] == 57
    task.move_to("thinking", 58)
    assert (await client.data())["status"] == "thinking"
    task.move_to("failed", error="Read timed out")
    assert (await client.data())["error_message"] == "Read timed out"
    task.move_to("not_there")
    assert (await client.ask())["msg"] == "任务不存在"
    task.move_to("succeeded", has_url=False)
    clock.now += 5
    task.move_to("completed")
    said = await client.data()
    assert (said["status"], said["completed_at"]) == ("completed", START)
    assert said["result"]["video_url"]
    task.follow_script()
    assert (await client.data())["status"] == "queued"


async def test_a_body_can_be_told_verbatim(api: VideoApi, client: Client) -> None:
    task = api.add(SCRIPT)
    task.answer_with({"code": "20000", "data": {"status": 7}})
    assert await client.ask() == {"code": "20000", "data": {"status": 7}}
    task.move_to("queued")
    assert (await client.data())["status"] == "queued"


async def test_the_wire_of_a_script_reaches_the_client(api: VideoApi, client: Client) -> None:
    wire = Wire(envelope=False, completed="succeeded", relative=True, url="mediaUrl")
    api.add(Script(TASK, wire=wire, age=1_000))
    said = await client.ask()
    assert said["status"] == "succeeded"
    async with client.get(said["mediaUrl"]) as film:
        assert film.status == 200


async def test_calls_are_remembered_as_they_were_told(
    api: VideoApi, client: Client, clock: Clock
) -> None:
    api.add(Script(TASK, queue=0, duration=100, wire=Wire(progress="percent")))
    clock.now += 50
    await client.ask()
    api.faults.add("500")
    async with client.look() as response:
        assert response.status == 500
    await client.ask(ODD, "wrong-key")
    told = [(c.seq, c.key, c.status, c.code, c.told_status, c.told_percent) for c in api.calls]
    assert told == [
        (1, "-key", 200, "20000", "processing", "50%"),
        (2, "-key", 500, "", "", None),
        (3, "-key", 200, "20001", "", None),
    ]
    assert api.calls[1].fault == "500"
    assert (api.asked(TASK), api.asked(ODD), api.asked("none")) == (2, 1, 0)
    assert await api.until(lambda: api.asked(ODD)) == 1


async def test_waiting_in_vain_names_the_calls(api: VideoApi, client: Client) -> None:
    await client.ask()
    with pytest.raises(AssertionError, match=TASK):
        await api.until(lambda: False, 0.01)


async def test_the_demo_starts_when_it_is_first_asked_for(
    api: VideoApi, client: Client, clock: Clock
) -> None:
    seed_demo(api)
    clock.now += 3_600
    first = api.tasks()[0]
    assert (first["id"], first["status"], first["percent"]) == (TASK, "queued", 0)
    assert (await client.data())["created_at"] == clock.now
    clock.now += 40
    assert (await client.data())["status"] == "completed"
    assert api.tasks()[0]["status"] == "completed"


async def at_the_images(client: Client, task_id: str) -> Any:
    """The one endpoint that knows all of them."""
    async with client.get(f"/api/open-api/v1/images/{task_id}") as response:
        return (await response.json())["data"]


async def test_the_demo_shows_all_that_can_happen(
    api: VideoApi, client: Client, clock: Clock
) -> None:
    seed_demo(api)
    listed = api.tasks()
    assert all(task["note"] for task in listed)
    assert len({task["id"] for task in listed}) == len(listed) == 9
    for task in listed:
        await at_the_images(client, task["id"])
    clock.now += 100
    told = [await at_the_images(client, task["id"]) for task in listed]
    words = [said["status"] for said in told]
    assert words == [
        *(["completed"] * 2),
        "failed",
        "failed",
        *(["completed"] * 3),
        "processing",
        "succeeded",
    ]
    assert "MODERATION" in told[2]["error_message"]
    assert len(told[3]["error_message"]) == 5_000
    assert "<b>" in told[3]["error_message"]
    assert told[6]["completed_at"] < START
