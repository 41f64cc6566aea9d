"""Bytes that have arrived go in; file ids, and a record of how each file came, come out."""

import secrets
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from sandbox.telegram.probe import Facts
from sandbox.telegram.sink import Sink, Upload

Kind = Literal["video", "photo", "document", "animation"]
Way = Literal["upload", "path", "url", "cache", "file_id"]
PREFIX: dict[Kind, str] = {
    "video": "BAACAgIAAxk",
    "photo": "AgACAgIAAxk",
    "document": "BQACAgIAAxk",
    "animation": "CgACAgIAAxk",
}


@dataclass(frozen=True, slots=True)
class StoredFile:
    file_id: str
    file_unique_id: str
    kind: Kind
    path: Path
    name: str
    mime: str
    size: int
    sha256: str
    facts: Facts
    fetched: bool = False
    """By Telegram itself, from an address."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """One use of a file by the bot.

    "path": read from a disk that it shares; "cache": a URL that Telegram had fetched before.
    """

    how: Way
    file: StoredFile
    at: float
    """Seconds of `time.time()`."""
    url: str = ""


class FileStore:
    """Owns a temporary directory; `close` removes it."""

    def __init__(self) -> None:
        self.arrivals: list[Arrival] = []
        self._known: dict[str, StoredFile] = {}
        self._directory = TemporaryDirectory(prefix="sandbox-telegram-", ignore_cleanup_errors=True)

    def close(self) -> None:
        self._directory.cleanup()

    def new_sink(self) -> Sink:
        return Sink(Path(self._directory.name) / secrets.token_hex(8))

    def keep(
        self, upload: Upload, kind: Kind, facts: Facts, *, fetched: bool = False
    ) -> StoredFile:
        stored = StoredFile(
            file_id=PREFIX[kind] + secrets.token_urlsafe(36),
            file_unique_id="AgAD" + secrets.token_urlsafe(9),
            kind=kind,
            path=upload.path,
            name=upload.name,
            mime=upload.mime,
            size=upload.size,
            sha256=upload.sha256,
            facts=facts,
            fetched=fetched,
        )
        self._known[stored.file_id] = stored
        return stored

    def find(self, file_id: str) -> StoredFile | None:
        return self._known.get(file_id)

    def find_unique(self, file_unique_id: str) -> StoredFile | None:
        known = self._known.values()
        return next((file for file in known if file.file_unique_id == file_unique_id), None)

    def arrived(self, how: Way, file: StoredFile, url: str = "") -> StoredFile:
        self.arrivals.append(Arrival(how, file, time.time(), url))
        return file
