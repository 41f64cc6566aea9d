"""The door to the outside: opens at an address or says why not, and lets nobody out too early."""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from http import HTTPStatus
from urllib.parse import urlsplit

import aiohttp
import pytest

from bot.ops.http import CannotListenError, serving

FREE = ("127.0.0.1", 0)


async def fine(headers: Mapping[str, str], body: AsyncIterator[bytes]) -> HTTPStatus:
    async for _ in body:
        pass
    return HTTPStatus.OK


async def ask(url: str, method: str = "POST", path: str = "/hook", **more: object) -> int:
    async with (
        aiohttp.ClientSession() as session,
        session.request(method, url + path, **more) as response,  # type: ignore[arg-type]
    ):
        assert await response.read() == b""
        return response.status


async def raw(url: str, request: bytes) -> bytes:
    """What comes back to bytes that no client would send."""
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    writer.write(request)
    writer.write_eof()
    answer = await asyncio.wait_for(reader.read(), 30)
    writer.close()
    return answer


async def test_only_what_is_posted_to_a_known_path_reaches_a_handler() -> None:
    async with serving(*FREE, {"/hook": fine}) as url:
        assert await ask(url) == 200
        assert await ask(url, "GET") == 405
        for path in ("/", "/hook/", "/hook/x", "/Hook", "//hook"):
            assert await ask(url, path=path) == 404
        assert await ask(url, path="/hook?token=x") == 200


async def test_a_port_that_is_taken_is_one_line_with_its_cure() -> None:
    async with serving(*FREE, {}) as url:
        port = urlsplit(url).port
        assert port is not None
        with pytest.raises(CannotListenError) as refusal:
            async with serving("127.0.0.1", port, {}):
                pass
    assert "HTTP_PORT" in str(refusal.value)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("host", ["192.0.2.1", "no.such.host.invalid"])
async def test_an_address_of_another_machine_is_one_line_with_its_cure(host: str) -> None:
    with pytest.raises(CannotListenError, match="HTTP_HOST"):
        async with serving(host, 0, {}):
            pass


async def test_a_handler_that_fails_costs_one_request_and_tells_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def broken(headers: Mapping[str, str], body: AsyncIterator[bytes]) -> HTTPStatus:
        raise RuntimeError("a bug")

    async with serving(*FREE, {"/hook": broken, "/fine": fine}) as url:
        assert await ask(url) == 500
        assert await ask(url, path="/fine") == 200
    assert "request.failed" in caplog.text


@pytest.mark.parametrize(
    "request_",
    [
        b"POST /hook HTTP/1.1\r\nHost: x\r\nX-Secret: CANARY\x00\r\n\r\n",
        b"CANARY\r\n\r\n",
        b"POST /hook HTTP/1.1\r\nHost: x\r\nX-Secret : CANARY\r\n\r\n",
        b"POST /hook HTTP/1.1\r\nHost: x\r\nX-Secret: " + b"CANARY" * 5_000 + b"\r\n\r\n",
        b"POST /hook HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nCANARY\r\n",
        b"POST /hook HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\nCANARY",
    ],
    ids=["nul", "no-http", "space", "too-long", "bad-chunk", "cut-off"],
)
async def test_a_request_that_is_none_is_refused_and_not_quoted(
    request_: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    """The library logs the line that it did not understand: that may hold the secret."""
    caplog.set_level(logging.DEBUG)
    async with serving(*FREE, {"/hook": fine}) as url:
        answer = await raw(url, request_)
        assert answer == b"" or answer.split()[1] == b"400"
        assert await ask(url) == 200
    assert "CANARY" not in caplog.text


async def test_at_the_end_nothing_new_is_accepted_and_what_runs_is_answered() -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slow(headers: Mapping[str, str], body: AsyncIterator[bytes]) -> HTTPStatus:
        begun.set()
        await go_on.wait()
        return HTTPStatus.OK

    async with AsyncExitStack() as opened:
        url = await opened.enter_async_context(serving(*FREE, {"/hook": slow}))
        running = asyncio.create_task(ask(url))
        await asyncio.wait_for(begun.wait(), 30)
        closing = asyncio.create_task(opened.aclose())
        refused = False
        while not refused:
            try:
                await ask(url, path="/other")
            except aiohttp.ClientConnectionError:
                refused = True
        done, _ = await asyncio.wait({closing, running}, timeout=0.3)
        assert done == set()
        go_on.set()
        assert await asyncio.wait_for(running, 30) == 200
        await asyncio.wait_for(closing, 30)
