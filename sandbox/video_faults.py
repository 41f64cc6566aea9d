"""Accidents that a test orders go in; the answer that an unlucky question gets comes out."""

import asyncio
import gzip
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cache
from typing import Literal

from aiohttp import web

from sandbox.weather import Weather
from sandbox.wire import BAD_PARAMETER, TOO_OFTEN

Plain = Literal[
    "401",
    "403",
    "404",
    "500",
    "502-html",
    "20001",
    "20002",
    "server_error",  # code -1 with words that no table knows
    "throttle_msg",
    "garbage",  # not JSON
    "empty",
    "list",  # JSON, but no object
    "nan",
    "big-number",
    "nested",
]
Kind = (
    Plain
    | Literal[
        "429",  # Retry-After in seconds
        "429-date",  # Retry-After as an HTTP date
        "hang",  # no answer until the client leaves, or `patience` is over
        "cut",
        "huge",  # the right answer and 2 MiB of blanks
        "gzip-bomb",  # the right answer and 64 MiB of blanks, packed
        "redirect",  # to `elsewhere`
        "truncated",  # half of the right answer
        "slow",  # the right answer, byte by byte
    ]
)

BAD_GATEWAY = b"<html><head><title>502 Bad Gateway</title></head><body>cloudflare</body></html>"
JSON, HTML = "application/json", "text/html"
PLAIN: Mapping[Plain, tuple[int, str, bytes]] = {
    "401": (401, JSON, b'{"code":"20001","msg":"unauthorized"}'),
    "403": (403, HTML, b"<html>Forbidden</html>"),
    "404": (404, HTML, b"<html>Not Found</html>"),
    "500": (500, JSON, b'{"code":-1,"msg":"server error"}'),
    "502-html": (502, HTML, BAD_GATEWAY),
    "20001": (200, JSON, b'{"code":"20001","msg":"","data":null}'),
    "20002": (200, JSON, f'{{"code":"20002","msg":"{BAD_PARAMETER}","data":null}}'.encode()),
    "server_error": (200, JSON, b'{"code":-1,"msg":"the hamster left its wheel","data":null}'),
    "throttle_msg": (200, JSON, f'{{"code":"-1","msg":"{TOO_OFTEN}","data":null}}'.encode()),
    "garbage": (200, JSON, b'{"code":"20000","msg":"ok","data":{"task'),
    "empty": (200, JSON, b""),
    "list": (200, JSON, b'[{"status":"completed"}]'),
    "nan": (200, JSON, b'{"code":"20000","data":{"status":"processing","progress":NaN}}'),
    "big-number": (
        200,
        JSON,
        b'{"code":"20000","data":{"status":"processing","progress":1%s}}' % (b"0" * 5_000),
    ),
    "nested": (200, JSON, b"[" * 100_000 + b"]" * 100_000),
}


@dataclass(frozen=True, slots=True)
class Fault:
    kind: Kind
    times: int = 1
    task_id: str | None = None
    """None: whichever task is asked for."""
    retry_after: int = 5
    """Seconds."""

    @property
    def status(self) -> int:
        """As the client sees it; 0: it sees none."""
        match self.kind:
            case "hang" | "cut":
                return 0
            case "429" | "429-date":
                return 429
            case "redirect":
                return 302
            case "huge" | "gzip-bomb" | "truncated" | "slow":
                return 200
            case plain:
                return PLAIN[plain][0]


class Faults:
    def __init__(self) -> None:
        self.pending: list[Fault] = []
        self.outage = False
        """While true every question has its connection cut; files are still served."""
        self.wrong_key = False
        """While true no key is right."""
        self.elsewhere = "http://elsewhere.invalid/"
        """Where a redirect leads."""
        self.inward = "http://127.0.0.1:9/"
        """Where a file's does that leads to where nobody should go."""
        self.weather: Weather[Kind] | None = None
        """Hits whatever no fault was ordered for; None: calm."""
        self.latency = 0.0
        """Seconds before any answer."""
        self.patience = 60.0
        """Seconds after which whoever waits for an answer in vain is cut off."""
        self.drip_seconds = 1.0
        """Between two bytes of what is slow."""

    def add(
        self, kind: Kind, times: int = 1, task_id: str | None = None, retry_after: int = 5
    ) -> None:
        self.pending.append(Fault(kind, times, task_id, retry_after))

    def clear(self) -> None:
        self.outage = self.wrong_key = False
        self.weather = None
        self.pending.clear()

    def strike(self, task_id: str) -> Fault | None:
        """The first fault that concerns the task; it has one hit less afterwards."""
        for index, fault in enumerate(self.pending):
            if fault.task_id in (None, task_id):
                self.pending[index] = replace(fault, times=fault.times - 1)
                self.pending = [left for left in self.pending if left.times > 0]
                return fault
        kind = None if self.weather is None else self.weather.strike()
        if self.weather is None or kind is None:
            return None
        return Fault(kind, retry_after=self.weather.retry_after)

    async def hit(
        self, request: web.Request, fault: Fault, right: bytes, now: float
    ) -> web.StreamResponse:
        """*right* is the answer that a luckier question would get; *now* in Unix seconds."""
        match fault.kind:
            case "429":
                return _throttled(str(fault.retry_after))
            case "429-date":
                at = datetime.fromtimestamp(now, UTC) + timedelta(seconds=fault.retry_after)
                return _throttled(format_datetime(at, usegmt=True))
            case "hang":
                await asyncio.sleep(self.patience)
                return cut(request)
            case "cut":
                return cut(request)
            case "huge":
                return web.Response(body=right + b" " * (2 << 20), content_type=JSON)
            case "gzip-bomb":
                packed = {"Content-Encoding": "gzip"}
                return web.Response(body=_bomb(right), content_type=JSON, headers=packed)
            case "redirect":
                return web.Response(status=302, headers={"Location": self.elsewhere})
            case "truncated":
                return await broken_off(request, right, JSON)
            case "slow":
                return await drip(request, right, JSON, self.drip_seconds)
            case plain:
                status, kind, body = PLAIN[plain]
                return web.Response(status=status, body=body, content_type=kind)


def _throttled(retry_after: str) -> web.Response:
    return web.json_response(
        {"code": "-1", "msg": "rate limit"}, status=429, headers={"Retry-After": retry_after}
    )


@cache
def _bomb(right: bytes) -> bytes:
    return gzip.compress(right + b" " * (64 << 20), compresslevel=1)


def cut(request: web.Request) -> web.Response:
    """The client sees its connection reset; what is returned goes nowhere."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


async def broken_off(request: web.Request, body: bytes, kind: str) -> web.StreamResponse:
    response = await _begun(request, len(body), kind)
    await response.write(body[: len(body) // 2])
    if request.transport is not None:
        request.transport.close()
    return response


async def drip(request: web.Request, body: bytes, kind: str, pause: float) -> web.StreamResponse:
    response = await _begun(request, len(body), kind)
    for place in range(len(body)):
        await response.write(body[place : place + 1])
        await asyncio.sleep(pause)
    return response


async def _begun(request: web.Request, length: int, kind: str) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": kind, "Content-Length": str(length)})
    await response.prepare(request)
    return response
