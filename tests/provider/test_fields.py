"""One value of a payload: progress, times, prices and places, however they are spelled."""

from datetime import UTC, datetime
from unicodedata import category
from urllib.parse import urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.core.task import Media, MediaKind
from bot.provider.fields import amount, clean, instant, media, number, percent, word

BASE = "https://api.example/v2"
FILM = "https://cdn.example/film"
POSTER = "https://cdn.example/poster"
FIRST = datetime(2025, 12, 5, 1, 51, 21, tzinfo=UTC)
HUGE = 10**400

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (57, 57),
        (57.0, 57),
        (57.9, 57),
        ("57", 57),
        ("57%", 57),
        (" 57.5 ％ ", 57),
        (0.57, 57),
        ("0.57", 57),
        (0.29, 29),
        (0.999, 99),
        ("0.5%", 0),
        (1, 1),
        (0, 0),
        (100, 100),
        (250, 100),
        ("250", 100),
        (-5, 0),
        ("-5", 0),
        (-0.5, 0),
        (HUGE, None),
        (float("inf"), None),
        (float("nan"), None),
        (None, None),
        ("", None),
        ("half", None),
        ("5,7", None),
        ("1e2", None),
        ("５７", None),
        ("9" * 60, None),
        (True, None),
        ([57], None),
        ({"value": 57}, None),
    ],
)
def test_a_progress_is_a_whole_percentage_or_nothing(said: object, shown: int | None) -> None:
    assert percent(said) == shown


@given(JSON)
def test_no_value_makes_a_progress_below_0_or_above_100(said: object) -> None:
    shown = percent(said)
    assert shown is None or (type(shown) is int and 0 <= shown <= 100)


@given(st.integers(0, 100))
def test_a_percentage_is_the_same_in_all_its_spellings(share: int) -> None:
    assert {percent(share), percent(float(share)), percent(f"{share}%")} == {share}
    assert share in (0, 100) or percent(share / 100) == share


@pytest.mark.parametrize(
    ("said", "at"),
    [
        (1764899481, FIRST),
        (1764899481.0, FIRST),
        ("1764899481", FIRST),
        (1764899481000, FIRST),
        ("1764899481000", FIRST),
        (0, None),
        (None, None),
        (-1764899481, None),
        (1, None),
        (4_200_000_000, None),
        (1764899481000000, None),
        (HUGE, None),
        (True, None),
        ("2025-12-05T01:51:21Z", None),
        ([1764899481], None),
    ],
)
def test_a_time_is_seconds_or_milliseconds_of_this_century(
    said: object, at: datetime | None
) -> None:
    assert instant(said) == at


@given(JSON)
def test_no_value_makes_a_time_outside_of_this_century(said: object) -> None:
    at = instant(said)
    assert at is None or (at.tzinfo is UTC and 2001 <= at.year < 2100)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (0.42, "0.42"),
        (12, "12"),
        (100, "100"),
        (0, "0"),
        (1.10, "1.1"),
        (-0.5, "-0.5"),
        (-0.0, "0"),
        (-1e-9, "0"),
        ("¥ 0.42", "¥ 0.42"),
        ("12 credits, " * 9, "12 credits, 12 credits, 12 credits, 12…"),
        (HUGE, ""),
        (1e15, ""),
        (float("nan"), ""),
        (None, ""),
        (True, ""),
        ({"credits": 12}, ""),
    ],
)
def test_a_price_is_shown_as_short_as_it_can_be(said: object, shown: str) -> None:
    assert amount(said, 40) == shown


@given(JSON)
@example(10**5_000)
@example("9" * 5_000)
def test_every_value_can_be_asked_what_it_says(said: object) -> None:
    assert number(said) is None or abs(number(said) or 0) < float("inf")
    assert len(amount(said, 40)) <= 40
    assert word(said) == word(said).strip()


