from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.pace import Pace
from tests.builders import NOON

waits = st.lists(st.floats(0, 10), max_size=30)
rates = st.floats(0.1, 30)
bursts = st.floats(1, 50)


@pytest.mark.parametrize(("seconds", "room"), [(0, 0), (0.4, 0), (0.5, 1), (1, 2), (4, 8), (99, 8)])
def test_what_was_spent_comes_back_at_the_rate_and_up_to_the_burst(
    seconds: float, room: int
) -> None:
    spent = Pace.full(2, NOON, burst=8).spend(8)
    assert spent.refilled(NOON + timedelta(seconds=seconds)).whole == room


def test_a_full_bucket_lets_a_burst_go() -> None:
    assert Pace.full(2, NOON, burst=8).whole == 8


def test_less_than_one_is_none_yet_and_debt_is_not_negative_room() -> None:
    pace = Pace.full(2, NOON, burst=1)
    assert pace.spend(1).whole == 0
    assert pace.spend(3).whole == 0
    assert pace.spend(3).refilled(NOON + timedelta(seconds=1)).whole == 0


def test_a_clock_that_jumps_back_refills_nothing_and_takes_nothing() -> None:
    pace = Pace.full(2, NOON, burst=8).spend(5)
    back = pace.refilled(NOON - timedelta(hours=2))
    assert back.tokens == pace.tokens
    assert back.refilled(back.at + timedelta(seconds=1)).whole == 5


@given(rates, bursts, waits)
@settings(deadline=None)
def test_no_more_than_burst_and_rate_allow_go_in_any_stretch(
    rate: float, burst: float, pauses: list[float]
) -> None:
    pace, gone, passed = Pace.full(rate, NOON, burst=burst), 0, 0.0
    for pause in pauses:
        passed += pause
        pace = pace.refilled(NOON + timedelta(seconds=passed))
        gone += pace.whole
        pace = pace.spend(pace.whole)
        assert 0 <= pace.tokens < 1
        assert gone <= burst + rate * passed + 1e-3


@given(rates, bursts)
def test_whoever_waits_long_enough_may_go(rate: float, burst: float) -> None:
    spent = Pace.full(rate, NOON, burst=burst).spend(int(burst))
    assert spent.refilled(NOON + timedelta(seconds=1.01 / rate)).whole >= 1
