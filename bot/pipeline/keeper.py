"""One peer's gate as a stage uses it: how many may pass, that they did, what they came back with.

Whoever holds it, or hears of it, locks it for all processes until the end of the transaction.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.core.gate import Closed, Gate, Peer, new_gate, room, spend
from storage import gates
from storage.database import Tx

log = logging.getLogger("reelbell.gate")


class Keeper:
    def __init__(self, name: str, peer: Peer, now: datetime) -> None:
        self._name = name
        self._peer = peer
        self._gate = new_gate(now)

    @property
    def is_calm(self) -> bool:
        """As far as this process has heard, good news would change nothing."""
        return self._gate.is_calm

    @property
    def is_open(self) -> bool:
        """As this process saw it last."""
        return self._gate.opens_at is None

    def ahead(self, now: datetime) -> timedelta:
        """How far its rate is used up."""
        return max(self._gate.booked_until - now, timedelta(0))

    async def hold(self, tx: Tx, now: datetime) -> None:
        """Whoever waits here has to look at the clock again: what goes, goes after the wait."""
        self._gate = await gates.hold(tx, self._name, now)

    def admits(self, now: datetime) -> int:
        return room(self._gate, self._peer, now)

    async def let_through(self, tx: Tx, count: int, now: datetime) -> None:
        """Of those that were admitted in *tx*."""
        if count:
            self._gate = spend(self._gate, self._peer, count, now)
            await gates.put(tx, self._name, self._gate)

    async def hears(self, tx: Tx, judge: Callable[[Gate, Peer], Gate], now: datetime) -> None:
        before = await gates.hold(tx, self._name, now)
        self._gate = judge(before, self._peer)
        await gates.put(tx, self._name, self._gate)
        _report(self._name, before, self._gate)


def _report(name: str, before: Gate, after: Gate) -> None:
    """One line down, one line up."""
    if after.closed_by is not None and before.closed_by is None:
        level = logging.CRITICAL if after.closed_by is Closed.REFUSED else logging.WARNING
        log.log(level, "peer.down", extra={"peer": name, "because": after.closed_by.value})
    elif before.closed_by is not None and after.closed_by is None:
        since = before.down_since and f"{before.down_since:%Y-%m-%d %H:%M:%S}"
        log.warning("peer.up", extra={"peer": name, "down_since": since})