@given(st.text(st.characters()), st.integers(1, 50))
def test_a_cleaned_text_hides_nothing_and_is_no_longer_than_asked(text: str, most: int) -> None:
    line = clean(text, most)
    assert len(line) <= most
    assert not {category(c) for c in line} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert line == line.strip()
    assert clean(line, most) == line


@pytest.mark.parametrize(
    ("task", "kind", "url"),
    [
        ({"result": {"video_url": FILM}}, "video", FILM),
        ({"result": {"videoUrl": FILM}}, "video", FILM),
        ({"result": {"image_url": POSTER}}, "image", POSTER),
        ({"result": {"image_urls": [POSTER, FILM]}}, "image", POSTER),
        ({"result": {"image_urls": [None, "", POSTER]}}, "image", POSTER),
        ({"video_url": FILM}, "video", FILM),
        ({"url": FILM}, "video", FILM),
        ({"mediaUrl": FILM}, "video", FILM),
        ({"url": f"{POSTER}.PNG?sign=1"}, "image", f"{POSTER}.PNG?sign=1"),
        ({"result": {"image_url": POSTER, "video_url": FILM}}, "video", FILM),
        ({"result": {"image_url": POSTER}, "video_url": FILM}, "video", FILM),
        ({"result": {"url": POSTER}, "image_url": FILM}, "image", FILM),
        ({"result": {"video_url": ""}, "url": FILM}, "video", FILM),
        ({"result": {"video_url": "none"}, "url": FILM}, "video", FILM),
        ({"result": {"video_url": {"href": POSTER}}, "url": FILM}, "video", FILM),
        ({"result": None, "video_url": FILM}, "video", FILM),
        ({"result": "https://x/", "video_url": FILM}, "video", FILM),
        ({"result": [FILM], "video_url": FILM}, "video", FILM),
        ({"video_url": f"  {FILM}\n"}, "video", FILM),
        ({"video_url": "HTTPS://CDN.example/film"}, "video", "HTTPS://CDN.example/film"),
        ({"video_url": "/media/a.mp4?sign=1"}, "video", "https://api.example/media/a.mp4?sign=1"),
        ({"video_url": "media/a.mp4"}, "video", "https://api.example/v2/media/a.mp4"),
        ({"video_url": "//cdn.example/film"}, "video", FILM),
    ],
)
def test_media_are_found_in_all_their_places(task: dict[str, object], kind: str, url: str) -> None:
    assert media(task, BASE) == Media(MediaKind(kind), url)


@pytest.mark.parametrize(
    "url",
    [
        "none",
        "processing",
        "ftp://cdn.example/film.mp4",
        "file:///etc/passwd.mp4",
        "javascript:alert(1)//.mp4",
        "data:video/mp4;base64,AAAA",
        "tg://user?id=1",
        "https://",
        "https:///film.mp4",
        "https:film.mp4",
        "https://[::1/film.mp4",
        "https://cdn.example:0/film.mp4",
        "https://cdn.example:99999/film.mp4",
        "https://cdn.example:port/film.mp4",
        "https://cdn.example\\@evil.example/film.mp4",
        "https://cdn.example/a b.mp4",
        "https://cdn.example/a\nb.mp4",
        "https://cdn.example/\u202e4pm.mp4",
        "https://cdn.example/\ud800.mp4",
        "https://cdn.example/" + "x" * 2_048,
    ],
)
def test_what_no_browser_should_be_sent_to_is_no_media(url: str) -> None:
    assert media({"result": {"video_url": url}}, BASE) is None


@given(JSON | st.from_regex(r"(https?:|/|//|\.mp4|[\[\]@:?#%.a-z0-9]){1,9}", fullmatch=True))
def test_every_medium_has_an_absolute_address_on_the_web(said: object) -> None:
    for task in ({"url": said}, {"result": said}, {"result": {"video_url": said}}):
        found = media(task, BASE)
        if found is not None:
            parts = urlsplit(found.url)
            assert parts.scheme in ("http", "https")
            assert parts.hostname
            assert len(found.url) <= 2_048
