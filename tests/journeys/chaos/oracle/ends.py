"""Were the ends told, each once, each the right one, and nothing out of its time?"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence

from tests.journeys.chaos.oracle.facts import ENDS, Line, Promise

Key = tuple[int, str]
"""Chat and task."""


def lost(
    promises: Iterable[Promise], lines: Iterable[Line], stopped: Collection[str] = ()
) -> list[str]:
    """Watches that have no end in their chat."""
    ended = {(line.chat, line.task) for line in standing(lines) if line.kind in ENDS}
    return [
        f"{one.task} in {one.chat}: no end, it should be {one.end}"
        for one in promises
        if one.task not in stopped and (one.chat, one.task) not in ended
    ]


def wrong(promises: Iterable[Promise], lines: Iterable[Line]) -> list[str]:
    """Ends, at any time, that are not those of the provider; and news that nobody asked for."""
    due = {(one.chat, one.task): one.end for one in promises}
    found = []
    for line in lines:
        if line.kind == "answer" or line.change == "deleted":
            continue
        end = due.get((line.chat, line.task))
        if end is None:
            found.append(f"nobody asked for it: {line}")
        elif line.kind == "verdict" or _contradicts(line, end):
            found.append(f"the end is {end}: {line}")
        elif line.kind == "film" and line.file and line.task not in line.file:
            found.append(f"the film of another task: {line}")
    return found


def _contradicts(line: Line, end: str) -> bool:
    """A card says it, too."""
    card = line.kind == "card"
    says_film = line.kind in ("announce", "film", "link") or (card and line.text[0] == "✅")
    says_failed = line.kind == "failed" or (card and line.text[0] in "❌🤷🚫")
    return says_film if end == "failed" else says_failed


def twice_a_film(lines: Iterable[Line]) -> list[str]:
    """Messages, deleted ones included, that brought a film into a chat that had it."""
    messages: defaultdict[Key, set[int]] = defaultdict(set)
    for line in lines:
        if line.kind == "film":
            messages[line.chat, line.task].add(line.message)
    return [
        f"{task} in {chat}: {sorted(found)}"
        for (chat, task), found in messages.items()
        if len(found) > 1
    ]


def repeated(lines: Iterable[Line]) -> list[str]:
    """Messages, but films, that say what another message had said."""
    said: Counter[tuple[object, ...]] = Counter()
    found = []
    for line in lines:
        if line.change != "sent" or line.kind == "film":
            continue
        what = (line.text, line.reply_to) if line.kind == "answer" else (line.task, line.mark)
        key = (line.chat, line.kind, *what)
        said[key] += 1
        if said[key] > 1:
            found.append(str(line))
    return found


def out_of_time(lines: Sequence[Line]) -> list[str]:
    """Milestones that come after the end, or below one that was told."""
    highest: dict[Key, int] = {}
    over: set[Key] = set()
    found = []
    for line in lines:
        key = (line.chat, line.task)
        if line.change == "sent" and line.kind == "milestone" and line.mark is not None:
            if key in over or line.mark < highest.get(key, 0):
                found.append(str(line))
            highest[key] = max(line.mark, highest.get(key, 0))
        if line.kind in ENDS or line.kind == "announce":
            over.add(key)
    return found


def after_a_stop(lines: Iterable[Line], stopped: Collection[str]) -> list[str]:
    """What rings although the person has ended the watch, and the bot has said so."""
    quiet: set[Key] = set()
    found = []
    for line in lines:
        key = (line.chat, line.task)
        if line.kind == "card" and line.text.startswith("✖ Stopped"):
            quiet.add(key)
        elif line.task in stopped and key in quiet and line.kind not in ("card", "answer"):
            found.append(str(line))
    return found


def standing(lines: Iterable[Line]) -> list[Line]:
    """Messages as they are at the end."""
    latest: dict[tuple[int, int], Line] = {}
    for line in lines:
        latest[line.chat, line.message] = line
    return [line for line in latest.values() if line.change != "deleted"]
