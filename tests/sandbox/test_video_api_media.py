"""The provider's stand-in over real HTTP: its files, good and bad."""

import asyncio
from typing import Any

import aiohttp
import av
import pytest

from sandbox.video_api import TINY, Script, VideoApi
from tests.sandbox.conftest import ODD, SCRIPT, TASK, Client, Clock


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
