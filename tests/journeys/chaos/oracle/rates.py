"""How much was asked and said, how fast, and how soon after something was over?"""

from collections import Counter, deque
from collections.abc import Iterable, Sequence

from sandbox.bot_api import Call
from sandbox.video_api import Call as Question
from tests.journeys.chaos.oracle.facts import ENDS, Line
from tests.journeys.chaos.oracle.pacing import messages

Span = tuple[float, float]
"""From and to, seconds of `time.time()`."""


def within(span: Span, at: float) -> bool:
    return span[0] <= at < span[1]


def calls_per_need(calls: Iterable[Call], lines: Iterable[Line]) -> float:
    """Calls made for each change that people saw; what was said twice was needed once."""
    seen: set[tuple[object, ...]] = set()
    needed = 0
    for line in lines:
        key = (line.chat, line.kind, line.task, line.mark, line.reply_to)
        if line.change == "edited" or key not in seen or line.kind == "answer":
            needed += 1
        seen.add(key)
    return len(messages(calls)) / max(needed, 1)


def drain(lines: Iterable[Line], since: float) -> float:
    """Ends a second, each by its first word, from *since* until 95 % of them are told."""
    first: dict[tuple[int, str | None], float] = {}
    for line in lines:
        if line.kind in ENDS or line.kind == "announce":
            first.setdefault((line.chat, line.task), line.at)
    times = sorted(at for at in first.values() if at >= since)
    if not times:
        return 0
    most = times[: max(1, len(times) * 95 // 100)]
    return len(most) / max(most[-1] - since, 0.001)


def most_card_edits(lines: Iterable[Line], since: float) -> int:
    """Of one card, from *since* on."""
    edits = Counter(
        (line.chat, line.message)
        for line in lines
        if line.kind == "card" and line.change == "edited" and line.at >= since
    )
    return max(edits.values(), default=0)


def rate(questions: Iterable[Question], span: Span) -> float:
    """A second."""
    return sum(within(span, one.at) for one in questions) / max(span[1] - span[0], 0.001)


def peak(questions: Iterable[Question], span: Span, seconds: float = 5) -> float:
    """The most a second, on average over so many."""
    window: deque[float] = deque()
    most = 0
    for at in sorted(one.at for one in questions if within(span, one.at)):
        window.append(at)
        while window[0] <= at - seconds:
            window.popleft()
        most = max(most, len(window))
    return most / seconds


def slowest_first_look(questions: Sequence[Question], lives: Iterable[Span], until: float) -> float:
    """Seconds from the start of a process that had the file for itself to its first question.

    A process that was ended before that is no witness, nor one that came after *until* or after
    the last question of all, when there was nothing left to ask: a lost end shows elsewhere.
    """
    worst = 0.0
    times = sorted(one.at for one in questions)
    until = min(until, times[-1]) if times else until
    for began, ended in lives:
        first = next((at for at in times if at >= began), None)
        if first is not None and first < ended and began < until:
            worst = max(worst, first - began)
        elif began < until and ended - began > worst:
            worst = max(worst, min(ended, until) - began)
    return worst
