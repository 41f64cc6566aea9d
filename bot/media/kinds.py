"""The first bytes of a file go in; what it claims to be comes out."""

from enum import StrEnum


class Kind(StrEnum):
    """The value is the suffix of such a file."""

    MP4 = "mp4"
    MOV = "mov"
    MKV = "mkv"
    WEBM = "webm"
    AVI = "avi"
    FLV = "flv"
    JPEG = "jpg"
    PNG = "png"
    GIF = "gif"
    WEBP = "webp"
    HEIC = "heic"
    AVIF = "avif"


FILMS = frozenset({Kind.MP4, Kind.MOV, Kind.MKV, Kind.WEBM, Kind.AVI, Kind.FLV})
BOXED = frozenset({Kind.MP4, Kind.MOV})
"""Made of boxes: an index and frames, in either order."""
PHOTOS = frozenset({Kind.JPEG, Kind.PNG})
"""What every chat shows in place; of the others some become stickers or animations."""

SPOKEN = {
    Kind.MP4: "MP4",
    Kind.MOV: "MOV",
    Kind.MKV: "MKV",
    Kind.WEBM: "WebM",
    Kind.AVI: "AVI",
    Kind.FLV: "FLV",
    Kind.JPEG: "JPEG",
    Kind.PNG: "PNG",
    Kind.GIF: "GIF",
    Kind.WEBP: "WebP",
    Kind.HEIC: "HEIC",
    Kind.AVIF: "AVIF",
}
"""As people call them."""

_STARTS = (
    (b"\xff\xd8\xff", Kind.JPEG),
    (b"\x89PNG\r\n\x1a\n", Kind.PNG),
    (b"GIF87a", Kind.GIF),
    (b"GIF89a", Kind.GIF),
    (b"FLV\x01", Kind.FLV),
)
_RIFF = {b"WEBP": Kind.WEBP, b"AVI ": Kind.AVI}
_BRANDS = {b"qt  ": Kind.MOV, b"avif": Kind.AVIF, b"avis": Kind.AVIF} | dict.fromkeys(
    (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"), Kind.HEIC
)
_OLD_BOXES = frozenset({b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"})
"""QuickTime once began with any of them."""
_EBML = b"\x1a\x45\xdf\xa3"
_MATROSKA_HEADER = 64
"""Bytes that hold the name of what follows."""
LEAST = 16
"""Bytes below which nothing is a film or a picture."""


def kind_of(start: bytes) -> Kind | None:
    """None: neither a film nor a picture. Nothing but the bytes is asked."""
    if len(start) < LEAST:
        return None
    for magic, kind in _STARTS:
        if start.startswith(magic):
            return kind
    if start.startswith(b"RIFF"):
        return _RIFF.get(start[8:12])
    if start.startswith(_EBML):
        header = start[:_MATROSKA_HEADER]
        return Kind.WEBM if b"webm" in header else Kind.MKV if b"matroska" in header else None
    if start[4:8] == b"ftyp":
        return _of_brands(start)
    return Kind.MOV if start[4:8] in _OLD_BOXES else None


def _of_brands(start: bytes) -> Kind:
    kind = _BRANDS.get(start[8:12], Kind.MP4)
    length = int.from_bytes(start[:4], "big")
    brands = start[16 : min(length, 64)]
    if kind is Kind.HEIC and any(brands[at : at + 4] == b"avif" for at in range(0, len(brands), 4)):
        return Kind.AVIF
    return kind
