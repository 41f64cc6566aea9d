"""A whole file on the disk goes in; the film that is made of it comes out, or why there is none.

Blocks: belongs into a thread, one at a time.
"""

import re
from dataclasses import dataclass, replace
from pathlib import Path

from bot.core.film import Facts, Film, Shape, Unattached, Why
from bot.media.bench import Stopped
from bot.media.kinds import FILMS, SPOKEN, Kind, kind_of
from bot.media.limits import Limits, shape_of_picture
from bot.media.probe import Look, probe_film, probe_picture
from bot.media.remux import remux

RAW = "raw"
THUMBNAIL = "thumbnail.jpg"

_REPAIRED = "repaired"
_START = 64
_NAME_LENGTH = 64
_SAME_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Order:
    """One file of a result. *place* is a folder of its own; *name* is safe, and has no suffix."""

    url: str
    name: str
    place: Path
    as_file: bool

    def film(self, shape: Shape, look: Look, path: Path | None) -> Film:
        """*path* gets its name: a Bot API server of one's own shows it as it is."""
        name = f"{self.name}.{look.kind.value}"
        if path is not None:
            path = path.rename(self.place / name)
        streams = shape is Shape.VIDEO and look.in_order
        return Film(shape, name, self.url, path, look.facts, look.thumbnail, streams)


def safe_name(name: str) -> str:
    """Of a file, for any system; a task ID is most often its own."""
    return re.sub(r"[^A-Za-z0-9._-]+", "_", name).strip("._-")[:_NAME_LENGTH] or "result"


def finish(order: Order, limits: Limits, stopped: Stopped) -> Film | Unattached:
    """The file is `RAW` in the order's place."""
    raw = order.place / RAW
    size = raw.stat().st_size
    with raw.open("rb") as file:
        kind = kind_of(file.read(_START))
    if kind is None:
        return Unattached(Why.NOT_MEDIA, size)
    if kind in FILMS:
        thumbnail = None if order.as_file else order.place / THUMBNAIL
        look = probe_film(raw, kind, size, thumbnail, stopped)
    else:
        look = probe_picture(raw, kind)
    if order.as_file and look is not Why.NOT_MEDIA:  # the very bytes, even if none can read them
        look = look if isinstance(look, Look) else Look(kind, Facts(size))
        return order.film(Shape.FILE, look, raw)
    if isinstance(look, Why):
        return Unattached(look, size)
    if kind not in FILMS:
        shape = shape_of_picture(kind, look.facts, limits.photo_upload)
        return order.film(shape, look, raw)
    if look.facts.odd:
        return order.film(Shape.FILE, look, raw)
    return _playable(order, look, limits, stopped)


def _playable(order: Order, look: Look, limits: Limits, stopped: Stopped) -> Film:
    """Telegram plays what is in it; the file around it may have to be another one."""
    raw, repaired = order.place / RAW, order.place / _REPAIRED
    if look.in_order:
        return order.film(Shape.VIDEO, look, raw)
    if remux(raw, look.kind, repaired, stopped):
        better = probe_film(repaired, Kind.MP4, repaired.stat().st_size, None, stopped)
        if isinstance(better, Look) and _is_the_same(look, better, limits):
            raw.unlink()
            return order.film(Shape.VIDEO, replace(better, thumbnail=look.thumbnail), repaired)
        repaired.unlink()
    if look.kind is Kind.MP4:  # plays, once it is there as a whole
        return order.film(Shape.VIDEO, look, raw)
    odd = replace(look, facts=replace(look.facts, odd=SPOKEN[look.kind]))
    return order.film(Shape.FILE, odd, raw)


def _is_the_same(look: Look, better: Look, limits: Limits) -> bool:
    was, now = look.facts, better.facts
    lost = abs((was.seconds or now.seconds or 0) - (now.seconds or 0)) > _SAME_SECONDS
    same = (was.width, was.height, look.sound) == (now.width, now.height, better.sound)
    return better.in_order and same and not lost and (now.size or 0) <= limits.upload
