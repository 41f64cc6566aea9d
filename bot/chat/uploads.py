"""Films on disk go in; what python-telegram-bot streams to Telegram, counted, comes out."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import BinaryIO, cast

from telegram import InputFile

from bot.core.film import Facts, Film, Kept, Shape

SLOWEST = 32 * 1024
"""Bytes per second that an upload has to make in all."""
Moved = Callable[[int], None]
"""Is told how many bytes have left."""


class Counted:
    """A file that can only be read in pieces: nobody takes it into memory whole by mistake."""

    def __init__(self, file: BinaryIO, moved: Moved) -> None:
        self._file = file
        self._moved = moved

    def read(self, size: int) -> bytes:
        chunk = self._file.read(size)
        self._moved(len(chunk))
        return chunk

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        return self._file.seek(offset, whence)

    def fileno(self) -> int:
        """Asked for its length, without which the body would go in chunks."""
        return self._file.fileno()


@dataclass(frozen=True, slots=True)
class Load:
    """One file of a message, as the Bot API takes it: its name there, an address, or bytes."""

    shape: Shape
    source: str | InputFile
    facts: Facts
    thumbnail: InputFile | None = None
    streams: bool = False

    @property
    def seconds(self) -> int | None:
        return None if self.facts.seconds is None else max(1, round(self.facts.seconds))


def by_name(kept: Kept) -> tuple[Load, ...]:
    return tuple(Load(kept.shape, file_id, kept.facts, streams=True) for file_id in kept.file_ids)


@contextmanager
def loaded(
    films: Sequence[Film], moved: Moved, *, attached: bool, local: bool
) -> Iterator[tuple[Load, ...]]:
    """The files are open as long as the context is.

    *attached*: for use inside of an InputMedia. *local*: the Bot API server opens them itself.
    """
    with ExitStack() as opened:

        def source(film: Film) -> str | InputFile:
            if film.path is None:
                return film.url
            if local:
                return film.path.absolute().as_uri()
            file = Counted(opened.enter_context(film.path.open("rb")), moved)
            return InputFile(
                cast("BinaryIO", file), film.name, attach=attached, read_file_handle=False
            )

        yield tuple(
            Load(film.shape, source(film), film.facts, _thumbnail(film), streams=film.streams)
            for film in films
        )


def _thumbnail(film: Film) -> InputFile | None:
    """Small enough to be read whole; a local server, too, wants it uploaded.

    Beside an address it would be left unread.
    """
    if film.thumbnail is None or film.path is None:
        return None
    return InputFile(film.thumbnail.read_bytes(), "thumbnail.jpg")


def weight(films: Sequence[Film]) -> int:
    """Bytes on their way to Telegram, by us or by a local Bot API server."""
    return sum(film.path.stat().st_size for film in films if film.path is not None)
