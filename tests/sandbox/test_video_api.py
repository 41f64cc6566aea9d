"""The provider's stand-in over real HTTP: its answers, its files and its accidents."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import av
import pytest

from sandbox.serving import serve
from sandbox.video_api import TINY, Script, VideoApi, Wire, seed_demo

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


async def test_the_demo_shows_all_that_can_happen(
    api: VideoApi, client: Client, clock: Clock
) -> None:
    seed_demo(api)
    listed = api.tasks()
    assert all(task["note"] for task in listed)
    assert len({task["id"] for task in listed}) == len(listed) == 8
    for task in listed:
        await client.ask(task["id"])
    clock.now += 100
    told = [await client.data(task["id"]) for task in listed]
    words = [said["status"] for said in told]
    assert words == [
        *(["completed"] * 2),
        "failed",
        "failed",
        *(["completed"] * 2),
        "processing",
        "succeeded",
    ]
    assert "MODERATION" in told[2]["error_message"]
    assert len(told[3]["error_message"]) == 5_000
    assert "<b>" in told[3]["error_message"]
    assert told[5]["completed_at"] < START


async def film_url(api: VideoApi, client: Client, script: Script) -> str:
    api.add(script)
    url: str = (await client.data(script.task_id))["result"]["video_url"]
    return url


def frames(url: str) -> int:
    with av.open(url) as container:
        return len(list(container.decode(video=0)))


async def test_a_film_is_served_whole_or_in_ranges_without_a_key(
    api: VideoApi, client: Client
) -> None:
    url = await film_url(api, client, Script(ODD, age=1_000, size=200_000))
    async with client.session.get(url) as whole:
        film = await whole.read()
        assert (whole.content_type, whole.content_length) == ("video/mp4", 200_000)
    async with client.session.get(url, headers={"Range": "bytes=100-199"}) as part:
        assert part.status == 206
        assert await part.read() == film[100:200]
    assert await asyncio.to_thread(frames, url) == TINY.fps


async def test_a_link_dies_after_three_days(api: VideoApi, client: Client, clock: Clock) -> None:
    url = await film_url(api, client, Script(TASK, queue=0, duration=0))
    for later, status in ((3 * 86_400 - 1, 200), (1, 403)):
        clock.now += later
        async with client.session.get(url) as response:
            assert response.status == status


async def test_there_is_no_film_before_the_end_nor_of_an_unknown_task(
    api: VideoApi, client: Client
) -> None:
    api.add(SCRIPT)
    for name in (TASK, ODD):
        async with client.get(f"/media/{name}.mp4") as response:
            assert response.status == 404


async def bad_media(api: VideoApi, client: Client, **how: Any) -> Any:
    return client.session.get(await film_url(api, client, Script(TASK, age=1_000, **how)))


@pytest.mark.parametrize(
    ("media", "status", "kind", "start"),
    [
        ("403", 403, "text/plain", b"<Error>"),
        ("404", 404, "text/plain", b"<Error>"),
        ("html", 200, "text/html", b"<!doctype html>"),
        ("empty", 200, "video/mp4", b""),
        ("unlabelled", 200, "application/octet-stream", b"\0\0\0\x20ftyp"),
        ("mislabelled", 200, "video/mp4", b"\x89PNG"),
        ("redirect", 200, "video/mp4", b"\0\0\0\x20ftyp"),
        ("slow", 200, "video/mp4", b"\0\0\0\x20ftyp"),
    ],
)
async def test_media_can_be_bad(
    api: VideoApi, client: Client, media: str, status: int, kind: str, start: bytes
) -> None:
    api.faults.drip_seconds = 0
    async with await bad_media(api, client, media=media) as response:
        body = await response.read()
        assert (response.status, response.content_type) == (status, kind)
        assert body.startswith(start)
        assert bool(body) == bool(start)
        assert len(response.history) == (1 if media == "redirect" else 0)


async def test_a_film_can_break_off(api: VideoApi, client: Client) -> None:
    async with await bad_media(api, client, media="truncated", size=50_000) as response:
        assert response.content_length == 50_000
        with pytest.raises(aiohttp.ClientPayloadError):
            await response.read()


@pytest.mark.parametrize(("media", "promised"), [("huge", 10_000_000_000), ("endless", None)])
async def test_a_film_can_be_far_too_long(
    api: VideoApi, client: Client, media: str, promised: int | None
) -> None:
    async with await bad_media(api, client, media=media) as response:
        assert response.content_length == promised
        assert len(await response.content.readexactly(1_000_000)) == 1_000_000


@pytest.mark.parametrize(
    ("kind", "status", "content"),
    [
        ("401", 401, "20001"),
        ("403", 403, "Forbidden"),
        ("404", 404, "Not Found"),
        ("500", 500, "server error"),
        ("502-html", 502, "<html>"),
        ("20001", 200, '"msg":""'),
        ("20002", 200, "参数错误"),
        ("server_error", 200, '"code":-1'),
        ("throttle_msg", 200, "请求过于频繁"),
        ("list", 200, "["),
        ("nan", 200, "NaN"),
        ("big-number", 200, "0" * 5_000),
        ("nested", 200, "[" * 100_000),
        ("empty", 200, ""),
        ("garbage", 200, "{"),
    ],
)
async def test_an_answer_can_be_wrong(
    api: VideoApi, client: Client, kind: Any, status: int, content: str
) -> None:
    api.add(SCRIPT)
    api.faults.add(kind)
    async with client.look() as response:
        assert response.status == status == api.calls[-1].status
        assert content in await response.text()
    assert (await client.data())["status"] == "queued"


@pytest.mark.parametrize("kind", ["garbage", "empty"])
async def test_what_is_not_json_is_not_json(api: VideoApi, client: Client, kind: Any) -> None:
    api.faults.add(kind)
    async with client.look() as response:
        with pytest.raises(json.JSONDecodeError):
            json.loads(await response.read())


@pytest.mark.parametrize(
    ("kind", "told"), [("429", "7"), ("429-date", "Fri, 05 Dec 2025 01:51:28 GMT")]
)
async def test_throttling_says_until_when(
    api: VideoApi, client: Client, kind: Any, told: str
) -> None:
    api.faults.add(kind, retry_after=7)
    async with client.look() as response:
        assert (response.status, response.headers["Retry-After"]) == (429, told)


async def test_a_redirect_leads_elsewhere(api: VideoApi, client: Client) -> None:
    api.faults.add("redirect")
    async with client.look() as response:
        assert response.status == 302
        assert response.headers["Location"] == api.faults.elsewhere


async def test_an_answer_can_be_huge_and_still_be_right(api: VideoApi, client: Client) -> None:
    api.add(SCRIPT)
    api.faults.add("huge")
    async with client.look() as response:
        body = await response.read()
    assert len(body) > 2 << 20
    assert json.loads(body)["data"]["status"] == "queued"


async def test_a_gzip_bomb_comes_though_nobody_asked_for_gzip(
    api: VideoApi, client: Client
) -> None:
    api.faults.add("gzip-bomb")
    headers = {"Authorization": "Bearer sandbox-key", "Accept-Encoding": "identity"}
    async with (
        aiohttp.ClientSession(auto_decompress=False) as session,
        session.get(f"{client.base}/api/open-api/v1/videos/{TASK}", headers=headers) as response,
    ):
        assert response.headers["Content-Encoding"] == "gzip"
        assert 10_000 < len(await response.read()) < 1 << 20


async def test_an_answer_can_be_cut_before_or_within(api: VideoApi, client: Client) -> None:
    api.faults.add("cut", times=2)  # a client may ask once more by itself
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await client.ask()
    assert api.calls[-1].status == 0
    api.faults.add("truncated")
    with pytest.raises(aiohttp.ClientPayloadError):
        await client.ask()


async def test_an_answer_can_be_slow_or_never_come(api: VideoApi, client: Client) -> None:
    api.add(SCRIPT)
    api.faults.drip_seconds = 0
    api.faults.add("slow")
    assert (await client.data())["status"] == "queued"
    api.faults.add("hang")
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.02):
            await client.ask()
    assert (api.calls[-1].status, api.calls[-1].fault) == (0, "hang")


async def test_a_fault_hits_its_task_so_many_times(api: VideoApi, client: Client) -> None:
    api.add(SCRIPT)
    api.faults.add("500", times=2, task_id=TASK)
    assert (await client.ask(ODD))["code"] == "-1"
    for status in (500, 500, 200):
        async with client.look() as response:
            assert response.status == status
    assert api.faults.pending == []


async def test_an_outage_lasts_until_it_is_over(api: VideoApi, client: Client) -> None:
    api.add(SCRIPT)
    api.faults.outage = True
    for _ in range(2):
        with pytest.raises(aiohttp.ClientError):
            await client.ask()
    api.faults.clear()
    assert (await client.data())["status"] == "queued"
    *cut, last = [call.status for call in api.calls]
    assert (set(cut), last) == ({0}, 200)  # a client may ask more often by itself


async def test_a_key_can_become_wrong_and_right_again(api: VideoApi, client: Client) -> None:
    api.add(SCRIPT)
    api.faults.wrong_key = True
    assert (await client.ask())["code"] == "20001"
    api.faults.wrong_key = False
    assert (await client.ask())["code"] == "20000"
