"""A file of boxes (MP4, MOV) goes in; where its index is, and whether it is all there, come out.

Nothing is believed: every size is held against what there is, and steps are counted.
"""

import sys
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from bot.media.bench import Stopped, never

LARGEST_INDEX = 16 << 20
"""Bytes; that of a film of two hours has 4 MB."""
MOST_SAMPLES = 1_000_000
"""Frames and bits of sound, together; FFmpeg takes 24 bytes of memory for each that is claimed."""
LARGEST_SAMPLE = 32 << 20
"""Bytes; a claim of more would be read into memory."""

_MOST_BOXES = 100_000
"""Of all levels together; a film in small parts has a dozen for each."""
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


@dataclass(slots=True)
class _Reading:
    """One file, and what may still be looked at of it."""

    file: BinaryIO
    size: int
    """Of the whole file, in bytes."""
    stopped: Stopped
    left: int = _MOST_BOXES
    samples: int = 0
    largest: int = 0

    @property
    def is_enough(self) -> bool:
        """Nothing that follows can make it sane again, or nobody waits for it any more."""
        insane = self.samples > MOST_SAMPLES or self.largest > LARGEST_SAMPLE
        return insane or self.left <= 0 or self.stopped()


def has_index_in(start: bytes) -> bool:
    """A file that begins with *start* has its index there, whole and before its frames.

    Of any other not even the first frame could be seen.
    """
    for box in _walk(_Reading(BytesIO(start), len(start), never), 0, len(start)):
        if box.name in (b"moov", b"mdat"):
            return box.name == b"moov" and box.end <= len(start)
    return False


def survey(path: Path, size: int, stopped: Stopped = never) -> Layout:
    """*size*: of the whole file; holes in it are skipped."""
    layout = Layout()
    frames = pieces = False
    with path.open("rb") as file:
        reading = _Reading(file, size, stopped)
        for box in _walk(reading, 0, size):
            if box.name not in (b"moov", b"moof", b"mdat"):
                continue
            cut = layout.cut or box.end > size
            if box.name == b"mdat":
                frames = True
                layout = replace(layout, cut=cut)
                continue
            pieces = pieces or box.name == b"moof"
            _count(reading, box)
            layout = Layout(
                index_first=not pieces and (layout.index_first or not frames),
                has_index=True,
                cut=cut,
                samples=reading.samples,
                largest=reading.largest,
            )
            if reading.is_enough:
                break
    # What was not looked at may claim anything.
    return layout if reading.left > 0 else replace(layout, samples=MOST_SAMPLES + 1)


def _walk(reading: _Reading, start: int, end: int) -> Iterator[Box]:
    """The boxes of one level, as long as they are boxes."""
    at = start
    while at < end and reading.left > 0:
        reading.left -= 1
        reading.file.seek(at)
        header = reading.file.read(min(16, end - at))
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


def _count(reading: _Reading, index: Box) -> None:
    """How many samples it makes FFmpeg keep in memory, and how large one of them may be."""
    if index.end - index.offset > LARGEST_INDEX:
        reading.samples = MOST_SAMPLES + 1
        return
    chunks = in_a_chunk = 0
    for box in _inside(reading, index):
        body = _body(reading, box)
        match box.name:
            case b"stsz":
                reading.samples += _number(body, 8)
                if not reading.is_enough:
                    sizes = _numbers(body[12:])
                    reading.largest = max(reading.largest, _number(body, 4), _most(sizes))
            case b"stz2":
                reading.samples += _number(body, 8)
            case b"trun":
                reading.samples += _number(body, 4)
            case b"stco" | b"co64":
                chunks += _number(body, 4)
            case b"stsc":
                in_a_chunk = max(in_a_chunk, _most(_numbers(body[8:])[1::3]))
        if reading.is_enough:
            return
    reading.samples += in_a_chunk * chunks // _SOUND_BLOCK


def _number(body: memoryview, at: int) -> int:
    return int.from_bytes(body[at : at + 4], "big")


def _numbers(body: memoryview) -> "array[int]":
    """Big-endian, four bytes each; what is left over is none."""
    numbers = array("I")
    numbers.frombytes(body[: len(body) // 4 * 4])
    if sys.byteorder == "little":
        numbers.byteswap()
    return numbers


def _most(numbers: "array[int]") -> int:
    return max(numbers, default=0)


def _inside(reading: _Reading, parent: Box) -> Iterator[Box]:
    levels = [_walk(reading, parent.body, min(parent.end, reading.size))]
    while levels:
        box = next(levels[-1], None)
        if box is None:
            levels.pop()
        elif box.name in _PARENTS and len(levels) < _DEPTH:
            levels.append(_walk(reading, box.body, min(box.end, reading.size)))
        else:
            yield box


def _body(reading: _Reading, box: Box) -> memoryview:
    if box.body >= reading.size:
        return memoryview(b"")
    reading.file.seek(box.body)
    return memoryview(reading.file.read(min(box.end, reading.size) - box.body))
