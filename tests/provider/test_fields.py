"""One value of a payload: progress, times, prices and places, however they are spelled."""

from datetime import UTC, datetime
from unicodedata import category

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.provider.fields import amount, clean, instant, number, percent, word

BASE = "https://api.example/v2"
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
