"""A file of boxes (MP4, MOV) goes in; where its index is, and whether it is all there, come out.

Nothing is believed: every size is held against what there is, and steps are counted.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from struct import unpack
from typing import BinaryIO

LARGEST_INDEX = 16 << 20
"""Bytes; that of a film of two hours has 4 MB."""
MOST_SAMPLES = 1_000_000
"""Frames and bits of sound, together; FFmpeg takes 24 bytes of memory for each that is claimed."""
LARGEST_SAMPLE = 32 << 20
"""Bytes; a claim of more would be read into memory."""

_MOST_BOXES = 20_000
_DEPTH = 8
_PARENTS = frozenset({b"moov", b"trak", b"mdia", b"minf", b"stbl", b"mvex", b"moof", b"traf"})
_SOUND_BLOCK = 1024
"""Samples of uncompressed sound that are kept as one."""


@dataclass(frozen=True, slots=True)
class Box:
    name: bytes
    offset: int
    body: int
    """The offset of its contents."""
    end: int
    """As it claims: may lie behind the end of the file."""


@dataclass(frozen=True, slots=True)
class Layout:
    index_first: bool = False
    """The index comes before the frames, in one piece."""
    has_index: bool = False
    cut: bool = False
    """The index or the frames go on where the file has ended."""
    samples: int = 0
    largest: int = 0
    """Bytes of one sample."""

    @property
    def is_sane(self) -> bool:
        """May be handed to FFmpeg."""
        fits = self.samples <= MOST_SAMPLES and self.largest <= LARGEST_SAMPLE
        return self.has_index and fits


@dataclass(frozen=True, slots=True)
class Rest:
    """The part of a file to be fetched, for its index to be whole."""

    offset: int
    length: int


def rest_of_index(start: bytes) -> Rest | None:
    """Of a file that begins with *start*. None: its index does not come first, or is too large.

    An index behind the frames is not worth a look: such a file has to be fetched as a whole.
    """
    for box in walk(BytesIO(start), 0, len(start)):
        if box.name == b"moov":
            fits = box.end - box.offset <= LARGEST_INDEX
            return Rest(len(start), max(0, box.end - len(start))) if fits else None
        if box.name == b"mdat":
            return None
    return None


def survey(path: Path, size: int) -> Layout:
    """*size*: of the whole file; holes in it are skipped."""
    layout = Layout()
    frames = pieces = False
    with path.open("rb") as file:
        for box in walk(file, 0, size):
            if box.name not in (b"moov", b"moof", b"mdat"):
                continue
            cut = layout.cut or box.end > size
            if box.name == b"mdat":
                frames = True
                layout = replace(layout, cut=cut)
                continue
            pieces = pieces or box.name == b"moof"
            samples, largest = _claims(file, box, size)
            layout = Layout(
                index_first=not pieces and (layout.index_first or not frames),
                has_index=True,
                cut=cut,
                samples=layout.samples + samples,
                largest=max(layout.largest, largest),
            )
    return layout


def walk(file: BinaryIO, start: int, end: int) -> Iterator[Box]:
    """The boxes of one level, as long as they are boxes."""
    at = start
    for _ in range(_MOST_BOXES):
        if at >= end:
            return
        file.seek(at)
        header = file.read(min(16, end - at))
        if len(header) < 8:
            return
        length, body = int.from_bytes(header[:4], "big"), at + 8
        if length == 1 and len(header) == 16:
            length, body = int.from_bytes(header[8:], "big"), at + 16
        elif length == 0:  # until the end
            length = end - at
        if length < body - at:
            return
        yield Box(header[4:8], at, body, at + length)
        at += length


def _claims(file: BinaryIO, index: Box, size: int) -> tuple[int, int]:
    """How many samples it makes FFmpeg keep in memory, and how large one of them may be."""
    if index.end - index.offset > LARGEST_INDEX:
        return MOST_SAMPLES + 1, 0
    count = chunks = in_a_chunk = largest = 0
    for box in _inside(file, index, size):
        body = _body(file, box, size)
        match box.name:
            case b"stsz":
                count += _number(body, 8)
                largest = max(largest, _number(body, 4), *_numbers(body[12:]))
            case b"stz2":
                count += _number(body, 8)
            case b"trun":
                count += _number(body, 4)
            case b"stco" | b"co64":
                chunks += _number(body, 4)
            case b"stsc":
                in_a_chunk = max(in_a_chunk, 0, *_numbers(body[8:])[1::3])
    return count + in_a_chunk * chunks // _SOUND_BLOCK, largest


def _number(body: bytes, at: int) -> int:
    return int.from_bytes(body[at : at + 4], "big")


def _numbers(body: bytes) -> tuple[int, ...]:
    return unpack(f">{len(body) // 4}I", body[: len(body) // 4 * 4])


def _inside(file: BinaryIO, parent: Box, size: int) -> Iterator[Box]:
    levels = [walk(file, parent.body, min(parent.end, size))]
    while levels:
        box = next(levels[-1], None)
        if box is None:
            levels.pop()
        elif box.name in _PARENTS and len(levels) < _DEPTH:
            levels.append(walk(file, box.body, min(box.end, size)))
        else:
            yield box


def _body(file: BinaryIO, box: Box, size: int) -> bytes:
    if box.body >= size:
        return b""
    file.seek(box.body)
    return file.read(min(box.end, size) - box.body)
