"""Values of the core go in; the small pieces that messages are made of come out, as HTML."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from html import escape

from bot.chat.locale import Html, say, tell, text
from bot.core.milestones import Ladder
from bot.core.task import Task

SHORT_ID = 14
MOST_LISTED = 10
BAR = 10
UNITS = (("gigabytes", 1_000_000_000), ("megabytes", 1_000_000), ("kilobytes", 1_000))


def dots(*parts: Html | None) -> Html:
    """On one line; what is missing leaves no gap."""
    return Html(" · ".join(part for part in parts if part))


def lines(*parts: Html | None) -> Html:
    return Html("\n".join(part for part in parts if part))


def code(copied: str) -> Html:
    """Monospace: a tap copies it."""
    return Html(f"<code>{text(copied)}</code>")


def link(url: str, words: Html) -> Html:
    return Html(f'<a href="{escape(url, quote=True)}">{words}</a>')


def short(task_id: str) -> Html:
    whole = len(task_id) <= SHORT_ID + 4
    return text(task_id if whole else f"{task_id[:SHORT_ID]}…")


def model(task: Task) -> Html | None:
    return text(task.model) if task.model else None


def quote(words: str) -> Html | None:
    """The provider's own words, folded when they are many."""
    return Html(f"<blockquote expandable>{text(words)}</blockquote>") if words else None


def bar(percent: int) -> Html:
    full = percent * BAR // 100
    return Html("▓" * full + "░" * (BAR - full))


def ago(at: datetime) -> Html:
    """Kept current by the client; one that cannot do that shows the time."""
    return _moment(at, "r", f"{at:%H:%M} UTC")


def date(at: datetime) -> Html:
    return _moment(at, "dt", f"{at:%Y-%m-%d %H:%M} UTC")


def due(at: datetime) -> Html:
    """Of what is still to come, likewise."""
    return _moment(at, "r", f"{at:%Y-%m-%d %H:%M} UTC")


def _moment(at: datetime, style: str, otherwise: str) -> Html:
    unix = int(at.timestamp())
    return Html(f'<tg-time unix="{unix}" format="{style}">{otherwise}</tg-time>')


def span(locale: str, length: timedelta) -> Html:
    """The two largest units that matter: '3 min 12 s', '1 h 5 min', '3 d'."""
    seconds = max(0, round(length.total_seconds()))
    units = (("days", 86_400), ("hours", 3_600), ("minutes", 60), ("seconds", 1))
    parts = []
    for name, size in units:
        count, seconds = divmod(seconds, size)
        parts.append((name, count))
    first = next((place for place, (_, count) in enumerate(parts) if count), len(parts) - 1)
    told = [(name, n) for name, n in parts[first : first + 2] if n] or parts[-1:]
    return Html(" ".join(tell(locale, f"span-{name}", count=count) for name, count in told))


def size(locale: str, count: int) -> Html:
    """Bytes, in decimal units, with no more digits than anybody reads: '3.2 MB', '104 MB'."""
    for name, unit in UNITS:
        if round(count / unit, 1) >= 1:
            return tell(locale, f"size-{name}", count=_short(count / unit))
    return tell(locale, "size-bytes", count=count)


def _short(number: float) -> float:
    tenths = round(number, 1)
    return round(number) if tenths >= 100 or tenths.is_integer() else tenths


def ladder(locale: str, marks: Ladder) -> str:
    """For a button: '25·50·75', '10·20·…·90'."""
    if not marks:
        return say(locale, "ladder-none")
    shown = [str(mark) for mark in marks]
    return "·".join(shown if len(shown) <= 5 else [*shown[:2], "…", shown[-1]])


def listed(locale: str, words: Sequence[str]) -> Html:
    """One below the other, as many as fit a message."""
    left_out = len(words) - MOST_LISTED
    more = tell(locale, "and-more", count=left_out) if left_out > 0 else None
    return lines(*_codes(words[:MOST_LISTED]), more)


def _codes(words: Iterable[str]) -> list[Html]:
    return [code(word) for word in words]
