"""How many bytes came when goes in; until when to wait for more comes out."""

from collections import deque


class Pace:
    """Holds as long as the last *window* seconds brought *least* bytes per second on average.

    Instants are the loop's, in seconds. The first verdict is due a window after *begun*.
    """

    def __init__(self, least: int, window: float, begun: float) -> None:
        self._enough = least * window
        self._window = window
        self._begun = begun
        self._came: deque[tuple[float, int]] = deque()
        """The newest bytes, barely enough of them; by hundredths of a window, or a drip
        of single bytes would fill the memory."""
        self._sum = 0

    def count(self, size: int, now: float) -> None:
        if self._came and now - self._came[-1][0] < self._window / 100:
            at, before = self._came.pop()
            self._came.append((at, before + size))
        else:
            self._came.append((now, size))
        self._sum += size
        while self._sum - self._came[0][1] >= self._enough:
            self._sum -= self._came.popleft()[1]

    @property
    def until(self) -> float:
        """When it is too slow unless more comes before."""
        kept = self._came[0][0] if self._sum >= self._enough else self._begun
        return kept + self._window
