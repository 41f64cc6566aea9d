"""Were Telegram's limits kept, and the waits that it asked for?"""

from collections import defaultdict, deque
from collections.abc import Iterable, Sequence

from sandbox.bot_api import Call
from sandbox.telegram.flood import Violation
from sandbox.telegram.methods import MESSAGES

IN_FLIGHT = 0.3
"""Seconds in which a busy machine reads what it was told: what leaves until then is no fault."""
ROUNDING = 0.05
"""Seconds between a call and its record."""


def messages(calls: Iterable[Call]) -> list[Call]:
    """Those that count against the limits, whatever became of them; in the order they came."""
    found = [call for call in calls if call.method in MESSAGES and call.chat_id is not None]
    return sorted(found, key=lambda call: call.came)


def too_early(calls: Iterable[Call]) -> list[str]:
    """Messages to a chat that had been told to wait."""
    waits: dict[int, tuple[float, float]] = {}
    found = []
    for call in messages(calls):
        assert call.chat_id is not None
        since, until = waits.get(call.chat_id, (0, 0))
        if since + IN_FLIGHT < call.came < until - ROUNDING:
            found.append(f"{until - call.came:.2f} s too early: {call}")
        if call.status == 429:
            seconds = (call.answer or {})["parameters"]["retry_after"]
            waits[call.chat_id] = (call.at, max(until, call.at + seconds))
    return found


def floods(violations: Iterable[Violation]) -> list[str]:
    """What the stand-in's own counters refused; while a wait lasts, only its first call."""
    last: dict[int, float] = {}
    found = []
    for one in violations:
        if one.at >= last.get(one.chat_id, 0):
            found.append(f"{one.scope}: {one.method} in {one.chat_id} at {one.at % 10_000:.2f}")
            last[one.chat_id] = one.at + one.retry_after
    return found


def busiest(calls: Sequence[Call], seconds: float) -> int:
    """The most messages in any such time, refused ones not counted."""
    window: deque[float] = deque()
    most = 0
    for at in (call.came for call in messages(calls) if call.status != 429):
        window.append(at)
        while window[0] <= at - seconds:
            window.popleft()
        most = max(most, len(window))
    return most


def busiest_chat(calls: Iterable[Call], seconds: float, *, groups: bool) -> int:
    """Same, of one private chat or of one group."""
    by_chat: defaultdict[int, list[Call]] = defaultdict(list)
    for call in messages(calls):
        assert call.chat_id is not None
        if (call.chat_id < 0) == groups:
            by_chat[call.chat_id].append(call)
    return max((busiest(own, seconds) for own in by_chat.values()), default=0)
