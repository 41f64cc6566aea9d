"""What one run is like, as a value: who asks for how much, and what befalls the bots meanwhile."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from sandbox.telegram.faults import Kind as TelegramKind
from sandbox.video_faults import Kind as ProviderKind

Engine = Literal["sqlite", "postgresql"]
Downtime = tuple[float, float]
"""From when on, and for how long; seconds."""


@dataclass(frozen=True, slots=True)
class Bound:
    """What a figure must hold; None: no limit on that side."""

    most: float | None = None
    least: float | None = None

    def holds(self, value: float) -> bool:
        return (self.most is None or value <= self.most) and (
            self.least is None or value >= self.least
        )

    def __str__(self) -> str:
        sides = [f"≤ {self.most:g}"] if self.most is not None else []
        return " ".join([*sides, *([f"≥ {self.least:g}"] if self.least is not None else [])])


NONE_OF_THEM = Bound(most=0)
TOLD = Bound()


@dataclass(frozen=True, slots=True)
class Plan:
    """All spans in seconds. What happens when is drawn from a seed: see `fate`."""

    title: str
    """The row of the table."""
    watches: int
    people: int
    asking: float
    """The questions come within this time."""
    engine: Engine = "postgresql"
    bots: int = 2
    groups: int = 0
    """Of the chats; the others are private."""
    life: tuple[float, float] = (10, 60)
    """The shortest and the longest task, from the question to its end."""
    failing: float = 0.15
    """Share of the tasks."""
    ends_at: float | None = None
    """None: each by itself; else all are held back and end at this time."""
    errands: int = 0
    """Commands and pressed buttons beside the questions."""
    span: float = 60
    """The blows fall within this time."""
    kills: int = 0
    terms: int = 0
    freezes: int = 0
    freeze: float = 35
    """Longer than a lease."""
    restarts: int = 0
    """Of PostgreSQL, in the middle of everything."""
    telegram_down: Downtime | None = None
    provider_down: Downtime | None = None
    telegram_weather: Mapping[TelegramKind, float] = field(default_factory=dict)
    provider_weather: Mapping[ProviderKind, float] = field(default_factory=dict)
    settings: Mapping[str, str] = field(default_factory=dict)
    """Of the bots, beside the usual ones."""
    patience: float = 90
    """After the last blow and the last end of a task; what has not come by then is lost."""
    must: Mapping[str, Bound] = field(default_factory=dict)
    """Beside what every run must hold."""
