"""Too slow is an average over a window; the instants are given, so no machine is too slow."""

from bot.media.pace import Pace

KIB = 1024
LEAST = 32 * KIB
WINDOW = 15.0
ENOUGH = int(LEAST * WINDOW)


def a_pace(begun: float = 100.0) -> Pace:
    return Pace(LEAST, WINDOW, begun)


def holds(speed: int, seconds: int) -> bool:
    """Whether a steady stream, told of once a second, is waited for that long."""
    pace = a_pace(0)
    for second in range(1, seconds + 1):
        if second > pace.until:
            return False
        pace.count(speed, second)
    return pace.until > seconds


def test_silence_is_waited_for_one_window() -> None:
    assert a_pace().until == 100 + WINDOW


def test_a_drip_is_waited_for_one_window_too() -> None:
    assert not holds(1, 16)
    assert holds(1, 14)


def test_a_little_less_than_the_least_is_too_slow_and_a_little_more_is_not() -> None:
    assert not holds(LEAST - 4 * KIB, 30)
    assert holds(LEAST + 4 * KIB, 1000)


def test_who_was_fast_and_falls_silent_is_waited_for_one_window() -> None:
    pace = a_pace()
    for second in range(50):
        pace.count(100 * ENOUGH, 100.0 + second)
    assert pace.until == 149 + WINDOW


def test_a_burst_does_not_pay_for_more_than_its_window() -> None:
    pace = a_pace()
    pace.count(100 * ENOUGH, 101)
    pace.count(1, 110)
    assert pace.until == 101 + WINDOW


def test_a_window_that_just_suffices_ends_with_its_oldest_bytes() -> None:
    pace = a_pace()
    pace.count(ENOUGH // 2, 101)
    assert pace.until == 100 + WINDOW
    pace.count(ENOUGH // 2, 112)
    assert pace.until == 101 + WINDOW
    pace.count(ENOUGH // 2, 115)
    assert pace.until == 112 + WINDOW


def test_a_stream_of_single_bytes_takes_no_memory() -> None:
    pace = a_pace(0)
    for number in range(100_000):
        pace.count(1, number / 10_000)
    assert len(pace._came) <= 101
