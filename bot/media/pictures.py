"""A picture's bytes go in; its width and height come out, and whether its end is there.

Nothing is unpacked: a small file may hold a picture that fills the memory.
"""

from pathlib import Path

from bot.media.kinds import Kind

_HEAD = 1 << 20
_TAIL = 64 << 10
_FRAME_MARKERS = frozenset({*range(0xC0, 0xD0)}) - {0xC4, 0xC8, 0xCC}
_BARE_MARKERS = frozenset({0x01, *range(0xD0, 0xDA)})
"""Without contents."""


def size_of(start: bytes, kind: Kind) -> tuple[int, int] | None:
    """Width and height in pixels; None: not to be read from the first bytes."""
    match kind:
        case Kind.PNG if start[12:16] == b"IHDR" and len(start) >= 24:
            size = _big(start[16:20]), _big(start[20:24])
        case Kind.GIF if len(start) >= 10:
            size = _little(start[6:8]), _little(start[8:10])
        case Kind.JPEG:
            size = _jpeg(start)
        case Kind.WEBP:
            size = _webp(start)
        case _:
            size = (0, 0)
    return size if min(size) > 0 else None


def read_picture(path: Path, kind: Kind) -> tuple[int, int] | None:
    """The same of a whole file; None, too, when it is cut short."""
    with path.open("rb") as file:
        start = file.read(_HEAD)
        length = file.seek(0, 2)
        file.seek(max(0, length - _TAIL))
        tail = file.read(_TAIL)
    return size_of(start, kind) if _is_whole(start, tail, length, kind) else None


def _is_whole(start: bytes, tail: bytes, length: int, kind: Kind) -> bool:
    match kind:
        case Kind.JPEG:
            return b"\xff\xd9" in tail
        case Kind.PNG:
            return b"IEND" in tail
        case Kind.WEBP:
            return length >= _little(start[4:8]) + 8
        case _:
            return True


def _jpeg(start: bytes) -> tuple[int, int]:
    at = 2
    while at + 9 <= len(start) and start[at] == 0xFF:
        marker = start[at + 1]
        if marker == 0xFF:  # padding
            at += 1
        elif marker in _BARE_MARKERS:
            at += 2
        elif marker in _FRAME_MARKERS:
            height, width = _big(start[at + 5 : at + 7]), _big(start[at + 7 : at + 9])
            return width, height
        else:
            at += 2 + max(2, _big(start[at + 2 : at + 4]))
    return 0, 0


def _webp(start: bytes) -> tuple[int, int]:
    match start[12:16]:
        case b"VP8X":
            return _little(start[24:27]) + 1, _little(start[27:30]) + 1
        case b"VP8L":
            packed = _little(start[21:25])
            return (packed & 0x3FFF) + 1, (packed >> 14 & 0x3FFF) + 1
        case b"VP8 ":
            return _little(start[26:28]) & 0x3FFF, _little(start[28:30]) & 0x3FFF
        case _:
            return 0, 0


def _big(number: bytes) -> int:
    return int.from_bytes(number, "big")


def _little(number: bytes) -> int:
    return int.from_bytes(number, "little")
