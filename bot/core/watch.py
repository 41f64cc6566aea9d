"""A subscription as the core sees it: one chat's interest in one task."""

from dataclasses import dataclass
from typing import NewType

from bot.core.milestones import Ladder

ChatId = NewType("ChatId", int)
UserId = NewType("UserId", int)
WatchId = NewType("WatchId", int)
WatchRef = NewType("WatchRef", str)
"""The opaque name of a watch on buttons: unguessable, so that it cannot be counted through."""


@dataclass(frozen=True, slots=True)
class Watch:
    id: WatchId
    ref: WatchRef
    ladder: Ladder
    told: int
    """The highest mark that was rung for; 0 at first."""
