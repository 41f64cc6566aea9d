"""One value of a payload goes in, whatever it is; a clean value of ours comes out, or nothing."""

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from unicodedata import category
from urllib.parse import urljoin, urlsplit

from bot.core.task import Media, MediaKind

Fields = Mapping[str, object]
"""A JSON object."""

LONGEST_URL = 2048
MOST_URLS = 20
"""Of a list that are looked at."""
MOST_IMAGES = 10
"""Of one task; an album of Telegram's holds no more."""

_GAPS = frozenset({"Cc", "Zl", "Zp"})
_INVISIBLE = frozenset({"Cf", "Cs"})  # bidi, zero-width; halves of characters
_NUMBER = re.compile(r"\s*([+-]?[0-9]{1,20}(?:\.[0-9]{0,20})?)\s*([%％]?)\s*")
_MILLISECONDS_OVER = 1e11
_EARLIEST = datetime(2001, 9, 10, tzinfo=UTC).timestamp()
_LATEST = datetime(2100, 1, 1, tzinfo=UTC).timestamp()
VIDEO_KEYS = ("video_url", "videoUrl", "video_urls", "videoUrls")
IMAGE_KEYS = ("image_url", "imageUrl", "image_urls", "imageUrls")
GENERIC_KEYS = ("url", "mediaUrl", "media_url", "urls")

_IMAGE_FILE = re.compile(r"(?i)\.(?:png|jpe?g|webp|gif|bmp|avif|heic)\Z")
_FILM_FILE = re.compile(r"(?i)\.(?:mp4|mov|webm|m4v|mkv)\Z")


def clean(text: str, most: int) -> str:
    """One line that cannot hide or reorder anything, of *most* characters with its ellipsis."""
    head = text[: most * 10]
    kinds = zip(head, map(category, head), strict=True)
    shown = "".join(" " if kind in _GAPS else c for c, kind in kinds if kind not in _INVISIBLE)
    line = " ".join(shown.split())
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"


def text(value: object, most: int) -> str:
    return clean(value, most) if isinstance(value, str) else ""


def word(value: object) -> str:
    """A code or an ID as it is compared: text or a whole number; empty for anything else."""
    match value:
        case bool():
            return ""
        case int():
            return f"{value}" if abs(value) < 10**30 else ""
        case str():
            return value.strip()
        case _:
            return ""


def number(value: object) -> float | None:
    """Also of text like "57" or "57%". A bool is no number, and neither is infinity."""
    match value:
        case bool():
            return None
        case int() | float():
            return _finite(value)
        case str() if found := _NUMBER.fullmatch(value[:50]):
            return float(found[1])
        case _:
            return None


def _finite(value: float) -> float | None:
    try:
        return float(value) if math.isfinite(value) else None
    except OverflowError:
        return None


def percent(value: object) -> int | None:
    """0 to 100. Between 0 and 1, without a percent sign, it is a fraction."""
    said = number(value)
    if said is None:
        return None
    if 0 < said < 1 and not (isinstance(value, str) and value.rstrip().endswith(("%", "％"))):
        said = round(said * 100, 6)  # 0.29 × 100 is a little less than 29
    return max(0, min(math.floor(said), 100))


def instant(value: object) -> datetime | None:
    """Seconds or milliseconds since 1970; None for what cannot be a time of this century."""
    said = number(value)
    if said is None:
        return None
    seconds = said / 1000 if said > _MILLISECONDS_OVER else said
    return datetime.fromtimestamp(seconds, UTC) if _EARLIEST <= seconds < _LATEST else None


def amount(value: object, most: int) -> str:
    """A price: text as it is, a number without zeros that say nothing."""
    if isinstance(value, str):
        return clean(value, most)
    said = number(value)
    if said is None or abs(said) >= 1e15:
        return ""
    return f"{said:z.6f}".rstrip("0").rstrip(".")


def media(task: Fields, base_url: str) -> Media | None:
    """The film, or else the images; under *base_url* where they have no host of their own.

    An image beside a film is its poster. What generic keys hold is judged by its name, if that
    tells anything.
    """
    films, images = _found(task, VIDEO_KEYS, base_url), _found(task, IMAGE_KEYS, base_url)
    other = _found(task, GENERIC_KEYS, base_url)
    films = films or [url for url in other if _is_named(_FILM_FILE, url)]
    if not films and not images:
        images = [url for url in other if _is_named(_IMAGE_FILE, url)]
        films = [url for url in other if url not in images]
    if films:
        return Media(MediaKind.VIDEO, films[0])
    return Media(MediaKind.IMAGE, images[0], tuple(images[1:MOST_IMAGES])) if images else None


def _found(task: Fields, keys: Iterable[str], base_url: str) -> list[str]:
    """Usable ones, each once."""
    usable = (_absolute(said, base_url) for said in _said(task, keys))
    return list(dict.fromkeys(url for url in usable if url is not None))


def _said(task: Fields, keys: Iterable[str]) -> Iterator[str]:
    result = task.get("result")
    places: list[Fields] = [result, task] if isinstance(result, dict) else [task]
    for place in places:
        for key in keys:
            value = place.get(key)
            listed = value[:MOST_URLS] if isinstance(value, list) else [value]
            yield from (url.strip() for url in listed if isinstance(url, str))


def _absolute(said: str, base_url: str) -> str | None:
    """None for what no browser should be sent to."""
    if len(said) > LONGEST_URL or not said.isprintable() or " " in said or "\\" in said:
        return None
    try:
        parts = urlsplit(said)
        has_scheme = parts.scheme != ""
        is_file = _FILM_FILE.search(parts.path) or _IMAGE_FILE.search(parts.path)
        if not (has_scheme or said.startswith("/") or is_file):
            return None  # a word like "none", not a place
        url = said if has_scheme else urljoin(f"{base_url.rstrip('/')}/", said)
        return url if _is_web(url) else None
    except ValueError:
        return None


def _is_web(url: str) -> bool:
    parts = urlsplit(url)
    is_known = parts.scheme in ("http", "https") and parts.port != 0
    return is_known and bool(parts.hostname) and len(url) <= LONGEST_URL


def _is_named(pattern: re.Pattern[str], url: str) -> bool:
    return pattern.search(urlsplit(url).path) is not None
