"""The ladder of percentages worth ringing for, and which of its marks is news."""

Ladder = tuple[int, ...]
"""Marks in per cent, ascending, each in 1..99; empty: ring for the end only."""

PRESETS: tuple[Ladder, ...] = ((25, 50, 75), (50,), (), tuple(range(10, 100, 10)))
MOST_MARKS = 20
"""Written down they take 59 characters; the column of a ladder has 64."""


def parse_ladder(text: str) -> Ladder:
    """'25, 50,75' -> (25, 50, 75); '' and 'none' -> (). Raises ValueError on anything else."""
    words = [] if text.strip().lower() == "none" else text.replace(",", " ").split()
    marks = sorted({int(word) for word in words})
    if any(not 1 <= mark <= 99 for mark in marks):
        raise ValueError("milestones are percentages from 1 to 99")
    if len(marks) > MOST_MARKS:
        raise ValueError(f"at most {MOST_MARKS} milestones")
    return tuple(marks)


def format_ladder(ladder: Ladder) -> str:
    """The inverse of parse_ladder."""
    return ",".join(map(str, ladder))


def next_preset(ladder: Ladder) -> Ladder:
    """What the bell button turns to; from a ladder of one's own, the first preset."""
    place = PRESETS.index(ladder) + 1 if ladder in PRESETS else 0
    return PRESETS[place % len(PRESETS)]


def mark_reached(ladder: Ladder, told: int, percent: int | None) -> int | None:
    """The highest mark that *percent* has reached and that lies above what was told."""
    if percent is None:
        return None
    return max((mark for mark in ladder if told < mark <= percent), default=None)
