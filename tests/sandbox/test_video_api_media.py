"""The provider's stand-in over real HTTP: its files, good and bad."""

import asyncio
from dataclasses import replace
from typing import Any

import aiohttp
import av
import pytest

from sandbox.scripts import Media, Where
from sandbox.trap import WITHIN, trap
from sandbox.video_api import TINY, Film, Script, VideoApi
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
        ("410", 410, "text/plain", b"<Error>"),
        ("500", 500, "text/plain", b"<Error>"),
        ("html", 200, "text/html", b"<!doctype html>"),
        ("disguised", 200, "video/mp4", b"<!doctype html>"),
        ("broken", 200, "video/mp4", b"\0\0\0\x20ftyp"),
        ("whole", 200, "video/mp4", b"\0\0\0\x20ftyp"),
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


@pytest.mark.parametrize("media", ["film", "unlabelled", "mislabelled", "redirect"])
async def test_every_good_file_can_be_had_in_ranges(
    api: VideoApi, client: Client, media: Media
) -> None:
    url = await film_url(api, client, Script(TASK, age=1_000, media=media))
    async with client.session.get(url) as whole:
        size = len(await whole.read())
    async with client.session.get(url, headers={"Range": "bytes=-8"}) as end:
        assert (end.status, len(await end.read())) == (206, 8)
        assert end.headers["Content-Range"] == f"bytes {size - 8}-{size - 1}/{size}"
    async with client.session.get(url, headers={"Range": f"bytes={size}-"}) as beyond:
        assert beyond.status == 416


async def test_some_hosts_give_no_ranges(api: VideoApi, client: Client) -> None:
    url = await film_url(api, client, Script(TASK, age=1_000, media="whole", size=50_000))
    async with client.session.get(url, headers={"Range": "bytes=0-9"}) as response:
        assert (response.status, len(await response.read())) == (200, 50_000)


async def test_a_redirect_can_lead_in_a_circle(api: VideoApi, client: Client) -> None:
    with pytest.raises(aiohttp.TooManyRedirects):
        await (await bad_media(api, client, media="loop"))


async def test_a_redirect_can_lead_to_where_a_trap_counts_who_comes(
    api: VideoApi, client: Client
) -> None:
    async with trap() as inside:
        api.faults.inward = inside.url
        url = await film_url(api, client, Script(TASK, age=1_000, media="inward"))
        async with client.session.get(url, allow_redirects=False) as response:
            assert (response.status, response.headers["Location"]) == (302, inside.url)
        assert inside.accepted == 0
        async with client.session.get(url) as response:
            assert await response.text() == WITHIN
        assert inside.accepted == 1


async def test_a_dead_link_is_replaced_by_asking_again(api: VideoApi, client: Client) -> None:
    dead = await film_url(api, client, Script(TASK, age=1_000, dead_links=1))
    for _ in range(2):
        async with client.session.get(dead) as response:
            assert response.status == 403
    fresh = (await client.data(TASK))["result"]["video_url"]
    async with client.session.get(fresh) as response:
        assert response.status == 200
    async with client.session.get(dead) as response:
        assert response.status == 403


async def test_a_link_stays_the_same_as_long_as_it_lives(api: VideoApi, client: Client) -> None:
    first = await film_url(api, client, Script(TASK, age=1_000))
    assert (await client.data(TASK))["result"]["video_url"] == first


async def test_an_album_has_as_many_pictures_as_ordered(api: VideoApi, client: Client) -> None:
    api.add(Script(TASK, age=1_000, outcome="image", pictures=4))
    told = (await client.data(TASK))["result"]
    assert told["image_url"] == told["image_urls"][0]
    seen = set()
    for url in told["image_urls"]:
        async with client.session.get(url) as response:
            assert response.content_type == "image/png"
            seen.add(await response.read())
    assert len(seen) == 4
    assert [(one.task_id, one.part) for one in api.fetches] == [(TASK, n) for n in (1, 2, 3, 4)]


@pytest.mark.parametrize("where", ["videos", "images"])
async def test_a_task_can_be_known_at_one_endpoint_only(
    api: VideoApi, client: Client, where: Where
) -> None:
    api.add(Script(TASK, where=where))
    for endpoint in ("videos", "images"):
        async with client.get(f"/api/open-api/v1/{endpoint}/{TASK}") as response:
            told = await response.json()
            assert (told["data"] is not None) == (endpoint == where)
    assert [call.endpoint for call in api.calls] == ["videos", "images"]


@pytest.mark.parametrize(
    ("film", "name", "kind"),
    [
        (TINY, "mp4", "video/mp4"),
        (replace(TINY, container="mov"), "mov", "video/quicktime"),
        (replace(TINY, container="webm", codec="vp9"), "webm", "video/webm"),
    ],
)
async def test_a_link_ends_like_the_file_that_it_leads_to(
    api: VideoApi, client: Client, film: Film, name: str, kind: str
) -> None:
    url = await film_url(api, client, Script(TASK, age=1_000, film=film))
    assert url.partition("?")[0].endswith(f"{TASK}.{name}")
    async with client.session.get(url, headers={"Range": "bytes=0-9"}) as response:
        assert response.content_type == kind
    assert [one.bytes_range for one in api.fetches] == ["bytes=0-9"]


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
