"""A peer's gate and its latest answer go in; what the answer says about the peer comes out."""

from datetime import datetime

from bot.core.delivery import FloodWait, NotAsked, Receipt, TokenRefused, Unfit, Unsure, is_outage
from bot.core.gate import Gate, Peer, complained, failed, refused, throttled, well
from bot.core.task import KeyRefused, Nonsense, Reading, Throttled, Unavailable


def after_receipt(gate: Gate, peer: Peer, receipt: Receipt, now: datetime, dice: float) -> Gate:
    """Telegram. A throttled chat rests by itself; only many of them slow everybody."""
    match receipt:
        case FloodWait():
            return complained(well(gate, now), now)
        case TokenRefused():
            return refused(gate, now)
        case _ if is_outage(receipt):
            return failed(gate, peer, now, dice)
        case Unsure() | Unfit() | NotAsked():  # not understood, or not asked at all
            return gate
        case _:
            return well(gate, now)


def after_reading(gate: Gate, peer: Peer, reading: Reading, now: datetime, dice: float) -> Gate:
    """The provider under one key. Nonsense counts as none: an outage may come as a page of HTML."""
    match reading:
        case Throttled(until):
            return throttled(gate, peer, until, now, dice)
        case KeyRefused():
            return refused(gate, now)
        case Unavailable() | Nonsense():
            return failed(gate, peer, now, dice)
        case _:
            return well(gate, now)
