"""A fetcher whose results lie on the disk: it slices files instead of asking hosts."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from bot.core.film import Progress, Unattached, Why

HEAD = 1 << 20
HOST = "https://media.example/"


@dataclass(frozen=True, slots=True)
class Beginning:
    size: int | None
    start: bytes
    content_type: str


@dataclass(slots=True)
class Shelf:
    folder: Path
    labels: dict[str, str] = field(default_factory=dict)
    """Content types, by suffix."""
    tells_size: bool = True
    claims: int | None = None
    """A size that is not the file's."""
    cut_at: int | None = None
    """Where each download breaks off."""
    troubles: dict[str, Unattached] = field(default_factory=dict)
    downloads: list[str] = field(default_factory=list)
    gate: asyncio.Event | None = None
    """Downloads write a little, tell `reached`, and go on once it is set."""
    reached: asyncio.Event = field(default_factory=asyncio.Event)

    async def peek(self, url: str) -> Beginning | Unattached:
        name = url.removeprefix(HOST)
        if name in self.troubles:
            return self.troubles[name]
        path = self.folder / name
        with path.open("rb") as file:
            start = file.read(HEAD)
        size = (self.claims or path.stat().st_size) if self.tells_size else None
        label = self.labels.get(path.suffix, "application/octet-stream")
        return Beginning(size, start, label)

    async def download(
        self, url: str, into: BinaryIO, most: int, progress: Progress
    ) -> int | Unattached:
        name = url.removeprefix(HOST)
        self.downloads.append(name)
        data = (self.folder / name).read_bytes()
        if len(data) > most:
            return Unattached(Why.TOO_BIG, len(data) if self.tells_size else None)
        into.write(data[: self.cut_at])
        if self.gate is not None:
            self.reached.set()
            await self.gate.wait()
        if self.cut_at is not None:
            return Unattached(Why.UNREACHABLE, len(data))
        progress.came += len(data)
        return len(data)
