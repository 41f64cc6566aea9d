"""A file and a size in bytes go in; it is that large afterwards, and plays as before."""

import zlib
from pathlib import Path

PNG_START = b"\x89PNG"
PNG_END = 12
"""Bytes of its last chunk."""
EBML_START = b"\x1a\x45\xdf\xa3"
LONGEST_SHORT_BOX = (1 << 32) - 1


def pad(path: Path, size_bytes: int) -> None:
    """By something that nobody has to understand. On most disks a film's zeros take no room.

    An index that comes last stays the last.
    """
    gap = size_bytes - path.stat().st_size
    if gap == 0:
        return
    with path.open("rb") as file:
        start = file.read(4)
    try:
        if start == PNG_START:
            _before(path, path.stat().st_size - PNG_END, _chunk(gap), 0)
        elif start == EBML_START:
            _before(path, path.stat().st_size, *_void(gap))
        else:
            _before(path, _place_in_mp4(path), *_free(gap))
    except OverflowError:
        size = path.stat().st_size
        raise ValueError(f"the file has {size} bytes: no room for {size_bytes}") from None


def _before(path: Path, place: int, filling: bytes, zeros: int) -> None:
    with path.open("r+b") as file:
        file.seek(place)
        rest = file.read()
        file.seek(place)
        file.write(filling)
        file.seek(zeros, 1)
        file.write(rest)
        file.truncate(place + len(filling) + zeros + len(rest))


def _place_in_mp4(path: Path) -> int:
    """Before the index if that comes after the frames, whose places it knows by their numbers."""
    order = outline(path)
    names = [name for name, _, _ in order]
    if b"mdat" in names and b"moov" in names[names.index(b"mdat") :]:
        return order[names.index(b"moov")][1]
    return path.stat().st_size


def outline(path: Path) -> list[tuple[bytes, int, int]]:
    """The outermost boxes of an MP4: name, place, size."""
    found, place, end = [], 0, path.stat().st_size
    with path.open("rb") as file:
        while place < end:
            file.seek(place)
            head = file.read(16)
            size = int.from_bytes(head[:4], "big")
            if size == 1:
                size = int.from_bytes(head[8:], "big")
            found.append((head[4:8], place, size))
            place += size or end - place
    return found


def _free(gap: int) -> tuple[bytes, int]:
    """Its head, and how many zeros follow."""
    if gap <= LONGEST_SHORT_BOX:
        return (gap).to_bytes(4, "big") + b"free", _left(gap - 8)
    return b"\0\0\0\1free" + gap.to_bytes(8, "big"), gap - 16


def _void(gap: int) -> tuple[bytes, int]:
    """Same, of Matroska."""
    zeros = _left(gap - 9)
    return b"\xec\x01" + zeros.to_bytes(7, "big"), zeros


def _chunk(gap: int) -> bytes:
    """A private one, of a PNG."""
    body = b"paDd" + bytes(_left(gap - 12))
    return (len(body) - 4).to_bytes(4, "big") + body + zlib.crc32(body).to_bytes(4, "big")


def _left(zeros: int) -> int:
    if zeros < 0:
        raise OverflowError
    return zeros
