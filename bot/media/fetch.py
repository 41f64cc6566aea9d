"""A link goes in; its first bytes or the whole come out, or why not.

Aiohttp without httpx: the address is checked by its connector, and the link that was checked has
to be the link that is asked, so one parser reads it.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from datetime import timedelta
from typing import BinaryIO

import aiohttp
import httpx
from aiohttp.abc import AbstractResolver
from yarl import URL

from bot.core.film import Progress, Unattached, Why
from bot.media.answers import Head, Span, read_head
from bot.media.disk import put
from bot.media.guard import (
    PORTS,
    CheckedResolver,
    Guard,
    Judge,
    anything,
    is_forbidden,
    is_public,
)
from bot.media.names import OwnThreads
from bot.media.pace import Pace

HEAD = 2**20
REDIRECTS = 3

_MOVED = frozenset((301, 302, 303, 307, 308))
_HEADERS = {"Accept": "*/*", "Accept-Encoding": "identity", "User-Agent": "reelbell"}
_ACCIDENTS = (aiohttp.ClientError, aiohttp.http.HttpProcessingError, OSError)


@dataclass(frozen=True, slots=True)
class Peek:
    url: str
    """As it was given, not where a redirect led."""
    size: int | None
    """Of the whole file, in bytes; None: not said, and not all of it has come."""
    start: bytes
    """The first bytes, at most `HEAD`."""
    content_type: str
    """Lower case, without parameters; a hint only."""


@dataclass(frozen=True, slots=True)
class Limits:
    answer: timedelta = timedelta(seconds=15)
    """From the first connection to the last header, redirects included."""
    look: timedelta = timedelta(seconds=20)
    """Of a peek in all."""
    whole: timedelta = timedelta(seconds=120)
    """Of a download in all, when it is not big."""
    steady: int = 2**20
    """Bytes per second: what is big may take as long as at this speed."""
    least: int = 32 * 2**10
    """Bytes per second, on average over each window."""
    window: timedelta = timedelta(seconds=15)


@dataclass(frozen=True, slots=True)
class _Answer:
    response: aiohttp.ClientResponse
    head: Head


class Fetcher:
    """Any number of calls at once; what goes wrong with a link comes out as a value."""

    def __init__(self, http: aiohttp.ClientSession, guard: Guard, limits: Limits) -> None:
        self._http = http
        self._guard = guard
        self._limits = limits

    async def peek(self, url: str) -> Peek | Unattached:
        begun = _now()
        async with self._asked(url, Span(0, HEAD)) as answer:
            if isinstance(answer, Unattached):
                return answer
            head = answer.head
            start = bytearray()
            until = begun + self._limits.look.total_seconds()
            came = await self._pour(answer, HEAD, until, start.extend)
        if isinstance(came, Unattached):
            return came
        size = came if head.size is None and came < HEAD else head.size
        return Peek(url, size, bytes(start), head.content_type)

    async def download(
        self, url: str, into: BinaryIO, most: int, progress: Progress
    ) -> int | Unattached:
        """How many bytes were written. After an `Unattached` *into* holds whatever came.

        Raises DiskError.
        """

        def write(chunk: bytes) -> None:
            put(chunk, into)
            progress.came += len(chunk)

        begun = _now()
        async with self._asked(url, None) as answer:
            if isinstance(answer, Unattached):
                return answer
            size = answer.head.size
            if size is not None and size > most:
                return Unattached(Why.TOO_BIG, size)
            progress.size = progress.size or size or 0
            until = begun + self._span(self._limits.whole, most if size is None else size)
            came = await self._pour(answer, most + 1, until, write)
        return Unattached(Why.TOO_BIG) if isinstance(came, int) and came > most else came

    @asynccontextmanager
    async def _asked(self, url: str, span: Span | None) -> AsyncIterator[_Answer | Unattached]:
        """Leaving it closes the connection, unless all was read."""
        try:
            async with asyncio.timeout(self._limits.answer.total_seconds()):
                response = await self._open(url, span)
        except (*_ACCIDENTS, ValueError) as error:  # the latter: a name that no DNS could carry
            why = Why.FORBIDDEN if is_forbidden(error) else Why.UNREACHABLE
            response = Unattached(why)
        if isinstance(response, Unattached):
            yield response
            return
        with closing(response):
            head = read_head(response.status, response.headers, span)
            yield head if isinstance(head, Unattached) else _Answer(response, head)

    async def _open(self, url: str, span: Span | None) -> aiohttp.ClientResponse | Unattached:
        """Redirects are followed here, so that each is a link like the first."""
        headers = _HEADERS if span is None else {**_HEADERS, "Range": str(span)}
        target: URL | None = None
        link = url
        for _ in range(1 + REDIRECTS):
            target = self._guard.target(link, target)
            if target is None:
                return Unattached(Why.FORBIDDEN)
            response = await self._http.get(target, headers=headers, allow_redirects=False)
            if response.status not in _MOVED:
                return response
            link = response.headers.get("Location", "")
            response.release()
            if not link:
                break
        return Unattached(Why.GONE)  # in a circle, or to nowhere

    async def _pour(
        self, answer: _Answer, enough: int, until: float, write: Callable[[bytes], object]
    ) -> int | Unattached:
        """How many bytes were written, at most *enough*; hardly a chunk more is taken in."""
        pace = Pace(self._limits.least, self._limits.window.total_seconds(), _now())
        promised = answer.head.comes
        enough = enough if promised is None else min(enough, promised)
        came = 0
        try:
            async with asyncio.timeout_at(min(until, pace.until)) as patience:
                async for chunk in answer.response.content.iter_any():
                    write(chunk[: enough - came])
                    came += len(chunk)
                    if came >= enough:
                        break
                    pace.count(len(chunk), _now())
                    patience.reschedule(min(until, pace.until))
        except _ACCIDENTS:
            why = Why.SLOW if patience.expired() else Why.UNREACHABLE
            return Unattached(why, answer.head.size)
        if came == 0:
            return Unattached(Why.NOT_MEDIA)
        is_cut = promised is not None and came < enough
        return Unattached(Why.UNREACHABLE, answer.head.size) if is_cut else min(came, enough)

    def _span(self, least: timedelta, size: int) -> float:
        return max(least.total_seconds(), size / self._limits.steady)


def _now() -> float:
    return asyncio.get_running_loop().time()


@asynccontextmanager
async def fetching(
    hosts: Sequence[str],
    *,
    allow_private: bool,
    limits: Limits | None = None,
    resolver: AbstractResolver | None = None,
    ports: frozenset[int] = PORTS,
    judge: Judge = is_public,
) -> AsyncIterator[Fetcher]:
    """*hosts*: suffixes, empty for any. *allow_private* lifts the rule of addresses and of ports.

    No cookies, no credentials, and nothing of the environment: neither proxies nor .netrc.
    """
    guard = (
        Guard(tuple(hosts), None, anything) if allow_private else Guard(tuple(hosts), ports, judge)
    )
    names = OwnThreads() if resolver is None else resolver
    connector = aiohttp.TCPConnector(
        ssl=httpx.create_ssl_context(trust_env=False),
        resolver=CheckedResolver(names, guard),
        socket_factory=guard.socket,
        use_dns_cache=False,
    )
    async with aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(),  # none: per read it would bound nothing
        auto_decompress=False,
        trust_env=False,
    ) as http:
        yield Fetcher(http, guard, limits or Limits())
