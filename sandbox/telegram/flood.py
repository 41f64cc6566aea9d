"""A message to a chat at a moment goes in; nothing comes out, or 429 and a recorded violation."""

import math
import time
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from sandbox.telegram.refusal import too_many_requests
from sandbox.telegram.rules import Limits

Scope = Literal["chat", "group", "overall"]


@dataclass(frozen=True, slots=True)
class Violation:
    at: float
    """Seconds of `time.time()`."""
    chat_id: int
    method: str
    scope: Scope
    retry_after: int
    """Seconds."""


class Allowance:
    """At most *count* in any *seconds*; with *burst* the first ones may come at once."""

    def __init__(self, count: float, seconds: float, burst: float | None = None) -> None:
        self._room = count if burst is None else burst
        self._seconds = seconds * (self._room / count if math.isfinite(count) else 1)
        self._used: deque[float] = deque()

    def wait(self, now: float) -> float:
        """Seconds until one more fits: 0 when it fits now."""
        while self._used and self._used[0] <= now - self._seconds:
            self._used.popleft()
        if len(self._used) < self._room:
            return 0
        return self._used[0] + self._seconds - now

    def use(self, now: float) -> None:
        self._used.append(now)


class Flood:
    """Whoever comes before `retry_after` is over is told so again."""

    def __init__(self, limits: Limits, clock: Callable[[], float]) -> None:
        self.violations: list[Violation] = []
        self._clock = clock
        self._limits = limits
        self._overall = Allowance(limits.overall_per_second, 1)
        self._chats: defaultdict[int, Allowance] = defaultdict(self._private)
        self._groups: defaultdict[int, Allowance] = defaultdict(self._group)
        self._penalty: dict[int, tuple[float, Scope]] = {}

    def _private(self) -> Allowance:
        return Allowance(self._limits.private_per_second, 1, self._limits.private_burst)

    def _group(self) -> Allowance:
        return Allowance(self._limits.group_per_minute, 60)

    def admit(self, chat_id: int, method: str, messages: int = 1) -> None:
        """Raises 429, or counts them; an album that has begun is let through whole."""
        now = self._clock()
        until, scope = self._penalty.get(chat_id, (now, "chat"))
        if until > now:
            self._refuse(chat_id, method, scope, until - now)
        own = self._groups[chat_id] if chat_id < 0 else self._chats[chat_id]
        if wait := own.wait(now):
            self._refuse(chat_id, method, "group" if chat_id < 0 else "chat", wait)
        if wait := self._overall.wait(now):
            self._refuse(chat_id, method, "overall", wait)
        for _ in range(messages):
            own.use(now)
            self._overall.use(now)

    def _refuse(self, chat_id: int, method: str, scope: Scope, wait: float) -> None:
        seconds = math.ceil(wait)
        self.violations.append(Violation(time.time(), chat_id, method, scope, seconds))
        self._penalty.setdefault(chat_id, (0, scope))
        if self._penalty[chat_id][0] <= self._clock():
            self._penalty[chat_id] = (self._clock() + seconds, scope)
        raise too_many_requests(seconds)
