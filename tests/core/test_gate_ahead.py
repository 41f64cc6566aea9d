"""A rate that is booked ahead: it is never forgotten."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.core.gate import Peer, complained, new_gate, room, spend
from tests.builders import NOON

PEER = Peer(25, 3, timedelta(seconds=1), timedelta(seconds=15))


@given(st.lists(st.integers(1, 10), max_size=100), st.floats(0, 50))
def test_whatever_was_let_through_leaves_no_more_room_than_before(
    counts: list[int], pressure: float
) -> None:
    """Far enough ahead, what was booked was taken for a wrong clock's, and forgotten."""
    gate = complained(new_gate(NOON), NOON, pressure)
    before = room(gate, PEER, NOON)
    for count in counts:
        gate = spend(gate, PEER, count, NOON)
        if gate.booked_until - NOON > timedelta(minutes=1):
            break
        assert room(gate, PEER, NOON) <= before
        before = room(gate, PEER, NOON)
