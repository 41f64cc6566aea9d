"""Chunks of bytes go in; a file on disk with its size and checksum comes out."""

import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self


@dataclass(frozen=True, slots=True)
class Upload:
    """Bytes that have arrived and belong to nothing yet."""

    path: Path
    name: str
    mime: str
    size: int
    sha256: str

    def __str__(self) -> str:
        return f"<{self.name}, {self.mime}, {self.size} bytes>"


class Sink:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.size = 0
        self._sum = hashlib.sha256()

    def __enter__(self) -> Self:
        self._file = self.path.open("wb")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

    def write(self, chunk: bytes) -> None:
        self.size += len(chunk)
        self._sum.update(chunk)
        self._file.write(chunk)

    def copy(self, path: Path) -> Upload:
        """Blocks."""
        with path.open("rb") as file:
            while chunk := file.read(1 << 20):
                self.write(chunk)
        return self.upload(path.name, "")

    def upload(self, name: str, mime: str) -> Upload:
        """An unhelpful *mime* is replaced by what *name* suggests."""
        if mime in ("", "application/octet-stream"):
            mime = mimetypes.guess_type(name)[0] or "application/octet-stream"
        return Upload(self.path, name, mime, self.size, self._sum.hexdigest())
