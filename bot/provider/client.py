"""A task ID and a key go in, a reading comes out: one GET, whatever happens on the way."""

import asyncio
import re
from datetime import datetime, timedelta
from http.cookiejar import CookieJar, DefaultCookiePolicy
from types import TracebackType
from typing import Self
from urllib.parse import quote

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

from bot.core.intake import parse_task_id
from bot.core.task import (
    Endpoint,
    KeyRefused,
    Nonsense,
    NotFound,
    Reading,
    Refusal,
    Refused,
    TaskId,
    Unavailable,
)
from bot.provider.wire import MOST_BYTES, Answer, read_answer

API = "/api/open-api/v1/"
DEADLINE = timedelta(seconds=20)

_KEY = re.compile(r"[!-~]+")
_SHORTEST_SECRET = 8
"""Characters of a key below which striking it out would only garble answers."""
_HEADERS = {"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "reelbell"}


class JimmyAI:
    """*concurrency*: requests in flight; *deadline*: of one of them, from connecting to the end.

    Keys are per call: one object serves any number of owners and remembers none of them.
    """

    def __init__(
        self, base_url: str, *, concurrency: int = 50, deadline: timedelta = DEADLINE
    ) -> None:
        self._base_url = base_url.rstrip("/")
        self._folders = {one: httpx.URL(f"{self._base_url}{API}{one}/") for one in Endpoint}
        self._deadline = deadline
        self._slots = asyncio.Semaphore(concurrency)
        self._http = _http(concurrency)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        await self._http.aclose()

    async def read(
        self, task_id: TaskId, key: str, now: datetime, endpoint: Endpoint = Endpoint.VIDEOS
    ) -> Reading:
        url = locate(self._folders[endpoint], task_id)
        if url is None or parse_task_id(task_id) is None:
            return Refused(Refusal.BAD_ID)
        if not _KEY.fullmatch(key):  # no header could carry it
            return KeyRefused()
        async with self._slots:
            answer = await self._ask(url, key)
        match answer:
            case Answer(404) if endpoint is Endpoint.IMAGES:
                return NotFound()  # whoever says it: no such endpoint has no such task
            case Answer():
                return read_answer(task_id, answer, self._base_url, now)
            case trouble:
                return trouble

    async def _ask(self, url: httpx.URL, key: str) -> Answer | Unavailable | Nonsense:
        """Reasons are our own words: the libraries' contain addresses."""
        try:
            async with asyncio.timeout(self._deadline.total_seconds()):
                return await self._get(url, key)
        except TimeoutError:
            return Unavailable("no answer in time")
        except (
            aiohttp.ClientResponseError,  # a garbled status line or header
            httpx.RemoteProtocolError,  # a redirect to nowhere
            httpx.InvalidURL,
            UnicodeError,
        ):
            return Nonsense("no HTTP")
        except (httpx.TransportError, aiohttp.ClientError, OSError) as error:
            reached = not isinstance(error.__cause__, aiohttp.ClientConnectorError)
            return Unavailable("the connection broke" if reached else "no connection")

    async def _get(self, url: httpx.URL, key: str) -> Answer | Nonsense:
        bearer = {"Authorization": f"Bearer {key}"}
        async with self._http.stream("GET", url, headers=bearer) as response:
            encoding = response.headers.get("Content-Encoding", "").strip().lower()
            if encoding not in ("", "identity"):
                return Nonsense("packed, though asked not to")
            body = await _body(response)
            retry_after = response.headers.get("Retry-After")
        return Answer(response.status_code, _without(key, body), retry_after)


def locate(folder: httpx.URL, task_id: str) -> httpx.URL | None:
    """Where the task is asked for; None when this would lead away from the *folder*."""
    try:
        segment = quote(task_id, safe="")
        url = httpx.URL(f"{folder}{segment}")
    except (httpx.InvalidURL, UnicodeError):
        return None
    is_meant = (url.scheme, url.netloc, url.raw_path) == (
        folder.scheme,
        folder.netloc,
        folder.raw_path + segment.encode(),
    )
    return url if segment and is_meant else None


async def _body(response: httpx.Response) -> bytes:
    """Cut once it is longer than anybody wants to read; `aiter_raw` unpacks nothing."""
    body = bytearray()
    async for chunk in response.aiter_raw():
        body += chunk
        if len(body) > MOST_BYTES:
            break
    return bytes(body)


def _without(key: str, body: bytes) -> bytes:
    """An error text that quotes the operator's key would end up in somebody's chat."""
    if len(key) < _SHORTEST_SECRET:
        return body
    return re.sub("".join(map(_spellings, key)).encode(), b"***", body)


def _spellings(char: str) -> str:
    """A pattern of all the ways in which JSON may write it; PHP, for one, escapes slashes."""
    brief = {"/": r"\\?/", '"': r"\\\"", "\\": r"\\\\"}.get(char, re.escape(char))
    return rf"(?:{brief}|\\u00(?i:{ord(char):02x}))"


def _http(concurrency: int) -> httpx.AsyncClient:
    """No redirects, no cookies, no proxies or certificates by environment; the deadline is ours."""
    tls = httpx.create_ssl_context(trust_env=False)

    def session() -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=concurrency, ssl=tls),
            cookie_jar=aiohttp.DummyCookieJar(),
            middlewares=(_once,),
            auto_decompress=False,
            trust_env=False,
        )

    return httpx.AsyncClient(
        transport=AiohttpTransport(verify=tls, trust_env=False, client=session),
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        headers=_HEADERS,
        timeout=None,  # noqa: S113 — per read it would bound nothing; `_ask` bounds the whole
        follow_redirects=False,
        trust_env=False,
    )


async def _once(
    request: aiohttp.ClientRequest, send: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    """Aiohttp repeats a GET whose connection broke; here only the cadence decides to ask again."""
    try:
        return await send(request)
    except aiohttp.ClientConnectorError:
        raise
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        raise aiohttp.ClientConnectionError from error
