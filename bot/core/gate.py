"""Whether a peer may be asked now, and how often: one value that all processes share.

A peer is Telegram, or the provider under one key. An open gate lets its rate through. It closes
when the peer asks for a rest, refuses us, or fails too often in a row; then it opens for one at a
time, who tries on behalf of all, and whose luck decides.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

PATIENCE = 5
"""Failures in a row that make an outage."""
TRY_LASTS = timedelta(seconds=30)
"""If whoever tries does not come back, another may."""
HALF_LIFE = timedelta(seconds=20)
"""Of the pressure that complaints about our pace leave."""
TOLERATED = 8.0
"""Pressure that changes nothing: a few complaints are about single chats."""
SLOWEST = 8.0
FARTHEST = timedelta(minutes=1)
"""So far, or as far as a slow rate needs it, the rate may be booked; more is a wrong clock's."""
REFUSED_FOR = timedelta(minutes=1)


class Closed(StrEnum):
    """Why."""

    OUTAGE = "outage"
    THROTTLED = "throttled"
    REFUSED = "refused"
    """It knows us no more: a key or a token that is wrong."""


@dataclass(frozen=True, slots=True)
class Peer:
    """How one kind of peer is treated. *rate* is per second; *burst* the most that go at once."""

    rate: float
    burst: float
    first_pause: timedelta
    longest_pause: timedelta


@dataclass(frozen=True, slots=True)
class Gate:
    booked_until: datetime
    """Up to here the rate is used up."""
    pressed_at: datetime
    pressure: float = 0.0
    """Complaints about our pace, as of *pressed_at*."""
    troubles: int = 0
    """Failures in a row, then tries at a closed gate."""
    opens_at: datetime | None = None
    """Closed until then; from then on for one at a time. None: open."""
    closed_by: Closed | None = None
    down_since: datetime | None = None
    told_at: datetime | None = None
    """When people were told that it is down."""

    @property
    def is_calm(self) -> bool:
        """Good news would change nothing."""
        return self.troubles == 0 and self.opens_at is None


def new_gate(now: datetime) -> Gate:
    return Gate(booked_until=now, pressed_at=now)


def room(gate: Gate, peer: Peer, now: datetime) -> int:
    """How many may go now."""
    if gate.opens_at is not None:
        return 1 if now >= gate.opens_at else 0
    gap = _gap(gate, peer, now)
    ahead = max(gate.booked_until - now, timedelta(0))
    if ahead > max(FARTHEST, gap * (peer.burst + 1) * SLOWEST):
        ahead = timedelta(0)
    return max(0, int(peer.burst - ahead / gap + 1e-6))


def spend(gate: Gate, peer: Peer, count: int, now: datetime) -> Gate:
    """*count* are on their way."""
    if count == 0:
        return gate
    if gate.opens_at is not None:
        why = Closed.OUTAGE if gate.closed_by is Closed.THROTTLED else gate.closed_by
        tried = gate.troubles + 1
        return replace(gate, troubles=tried, closed_by=why, opens_at=now + TRY_LASTS)
    booked = max(gate.booked_until, now) + _gap(gate, peer, now) * count
    return replace(gate, booked_until=booked)


def _gap(gate: Gate, peer: Peer, now: datetime) -> timedelta:
    slowness = min(max(_pressure(gate, now) / TOLERATED, 1.0), SLOWEST)
    return timedelta(seconds=slowness / peer.rate)


def _pressure(gate: Gate, now: datetime) -> float:
    """A clock that jumps back neither adds nor takes any."""
    passed = max(now - gate.pressed_at, timedelta(0))
    return float(gate.pressure * 0.5 ** min(passed / HALF_LIFE, 1_000))


def well(gate: Gate, now: datetime) -> Gate:
    """An answer that says: the peer works. A rest that it asked for it still gets."""
    rests_until = gate.opens_at if gate.closed_by is Closed.THROTTLED else None
    if rests_until is not None and now < rests_until:
        return replace(gate, down_since=None)
    return replace(gate, troubles=0, opens_at=None, closed_by=None, down_since=None, told_at=None)


def failed(gate: Gate, peer: Peer, now: datetime, dice: float) -> Gate:
    """No answer, or none of the peer's own. *dice* is in [0, 1)."""
    down = replace(gate, down_since=gate.down_since or now)
    if gate.opens_at is None:
        down = replace(down, troubles=gate.troubles + 1)
        if down.troubles < PATIENCE:
            return down
        down = replace(down, closed_by=Closed.OUTAGE)
    if down.closed_by is not Closed.OUTAGE:  # it rests already, for a better reason
        return down
    return replace(down, opens_at=now + _pause(down, peer, dice))


def _pause(gate: Gate, peer: Peer, dice: float) -> timedelta:
    doubled = peer.first_pause * (1 << min(max(gate.troubles - PATIENCE, 0), 16))
    return min(doubled, peer.longest_pause) * (1 + dice / 4)


def throttled(gate: Gate, peer: Peer, until: datetime | None, now: datetime, dice: float) -> Gate:
    """The peer asks everybody to rest, until then if it says so, and we ask half as often after.

    Those who were on their way when it did are answered the same: it is one complaint.
    """
    if gate.closed_by is not Closed.THROTTLED or gate.opens_at is None or now >= gate.opens_at:
        gate = replace(complained(gate, now, 2 * TOLERATED), troubles=gate.troubles + 1)
    rest = until or now + _pause(replace(gate, troubles=gate.troubles + PATIENCE - 1), peer, dice)
    opens_at = max(rest, gate.opens_at or rest) if gate.closed_by is Closed.THROTTLED else rest
    return replace(gate, closed_by=Closed.THROTTLED, opens_at=opens_at)


def complained(gate: Gate, now: datetime, weight: float = 1.0) -> Gate:
    """One chat was throttled. Many in a short time mean us all."""
    return replace(gate, pressure=_pressure(gate, now) + weight, pressed_at=now)


def refused(gate: Gate, now: datetime) -> Gate:
    """The peer does not know us any more; somebody has to mend that."""
    return replace(
        gate,
        closed_by=Closed.REFUSED,
        opens_at=now + REFUSED_FOR,
        down_since=gate.down_since or now,
    )
