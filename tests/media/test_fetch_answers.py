"""What status and headers promise, as tables."""

import pytest
from multidict import CIMultiDict

from bot.core.film import Unattached, Why
from bot.media.answers import Head, Span, read_head

START = Span(0, 100)


def headers(**named: str) -> CIMultiDict[str]:
    return CIMultiDict({name.replace("_", "-"): value for name, value in named.items()})


def test_a_span_names_its_first_and_its_last_byte() -> None:
    assert str(Span(0, 1)) == "bytes=0-0"
    assert str(Span(10, 20)) == "bytes=10-29"


@pytest.mark.parametrize(
    ("statuses", "why"),
    [
        ((300, 304, 400, 401, 402, 403, 404, 405, 410, 418, 451), Why.GONE),
        ((101, 408, 425, 429, 500, 502, 503, 504, 520, 999), Why.UNREACHABLE),
        ((416,), Why.BROKEN),
    ],
)
def test_an_error_says_why(statuses: tuple[int, ...], why: Why) -> None:
    said = {status: read_head(status, headers(Content_Length="5"), START) for status in statuses}
    assert said == dict.fromkeys(statuses, Unattached(why))


def test_no_part_of_nothing_is_nothing() -> None:
    said = read_head(416, headers(Content_Range="bytes */0"), START)
    assert said == Unattached(Why.NOT_MEDIA)


@pytest.mark.parametrize("span", [None, START, Span(7, 3)])
def test_a_whole_answer_is_as_long_as_it_says(span: Span | None) -> None:
    said = read_head(200, headers(Content_Length="5", Content_Type="Video/MP4; a=b"), span)
    assert said == Head(5, 5, "video/mp4")


@pytest.mark.parametrize("length", ["", "-1", "+5", "5, 5", "0x5", "\u0665", "9" * 19])
def test_what_is_no_length_is_unknown(length: str) -> None:
    assert read_head(200, headers(Content_Length=length), None) == Head(None, None, "")


@pytest.mark.parametrize(
    ("place", "head"),
    [
        ("bytes 0-99/1000", Head(1000, 100, "")),
        ("Bytes 0-99/*", Head(None, 100, "")),
        (" bytes 0-49/50 ", Head(50, 50, "")),
        ("bytes 0-199/200", Head(200, 200, "")),
    ],
)
def test_a_part_says_where_it_lies(place: str, head: Head) -> None:
    assert read_head(206, headers(Content_Range=place), START) == head


@pytest.mark.parametrize(
    "place",
    [
        *("", "bytes", "bytes */1000", "bytes 0-99", "bytes 1-99/1000", "bytes 5-4/1000"),
        *("bytes 0-99/50", "bytes 0-99/99", "items 0-99/1000", "bytes 0-99/1000, 0-9/10"),
        *("bytes -1-99/1000", "bytes 0-99/\u0665\u0665\u0665", f"bytes 0-99/{'9' * 40}"),
    ],
)
def test_a_part_that_lies_about_its_place_is_broken(place: str) -> None:
    assert read_head(206, headers(Content_Range=place), START) == Unattached(Why.BROKEN)


def test_a_part_that_nobody_asked_for_is_broken() -> None:
    said = read_head(206, headers(Content_Range="bytes 0-99/1000"), None)
    assert said == Unattached(Why.BROKEN)


@pytest.mark.parametrize("status", [200, 206])
@pytest.mark.parametrize("packing", ["gzip", "GZIP", "br", "zstd", "gzip, identity", "x"])
def test_a_packed_answer_is_no_film(status: int, packing: str) -> None:
    said = read_head(
        status, headers(Content_Encoding=packing, Content_Range="bytes 0-99/1000"), START
    )
    assert said == Unattached(Why.NOT_MEDIA)


def test_a_packing_in_a_second_header_is_seen() -> None:
    twice = CIMultiDict([("Content-Encoding", "identity"), ("Content-Encoding", "gzip")])
    assert read_head(200, twice, None) == Unattached(Why.NOT_MEDIA)


@pytest.mark.parametrize("packing", ["identity", " Identity ", ""])
def test_identity_is_no_packing(packing: str) -> None:
    said = read_head(200, headers(Content_Encoding=packing), None)
    assert isinstance(said, Head)
