"""A seed and shares go in; for each call in turn the accident that hits it, or none, comes out."""

import random
from collections import Counter
from collections.abc import Mapping
from typing import Generic, TypeVar

K = TypeVar("K", bound=str)


class Weather(Generic[K]):
    """*shares*: of all calls that it concerns, how many have that accident; together at most 1.

    The same seed and the same number of calls give the same accidents.
    """

    def __init__(
        self, seed: int, shares: Mapping[K, float], *, method: str = "*", retry_after: int = 5
    ) -> None:
        """*method* as in a fault, where there are methods; *retry_after* in seconds, of a 429."""
        if min(shares.values(), default=0) < 0 or sum(shares.values()) > 1:
            raise ValueError("shares are 0 to 1, and together no more than 1")
        self.method = method
        self.retry_after = retry_after
        self.struck: Counter[K] = Counter()
        """How often each has happened."""
        self._shares = dict(shares)
        self._dice = random.Random(seed)  # noqa: S311 — weather, not secrets

    def strike(self) -> K | None:
        thrown = self._dice.random()
        for kind, share in self._shares.items():
            if thrown < share:
                self.struck[kind] += 1
                return kind
            thrown -= share
        return None
