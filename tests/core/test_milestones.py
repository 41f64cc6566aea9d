import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.milestones import (
    PRESETS,
    Ladder,
    format_ladder,
    mark_reached,
    next_preset,
    parse_ladder,
)
from tests.core.strategies import percents

SHOWN = 64
"""Characters that the database keeps of a ladder."""

marks = st.integers(1, 99)
ladders = st.sets(marks, max_size=20).map(lambda some: tuple(sorted(some)))


@pytest.mark.parametrize(
    ("text", "ladder"),
    [
        ("25,50,75", (25, 50, 75)),
        (" 25, 50 ,75 ", (25, 50, 75)),
        ("75 50 25", (25, 50, 75)),
        ("50,50", (50,)),
        ("1,99", (1, 99)),
        ("", ()),
        (" , ", ()),
        ("none", ()),
        (" None ", ()),
    ],
)
def test_a_ladder_is_read_in_any_order(text: str, ladder: Ladder) -> None:
    assert parse_ladder(text) == ladder


@pytest.mark.parametrize(
    "text", ["0", "100", "-5", "25;50", "25%", "2.5", "x", "none,25", "9" * 5000]
)
def test_what_is_no_ladder_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_ladder(text)


def test_a_ladder_that_the_database_could_not_keep_is_refused() -> None:
    """On PostgreSQL every watch of such a chat failed."""
    with pytest.raises(ValueError, match="at most 20"):
        parse_ladder(",".join(map(str, range(1, 22))))


@given(ladders)
def test_a_ladder_survives_being_written_down(ladder: Ladder) -> None:
    written = format_ladder(ladder)
    assert parse_ladder(written) == ladder
    assert len(written) <= SHOWN


@given(st.text(st.sampled_from("0123456789, -none")) | st.text())
def test_any_text_is_an_ascending_ladder_of_percentages_or_refused(text: str) -> None:
    try:
        ladder = parse_ladder(text)
    except ValueError:
        return
    assert list(ladder) == sorted(set(ladder))
    assert all(1 <= mark <= 99 for mark in ladder)


def test_every_preset_is_a_ladder_and_the_bell_leads_through_all_of_them() -> None:
    seen = [PRESETS[0]]
    while (following := next_preset(seen[-1])) not in seen:
        seen.append(following)
    assert following == PRESETS[0]
    assert tuple(seen) == PRESETS
    assert [parse_ladder(format_ladder(ladder)) for ladder in PRESETS] == list(PRESETS)


@given(ladders)
def test_the_bell_leads_back_to_a_preset_from_any_ladder(ladder: Ladder) -> None:
    assert next_preset(ladder) in PRESETS
    assert next_preset(ladder) != ladder


@pytest.mark.parametrize(
    ("told", "percent", "mark"),
    [
        (0, None, None),
        (0, 0, None),
        (0, 24, None),
        (0, 25, 25),
        (0, 74, 50),
        (0, 100, 75),
        (25, 49, None),
        (25, 50, 50),
        (25, 99, 75),
        (75, 99, None),
        (30, 49, None),
        (50, 30, None),
    ],
)
def test_the_highest_mark_reached_is_the_only_news(
    told: int, percent: int | None, mark: int | None
) -> None:
    assert mark_reached((25, 50, 75), told, percent) == mark


@given(ladders, st.integers(0, 99), percents)
def test_a_mark_is_on_the_ladder_above_what_was_told_and_reached(
    ladder: Ladder, told: int, percent: int | None
) -> None:
    mark = mark_reached(ladder, told, percent)
    left = [one for one in ladder if told < one <= (percent or 0)]
    assert mark == (left[-1] if left else None)
    assert mark is None or mark_reached(ladder, mark, percent) is None
