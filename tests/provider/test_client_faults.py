"""Accidents on the way: each costs one question, a bounded time and memory, and never raises."""

import asyncio
from datetime import timedelta

import pytest
from aiohttp import web

from bot.core.task import (
    KeyRefused,
    Nonsense,
    Reading,
    Refusal,
    Refused,
    Snapshot,
    Status,
    TaskId,
    Throttled,
    Unavailable,
)
from bot.provider.client import DEADLINE, JimmyAI
from bot.provider.wire import MOST_BYTES
from sandbox.serving import serve
from sandbox.video_api import TINY, Script, VideoApi
from sandbox.video_faults import Kind
from tests.builders import NOON
from tests.provider.servers import Upstream, answering, replying, saying

TASK = TaskId("task_c2501e28")
KEY = "sandbox-key"
SHORT = timedelta(milliseconds=80)
RUNNING = b'{"code":"20000","data":{"status":"processing","progress":57}}'
LATE = Unavailable("no answer in time")
BROKEN = Unavailable("the connection broke")
PACKED = Nonsense("packed, though asked not to")

ACCIDENTS: dict[Kind, Reading] = {
    "401": KeyRefused(),
    "403": Unavailable("HTTP 403"),
    "404": Unavailable("HTTP 404"),
    "429": Throttled(NOON + timedelta(seconds=7)),
    "429-date": Throttled(NOON + timedelta(seconds=7)),
    "500": Unavailable("HTTP 500"),
    "502-html": Unavailable("HTTP 502"),
    "20001": KeyRefused(),
    "20002": Refused(Refusal.BAD_ID),
    "server_error": Unavailable("an error code without known words"),
    "throttle_msg": Throttled(),
    "garbage": Nonsense("no JSON"),
    "empty": Nonsense("no JSON"),
    "list": Nonsense("no object"),
    "nan": Nonsense("no JSON"),
    "big-number": Snapshot(Status.RUNNING),
    "nested": Nonsense("no JSON"),
    "cut": BROKEN,
    "huge": Nonsense("too long"),
    "gzip-bomb": PACKED,
    "redirect": Nonsense("HTTP 302"),
    "truncated": BROKEN,
}
OK = b"HTTP/1.1 200 OK\r\n"
GARBLED = [
    b"SSH-2.0-OpenSSH_9.2\r\n",
    b"\x00\xff\r\n\r\n",
    b"HTTP/1.1 abc OK\r\n\r\n",
    b"%sX-Long: %s\r\n\r\n" % (OK, b"a" * 70_000),
    b"%sX-Many: a\r\n" % OK + b"X-More: a\r\n" * 20_000,
    b"%sContent-Length: -1\r\n\r\n%s" % (OK, RUNNING),
    b"%sContent-Length: 1\r\nContent-Length: 2\r\n\r\n%s" % (OK, RUNNING),
    b"%sTransfer-Encoding: chunked\r\n\r\nzz\r\n%s" % (OK, RUNNING),
    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
    b"HTTP/1.1 204 No Content\r\n\r\n",
]
BROKEN_OFF = [
    b"",
    OK,
    b"%sContent-Length: 999\r\n\r\n%s" % (OK, RUNNING),
    b"%sTransfer-Encoding: chunked\r\n\r\n3d\r\n%s" % (OK, RUNNING),
    b"HTTP/1.1 100 Continue\r\n\r\n" * 50,
]


async def read(upstream: Upstream, deadline: timedelta = DEADLINE) -> Reading:
    async with JimmyAI(upstream.base, deadline=deadline) as provider:
        return await provider.read(TASK, KEY, NOON)


def a_stand_in() -> VideoApi:
    api = VideoApi(key=KEY, clock=NOON.timestamp, film=TINY)
    api.add(Script(TASK))
    return api


@pytest.mark.parametrize("kind", ACCIDENTS)
async def test_an_accident_costs_one_question_and_the_next_one_is_answered(kind: Kind) -> None:
    api = a_stand_in()
    api.faults.add(kind, retry_after=7)
    async with serve(api.app) as base, JimmyAI(base) as provider:
        assert await provider.read(TASK, KEY, NOON) == ACCIDENTS[kind]
        assert api.asked(TASK) == 1
        after = await provider.read(TASK, KEY, NOON)
    assert isinstance(after, Snapshot)
    assert api.asked(TASK) == 2


