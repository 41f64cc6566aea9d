"""The gate: a rate kept to, a rest that is given, an outage tried by one at a time."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.delivery import ChatGone, FloodWait, NotSent, Receipt, Rejected, Sent, TokenRefused
from bot.core.gate import (
    PATIENCE,
    REFUSED_FOR,
    TRY_LASTS,
    Closed,
    Gate,
    Peer,
    complained,
    failed,
    new_gate,
    refused,
    room,
    spend,
    throttled,
    well,
)
from bot.core.health import after_reading, after_receipt
from bot.core.task import (
    KeyRefused,
    Nonsense,
    NotFound,
    Reading,
    Refusal,
    Refused,
    Throttled,
    Unavailable,
)
from tests.builders import NOON, running

PEER = Peer(25, 3, timedelta(seconds=1), timedelta(seconds=15))
SECOND = timedelta(seconds=1)


def down(gate: Gate, times: int, now: datetime = NOON) -> Gate:
    for _ in range(times):
        gate = failed(gate, PEER, now, 0)
    return gate


def tried(gate: Gate, now: datetime) -> Gate:
    """One goes through the gate that has just opened for one."""
    assert room(gate, PEER, now) == 1
    return spend(gate, PEER, 1, now)


def passing(gate: Gate, now: datetime) -> tuple[Gate, int]:
    """As many as may."""
    count = room(gate, PEER, now)
    return spend(gate, PEER, count, now), count


@given(st.lists(st.floats(0, 2), min_size=1, max_size=60))
def test_in_no_second_do_more_pass_than_the_rate_and_the_burst(steps: list[float]) -> None:
    gate, now, passed = new_gate(NOON), NOON, list[datetime]()
    for step in steps:
        now += timedelta(seconds=step)
        gate, count = passing(gate, now)
        passed += [now] * count
    for begin in passed:
        within = [at for at in passed if begin <= at < begin + SECOND]
        assert len(within) <= PEER.rate + PEER.burst + 1


def test_whoever_asks_all_the_time_gets_the_whole_rate() -> None:
    gate, total = new_gate(NOON), 0
    for tick in range(1000):
        gate, count = passing(gate, NOON + tick * SECOND / 100)
        total += count
    assert 25 * 10 <= total <= 25 * 10 + PEER.burst


def test_a_clock_that_is_set_back_stops_nothing() -> None:
    gate, _ = passing(new_gate(NOON), NOON)
    assert room(gate, PEER, NOON - timedelta(hours=2)) == 3


def test_a_few_failures_close_nothing_and_a_row_of_them_does() -> None:
    assert room(down(new_gate(NOON), PATIENCE - 1), PEER, NOON) == 3
    assert room(down(new_gate(NOON), PATIENCE), PEER, NOON) == 0


def test_an_answer_in_between_starts_the_count_anew() -> None:
    gate = well(down(new_gate(NOON), PATIENCE - 1), NOON)
    assert room(down(gate, PATIENCE - 1), PEER, NOON) == 3


def test_after_a_pause_one_tries_and_no_other_goes_with_it() -> None:
    gate = down(new_gate(NOON), PATIENCE)
    assert room(gate, PEER, NOON + 0.99 * SECOND) == 0
    gate = tried(gate, NOON + SECOND)
    assert room(gate, PEER, NOON + SECOND) == 0


def test_one_who_tries_and_never_comes_back_holds_nobody_up_for_ever() -> None:
    gate = tried(down(new_gate(NOON), PATIENCE), NOON + SECOND)
    assert room(gate, PEER, NOON + SECOND + TRY_LASTS) == 1


def test_the_pauses_double_up_to_the_longest() -> None:
    gate, now, pauses = down(new_gate(NOON), PATIENCE), NOON, []
    for _ in range(7):
        assert gate.opens_at is not None
        pauses.append((gate.opens_at - now).total_seconds())
        now = gate.opens_at
        gate = failed(tried(gate, now), PEER, now, 0)
    assert pauses == [1, 2, 4, 8, 15, 15, 15]


def test_those_on_their_way_when_it_closes_do_not_lengthen_the_pause() -> None:
    assert down(new_gate(NOON), 50).opens_at == NOON + SECOND


def test_one_good_answer_opens_the_gate_for_all() -> None:
    gate = well(tried(down(new_gate(NOON), PATIENCE), NOON + SECOND), NOON + SECOND)
    assert room(gate, PEER, NOON + SECOND) == 3
    assert gate.is_calm


def test_an_outage_knows_since_when_until_it_is_over() -> None:
    gate = down(new_gate(NOON), PATIENCE)
    gate = failed(gate, PEER, NOON + SECOND, 0)
    assert gate.down_since == NOON
    assert well(gate, NOON).down_since is None


def test_a_rest_is_given_even_when_a_late_answer_is_good() -> None:
    until = NOON + timedelta(seconds=30)
    gate = well(throttled(new_gate(NOON), PEER, until, NOON, 0), NOON + SECOND)
    assert room(gate, PEER, until - timedelta(microseconds=1)) == 0
    assert room(well(tried(gate, until), until), PEER, until) > 0


def test_a_rest_of_unknown_length_grows_with_each_that_follows() -> None:
    gate, rests = new_gate(NOON), []
    now = NOON
    for _ in range(4):
        gate = throttled(gate, PEER, None, now, 0)
        assert gate.opens_at is not None
        rests.append((gate.opens_at - now).total_seconds())
        now = gate.opens_at
    assert rests == sorted(rests)
    assert rests[-1] > rests[0]


def test_fifty_throttled_at_once_are_one_complaint() -> None:
    until = NOON + timedelta(seconds=2)
    one = throttled(new_gate(NOON), PEER, until, NOON, 0)
    many = one
    for _ in range(49):
        many = throttled(many, PEER, until, NOON, 0)
    assert many == one


def test_after_a_complaint_to_all_the_rate_is_halved_and_grows_back() -> None:
    gate = throttled(new_gate(NOON), PEER, NOON + SECOND, NOON, 0)
    gate = well(gate, NOON + SECOND)
    slow, fast = 0, 0
    for tick in range(100):
        gate, count = passing(gate, NOON + SECOND + tick * SECOND / 100)
        slow += count
    later = NOON + timedelta(minutes=2)
    for tick in range(100):
        gate, count = passing(gate, later + tick * SECOND / 100)
        fast += count
    assert slow <= 25 / 2 + PEER.burst + 1
    assert fast >= 25


def test_one_throttled_chat_slows_nobody_else_and_twenty_do() -> None:
    one = complained(new_gate(NOON), NOON)
    many = one
    for _ in range(20):
        many = complained(many, NOON)
    assert spend(one, PEER, 1, NOON).booked_until == NOON + SECOND / 25
    assert spend(many, PEER, 1, NOON).booked_until > NOON + 2 * SECOND / 25


@given(st.lists(st.sampled_from(["failed", "throttled", "refused", "well", "spend"]), max_size=40))
def test_no_order_of_events_closes_a_gate_for_good(events: list[str]) -> None:
    gate, now = new_gate(NOON), NOON
    for event in events:
        now += SECOND
        match event:
            case "failed":
                gate = failed(gate, PEER, now, 0.5)
            case "throttled":
                gate = throttled(gate, PEER, None, now, 0.5)
            case "refused":
                gate = refused(gate, now)
            case "well":
                gate = well(gate, now)
            case _:
                gate, _ = passing(gate, now)
    assert room(gate, PEER, now + timedelta(minutes=2)) >= 1


@pytest.mark.parametrize(
    ("receipt", "why"),
    [
        (Sent(1), None),
        (ChatGone("blocked"), None),
        (Rejected("no"), None),
        (FloodWait(SECOND), None),
        (NotSent("refused"), Closed.OUTAGE),
        (TokenRefused(), Closed.REFUSED),
    ],
)
def test_what_an_answer_of_telegram_says_of_telegram(receipt: Receipt, why: Closed | None) -> None:
    gate = new_gate(NOON)
    for _ in range(PATIENCE):
        gate = after_receipt(gate, PEER, receipt, NOON, 0)
    assert gate.closed_by is why


@pytest.mark.parametrize(
    ("reading", "why"),
    [
        (running(5), None),
        (NotFound(), None),
        (Refused(Refusal.BAD_ID), None),
        (Throttled(), Closed.THROTTLED),
        (KeyRefused(), Closed.REFUSED),
        (Unavailable("x"), Closed.OUTAGE),
        (Nonsense("x"), Closed.OUTAGE),
    ],
)
def test_what_a_reading_says_of_the_provider(reading: Reading, why: Closed | None) -> None:
    gate = new_gate(NOON)
    for _ in range(PATIENCE):
        gate = after_reading(gate, PEER, reading, NOON, 0)
    assert gate.closed_by is why


def test_a_refused_key_is_tried_once_a_minute() -> None:
    gate, now = refused(new_gate(NOON), NOON), NOON
    for _ in range(5):
        assert gate.opens_at == now + REFUSED_FOR
        now += REFUSED_FOR
        gate = refused(tried(gate, now), now)
    assert gate.down_since == NOON
