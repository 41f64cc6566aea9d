"""Time, speed and memory: windows are a blink here, and who is waited for never comes."""

import asyncio
import io
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import repeat
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from bot.core.film import Progress, Unattached, Why
from bot.media.fetch import Fetcher, Limits, Peek, fetching
from bot.media.guard import Guard, anything
from tests.media.hosts import Handler, Tally, a_file, a_page, a_stream, hosting

BLINK = timedelta(milliseconds=100)
LONG = timedelta(minutes=2)
PATIENT = Limits(LONG, LONG, LONG, least=1, window=LONG)
SLOW = Unattached(Why.SLOW)
CHUNK = bytes(65_536)
MIB = 2**20


async def fetched(handler: Handler, limits: Limits, most: int = 10 * MIB) -> int | Unattached:
    async with (
        hosting(handler) as site,
        fetching((), allow_private=True, limits=limits) as fetcher,
    ):
        return await fetcher.download(site.url(), io.BytesIO(), most, Progress())


async def peeked(handler: Handler, limits: Limits) -> Peek | Unattached:
    async with (
        hosting(handler) as site,
        fetching((), allow_private=True, limits=limits) as fetcher,
    ):
        return await fetcher.peek(site.url())


async def silent(request: web.Request) -> web.StreamResponse:
    return await asyncio.Future()


def a_drip() -> Handler:
    return a_stream(repeat(b"x"), pause=0.01)


def then_nothing(size: int, *, announced: int) -> Handler:
    async def handler(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": str(announced)})
        await response.prepare(request)
        await response.write(bytes(size))
        return await asyncio.Future()

    return handler


def test_the_limits_are_what_was_promised() -> None:
    limits = Limits()
    assert limits.look == timedelta(seconds=20)
    assert limits.whole == timedelta(minutes=2)
    assert limits.answer + limits.whole <= timedelta(seconds=150)
    assert (limits.steady, limits.least) == (MIB, 32 * 1024)
    assert limits.window == timedelta(seconds=15)


async def test_who_never_answers_is_unreachable() -> None:
    limits = replace(PATIENT, answer=BLINK)
    assert await peeked(silent, limits) == Unattached(Why.UNREACHABLE)
    assert await fetched(silent, limits) == Unattached(Why.UNREACHABLE)


async def test_redirects_have_no_more_time_than_an_answer() -> None:
    async def leading_on(request: web.Request) -> web.StreamResponse:
        if request.path == "/there":
            return await asyncio.Future()
        return web.Response(status=302, headers={"Location": "/there"})

    assert await peeked(leading_on, replace(PATIENT, answer=BLINK)) == Unattached(Why.UNREACHABLE)


@pytest.mark.parametrize("size", [0, 1, 1000])
async def test_who_falls_silent_is_slow(size: int) -> None:
    limits = replace(PATIENT, least=32 * 1024, window=BLINK)
    slow = Unattached(Why.SLOW, MIB)
    assert await fetched(then_nothing(size, announced=MIB), limits) == slow
    assert await peeked(then_nothing(size, announced=MIB), limits) == slow


async def test_who_drips_is_slow_however_often_a_byte_comes() -> None:
    limits = replace(PATIENT, least=32 * 1024, window=BLINK)
    assert await fetched(a_drip(), limits) == SLOW
    assert await peeked(a_drip(), limits) == SLOW


async def test_a_peek_ends_in_time_at_any_speed() -> None:
    limits = replace(PATIENT, look=BLINK, steady=10**12)
    assert await peeked(a_drip(), limits) == SLOW


async def test_a_download_ends_in_time_at_any_speed() -> None:
    limits = replace(PATIENT, whole=BLINK, steady=10**12)
    assert await fetched(a_drip(), limits) == SLOW
    assert await fetched(then_nothing(9, announced=10), limits) == Unattached(Why.SLOW, 10)


async def test_a_big_file_has_as_long_as_it_is_big() -> None:
    limits = replace(PATIENT, whole=timedelta(0), steady=1)
    assert await fetched(a_page(body=bytes(1000)), limits) == 1000


async def test_leaving_in_the_middle_is_cancellation_and_closes_the_connection() -> None:
    left = asyncio.Event()
    came = asyncio.Event()

    async def waiting(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(b"film")
        came.set()
        try:
            return await asyncio.Future()
        finally:
            left.set()

    async with hosting(waiting) as site, fetching((), allow_private=True) as fetcher:
        task = asyncio.create_task(fetcher.download(site.url(), io.BytesIO(), MIB, Progress()))
        await came.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await asyncio.wait_for(left.wait(), 30)


@pytest.mark.parametrize("most", [0, 1, 100_000, 3 * MIB])
async def test_no_more_than_a_mebibyte_beyond_the_cap_is_taken_from_the_wire(most: int) -> None:
    tally = Tally(Guard(ports=None, judge=anything))
    connector = aiohttp.TCPConnector(socket_factory=tally.socket)
    async with (
        hosting(a_stream(repeat(CHUNK))) as site,
        aiohttp.ClientSession(connector=connector) as http,
    ):
        fetcher = Fetcher(http, tally.guard, Limits())
        whole = await fetcher.download(site.url(), io.BytesIO(), most, Progress())
    assert whole == Unattached(Why.TOO_BIG)
    assert most < tally.received <= most + MIB


async def test_a_big_download_takes_no_memory(tmp_path: Path) -> None:
    size = 64 * MIB

    def film() -> Iterator[bytes]:
        yield from repeat(CHUNK, size // len(CHUNK))

    async def streaming(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": str(size)})
        await response.prepare(request)
        for chunk in film():
            await response.write(chunk)
        return response

    with (tmp_path / "film").open("wb") as into:
        async with hosting(streaming) as site, fetching((), allow_private=True) as fetcher:
            tracemalloc.start()
            try:
                whole = await fetcher.download(site.url(), into, size, Progress())
                peak = tracemalloc.get_traced_memory()[1]
            finally:
                tracemalloc.stop()
        assert (whole, into.tell()) == (size, size)
    assert peak < 16 * MIB


async def test_who_answers_twice_may_be_asked_over_one_connection() -> None:
    """A look and the download that follows cost one handshake."""
    peers: set[object] = set()

    async def noting(request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        peers.add(request.transport.get_extra_info("peername"))
        return await a_file(b"film")(request)

    async with hosting(noting) as site, fetching((), allow_private=True) as fetcher:
        assert isinstance(await fetcher.peek(site.url()), Peek)
        assert await fetcher.download(site.url(), io.BytesIO(), 9, Progress()) == 4
    assert len(peers) == 1
