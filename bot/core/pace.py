"""A rate with a burst, as a value: how many may go now, and what is left then."""

from dataclasses import dataclass, replace
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Pace:
    """A token bucket. *rate* is per second; *burst* is the most that may go at once."""

    rate: float
    burst: float
    tokens: float
    at: datetime

    @classmethod
    def full(cls, rate: float, now: datetime, burst: float | None = None) -> "Pace":
        most = rate if burst is None else burst
        return cls(rate, most, most, now)

    def refilled(self, now: datetime) -> "Pace":
        """A clock that jumps back refills nothing and takes nothing."""
        gained = max(0.0, (now - self.at).total_seconds()) * self.rate
        return replace(self, tokens=min(self.burst, self.tokens + gained), at=now)

    @property
    def whole(self) -> int:
        return max(0, int(self.tokens))

    def spend(self, count: int) -> "Pace":
        return replace(self, tokens=self.tokens - count)
