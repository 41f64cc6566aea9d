"""The status and the headers of an answer go in; what its body is comes out, or why it is none."""

import re
from dataclasses import dataclass
from http import HTTPStatus

from multidict import MultiMapping

from bot.core.film import Unattached, Why

_RANGE = re.compile(r"bytes (\d{1,18})-(\d{1,18})/(?:(\d{1,18})|\*)", re.ASCII | re.IGNORECASE)
_PASSING = frozenset((408, 425, 429))
"""Of the client's errors those that time heals."""


@dataclass(frozen=True, slots=True)
class Span:
    """The part of a file that is asked for, in bytes; it may end before *length*."""

    offset: int
    length: int

    def __str__(self) -> str:
        return f"bytes={self.offset}-{self.offset + self.length - 1}"


@dataclass(frozen=True, slots=True)
class Head:
    size: int | None
    """Of the whole file. None here and below: not said."""
    comes: int | None
    """Bytes of this answer."""
    content_type: str
    """Lower case, without parameters."""


def read_head(status: int, headers: MultiMapping[str], span: Span | None) -> Head | Unattached:
    """*span*: None where the whole was asked for."""
    if (why := _refusal(status, headers)) is not None:
        return Unattached(why)
    if {_bare(one) for one in headers.getall("Content-Encoding", ())} - {"", "identity"}:
        return Unattached(Why.NOT_MEDIA)
    content_type = _bare(headers.get("Content-Type", "").partition(";")[0])
    if status != HTTPStatus.PARTIAL_CONTENT:
        length = _length(headers)
        return Head(length, length, content_type)
    said = _RANGE.fullmatch(headers.get("Content-Range", "").strip())
    if span is None or said is None:
        return Unattached(Why.BROKEN)
    first, last, size = (None if one is None else int(one) for one in said.groups())
    if first != span.offset or last is None or last < first or (size is not None and size <= last):
        return Unattached(Why.BROKEN)
    return Head(size, last - first + 1, content_type)


def _refusal(status: int, headers: MultiMapping[str]) -> Why | None:
    if status == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:  # so answers who has nothing at all
        is_empty = headers.get("Content-Range", "").strip() == "bytes */0"
        return Why.NOT_MEDIA if is_empty else Why.BROKEN
    match status // 100:
        case 2:
            return None
        case 3 | 4 if status not in _PASSING:
            return Why.GONE
        case _:
            return Why.UNREACHABLE


def _length(headers: MultiMapping[str]) -> int | None:
    said = headers.get("Content-Length", "")
    return int(said) if re.fullmatch(r"[0-9]{1,18}", said) else None


def _bare(word: str) -> str:
    return word.strip().lower()
