"""The small pieces that messages are made of."""

from datetime import timedelta

import pytest

from bot.chat.locale import Html
from bot.chat.phrases import (
    ago,
    bar,
    code,
    date,
    dots,
    due,
    ladder,
    lines,
    listed,
    quote,
    short,
    size,
    span,
)
from sandbox.telegram.html import parse_html
from tests.builders import NOON


@pytest.mark.parametrize(
    ("length", "english", "chinese"),
    [
        (timedelta(0), "0 s", "0 秒"),
        (timedelta(seconds=-5), "0 s", "0 秒"),
        (timedelta(seconds=0.4), "0 s", "0 秒"),
        (timedelta(seconds=59.6), "1 min", "1 分钟"),
        (timedelta(seconds=42), "42 s", "42 秒"),
        (timedelta(minutes=3, seconds=12), "3 min 12 s", "3 分钟 12 秒"),
        (timedelta(hours=1), "1 h", "1 小时"),
        (timedelta(hours=1, minutes=5, seconds=9), "1 h 5 min", "1 小时 5 分钟"),
        (timedelta(hours=1, seconds=9), "1 h", "1 小时"),
        (timedelta(days=3), "3 d", "3 天"),
        (timedelta(days=1, hours=2, minutes=3), "1 d 2 h", "1 天 2 小时"),
        (timedelta(days=1, minutes=3), "1 d", "1 天"),
    ],
)
def test_a_span_is_told_in_its_two_largest_units(
    length: timedelta, english: str, chinese: str
) -> None:
    assert (span("en", length), span("zh-Hans", length)) == (english, chinese)


@pytest.mark.parametrize(
    ("count", "shown"),
    [
        (0, "0 B"),
        (1, "1 B"),
        (949, "949 B"),
        (999, "1 kB"),
        (1_000, "1 kB"),
        (1_500, "1.5 kB"),
        (840_400, "840 kB"),
        (999_999, "1 MB"),
        (3_249_000, "3.2 MB"),
        (8_000_000, "8 MB"),
        (49_900_000, "49.9 MB"),
        (99_960_000, "100 MB"),
        (104_300_000, "104 MB"),
        (2_000_000_000, "2 GB"),
        (10_240_000_000, "10.2 GB"),
    ],
)
def test_a_size_is_told_in_decimal_units(count: int, shown: str) -> None:
    assert size("en", count) == size("zh-Hans", count) == shown


@pytest.mark.parametrize(
    ("percent", "shown"),
    [
        (0, "░░░░░░░░░░"),
        (9, "░░░░░░░░░░"),
        (10, "▓░░░░░░░░░"),
        (57, "▓▓▓▓▓░░░░░"),
        (99, "▓▓▓▓▓▓▓▓▓░"),
        (100, "▓▓▓▓▓▓▓▓▓▓"),
    ],
)
def test_the_bar_is_full_only_at_the_end(percent: int, shown: str) -> None:
    assert bar(percent) == shown


@pytest.mark.parametrize(
    ("marks", "label"),
    [
        ((), "end only"),
        ((50,), "50"),
        ((25, 50, 75), "25·50·75"),
        ((10, 30, 50, 70, 90), "10·30·50·70·90"),
        ((10, 20, 30, 40, 50, 60), "10·20·…·60"),
    ],
)
def test_a_ladder_fits_a_button(marks: tuple[int, ...], label: str) -> None:
    assert ladder("en", marks) == label


@pytest.mark.parametrize(
    ("task_id", "shown"),
    [
        ("task_1", "task_1"),
        ("i" * 18, "i" * 18),
        ("i" * 19, "i" * 14 + "…"),
        ("a<b&c", "a&lt;b&amp;c"),
    ],
)
def test_a_long_id_is_cut_and_a_short_one_is_not(task_id: str, shown: str) -> None:
    assert short(task_id) == shown


def test_ten_are_listed_and_the_rest_is_counted() -> None:
    assert listed("en", ["x"] * 10).splitlines() == ["<code>x</code>"] * 10
    assert listed("en", ["x"] * 11).splitlines()[10:] == ["… and 1 more"]
    assert listed("zh-Hans", ["x"] * 50).splitlines()[10:] == ["……还有 40 个"]


def test_what_is_missing_leaves_no_gap() -> None:
    assert dots(Html("a"), None, Html(""), Html("b")) == "a · b"
    assert lines(None, Html("a"), Html(""), Html("b")) == "a\nb"
    assert quote("") is None


def test_a_moment_is_kept_current_by_the_client_or_shown_as_a_time() -> None:
    for moment, shown, style in (
        (ago(NOON), "12:00 UTC", "r"),
        (date(NOON), "2026-11-24 12:00 UTC", "dt"),
        (due(NOON), "2026-11-24 12:00 UTC", "r"),
    ):
        text, (entity,) = parse_html(moment)
        assert text == shown
        assert (entity["unix_time"], entity["date_time_format"]) == (NOON.timestamp(), style)


def test_an_id_is_copied_by_a_tap_and_cannot_leave_its_place() -> None:
    text, (entity,) = parse_html(code("a</code><b>b</b>"))
    assert text == "a</code><b>b</b>"
    assert (entity["type"], entity["length"]) == ("code", len(text))
