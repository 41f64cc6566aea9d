"""The provider's stand-in over real HTTP: its accidents."""

import asyncio
import json
from typing import Any

import aiohttp
import pytest

from sandbox.video_api import VideoApi
from tests.sandbox.conftest import ODD, SCRIPT, TASK, Client


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