@pytest.mark.parametrize("reply", GARBLED)
async def test_what_is_hardly_http_is_nonsense_and_costs_one_question(reply: bytes) -> None:
    async with replying(reply) as upstream:
        assert isinstance(await read(upstream), Nonsense)
    assert len(upstream.asked) == 1


@pytest.mark.parametrize("reply", BROKEN_OFF)
async def test_an_answer_that_breaks_off_is_none_and_costs_one_question(reply: bytes) -> None:
    async with replying(reply) as upstream:
        assert await read(upstream) == BROKEN
    assert len(upstream.asked) == 1


async def test_a_broken_kept_connection_is_not_asked_again_behind_our_back() -> None:
    """Aiohttp repeats a GET whose connection broke: one look was two."""
    api = a_stand_in()
    async with serve(api.app) as base, JimmyAI(base) as provider:
        assert isinstance(await provider.read(TASK, KEY, NOON), Snapshot)
        api.faults.add("cut")
        assert await provider.read(TASK, KEY, NOON) == BROKEN
    assert api.asked(TASK) == 2


async def test_nobody_at_the_address_is_no_connection() -> None:
    async with answering(saying(RUNNING)) as gone:
        pass
    assert await read(gone) == Unavailable("no connection")
    for nowhere in ("https://127.0.0.1:1", "http://[::1]:1"):
        assert await read(Upstream(nowhere)) == Unavailable("no connection")
    assert len(gone.asked) == 0


async def test_plain_http_where_tls_was_meant_is_unavailable() -> None:
    async with answering(saying(RUNNING)) as upstream:
        base = upstream.base.replace("http:", "https:")
        assert isinstance(await read(Upstream(base, upstream.asked)), Unavailable)
    assert len(upstream.asked) == 0


@pytest.mark.parametrize("kind", ["hang", "slow"])
async def test_the_deadline_holds_for_silence_and_for_a_drip(kind: Kind) -> None:
    """With a timeout per read, an answer that dripped went on for a minute."""
    api = a_stand_in()
    api.faults.drip_seconds = 0.01
    api.faults.add(kind)
    async with serve(api.app) as base, JimmyAI(base, deadline=SHORT) as provider:
        begun = asyncio.get_running_loop().time()
        assert await provider.read(TASK, KEY, NOON) == LATE
        assert asyncio.get_running_loop().time() - begun < 1
    assert api.asked(TASK) == 1


async def test_the_deadline_holds_for_dripping_headers() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        del reader
        writer.write(b"HTTP/1.1 200 OK\r\nX-Drip: a")  # and never the end of it

    async with await asyncio.start_server(talk, "127.0.0.1", 0) as server:
        host, port = server.sockets[0].getsockname()
        async with JimmyAI(f"http://{host}:{port}", deadline=SHORT) as provider:
            assert await provider.read(TASK, KEY, NOON) == LATE


async def test_a_slow_answer_within_the_deadline_is_good() -> None:
    api = a_stand_in()
    api.faults.drip_seconds = 0
    api.faults.add("slow")
    async with serve(api.app) as base:
        assert isinstance(await read(Upstream(base)), Snapshot)


@pytest.mark.parametrize(("extra", "kind"), [(0, Snapshot), (1, Nonsense)])
async def test_an_answer_of_one_mebibyte_is_read_and_not_a_byte_more(
    extra: int, kind: type[Reading]
) -> None:
    async with answering(saying(RUNNING.ljust(MOST_BYTES + extra))) as upstream:
        assert isinstance(await read(upstream), kind)


async def test_an_endless_answer_is_left_after_a_mebibyte() -> None:
    written = 0

    async def endless(request: web.Request) -> web.StreamResponse:
        nonlocal written
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b" " * 65_536)
            written += 65_536

    async with answering(endless) as upstream:
        assert await read(upstream) == Nonsense("too long")
    assert written < 16 * MOST_BYTES  # what the sockets hold is written, too


@pytest.mark.parametrize("encoding", ["gzip", "GZIP", "x-gzip", "br", "zstd", "gzip, identity"])
async def test_a_packed_answer_is_refused_before_its_first_byte(encoding: str) -> None:
    async def never(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Encoding": encoding})
        await response.prepare(request)
        return await asyncio.Future()

    async with answering(never) as upstream:
        assert await read(upstream, timedelta(seconds=5)) == PACKED


async def test_identity_is_no_packing() -> None:
    async with answering(saying(RUNNING, Content_Encoding="Identity")) as upstream:
        assert isinstance(await read(upstream), Snapshot)
