"""What Telegram takes, and in which way."""

from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from bot.core.film import Facts, Shape
from bot.media.kinds import PHOTOS, Kind

MOST_SIDES = 10_000
"""Pixels of width and height together, of a photo."""
MOST_RATIO = 20
SUFFIXES = {
    Kind.MP4: frozenset({".mp4", ".m4v"}),
    Kind.JPEG: frozenset({".jpg", ".jpeg"}),
    Kind.PNG: frozenset({".png"}),
}
"""Of what is offered by URL: an address that does not end like a file is refused."""
LABELS = {
    Kind.MP4: frozenset({"video/mp4", "video/x-m4v"}),
    Kind.JPEG: frozenset({"image/jpeg", "image/jpg"}),
    Kind.PNG: frozenset({"image/png"}),
}


@dataclass(frozen=True, slots=True)
class Limits:
    """Bytes. Where Telegram says MB, the smaller of the two meanings."""

    video_by_url: int = 10_000_000
    """It fetches 20 MB, and looks into 10: of larger ones the chat would show neither size, length
    nor picture, and ours do not travel with an address (tdlib/telegram-bot-api#127)."""
    photo_by_url: int = 5_000_000
    upload: int = 49_900_000
    """50,000,000 with the form around it."""
    photo_upload: int = 10_000_000


CLOUD = Limits()
LOCAL = Limits(upload=2_000_000_000)
"""A Bot API server of one's own raises nothing but uploads."""


def may_be_offered(
    url: str, content_type: str, size: int | None, kind: Kind, limits: Limits
) -> bool:
    """Telegram would fetch it itself, as far as one can tell without its contents."""
    if kind not in SUFFIXES or size is None:
        return False
    most = limits.photo_by_url if kind in PHOTOS else limits.video_by_url
    return size <= most and content_type in LABELS[kind] and _suffix(url) in SUFFIXES[kind]


def shape_of_picture(kind: Kind, facts: Facts, most: int) -> Shape:
    """*most*: bytes of a photo. What it cannot show in place is a file."""
    if kind not in PHOTOS or facts.size is None or facts.size > most:
        return Shape.FILE
    sides = (facts.width or 0, facts.height or 0)
    fits = sum(sides) <= MOST_SIDES and max(sides) <= MOST_RATIO * min(sides)
    return Shape.PHOTO if fits else Shape.FILE


def _suffix(url: str) -> str:
    try:
        return PurePosixPath(urlsplit(url).path).suffix.lower()
    except ValueError:
        return ""
