"""A URL goes in; what Telegram got from it the first time comes out, then and ever after."""

from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import urlsplit

import aiohttp

from sandbox.telegram.files import FileStore
from sandbox.telegram.rules import Limits
from sandbox.telegram.sink import Upload


@dataclass(frozen=True, slots=True)
class Fetched:
    upload: Upload


@dataclass(frozen=True, slots=True)
class Unreachable:
    pass


@dataclass(frozen=True, slots=True)
class TooBig:
    mime: str


Outcome = Fetched | Unreachable | TooBig


class Fetcher:
    """Opens its session with the first fetch; `close` ends it."""

    def __init__(self, files: FileStore, limits: Limits) -> None:
        self._files = files
        self._limits = limits
        self._seen: dict[str, Outcome] = {}
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    def knows(self, url: str) -> bool:
        return url in self._seen

    def forget(self) -> None:
        """The days after which Telegram asks a URL again have passed."""
        self._seen.clear()

    async def fetch(self, url: str) -> Outcome:
        if url not in self._seen:
            try:
                self._seen[url] = await self._download(url)
            except (aiohttp.ClientError, TimeoutError, ValueError):
                self._seen[url] = Unreachable()
        return self._seen[url]

    async def _download(self, url: str) -> Outcome:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=self._limits.url_seconds)
            )
        headers = {"User-Agent": "TelegramBot (like TwitterBot)"}
        async with self._session.get(url, headers=headers) as response:
            if response.status != 200:
                return Unreachable()
            if (response.content_length or 0) > self._limits.url_bytes:
                return TooBig(response.content_type)
            with self._files.new_sink() as sink:
                async for chunk in response.content.iter_chunked(1 << 16):
                    sink.write(chunk)
                    if sink.size > self._limits.url_bytes:
                        return TooBig(response.content_type)
            name = PurePosixPath(urlsplit(url).path).name or "file"
            return Fetched(sink.upload(name, response.content_type))
