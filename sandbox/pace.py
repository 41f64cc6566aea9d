"""Instants and speeds go in; a task's own time, which runs on and never jumps, comes out."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Leg:
    """From *at* on, when *elapsed* seconds of script were over, time ran at *speed*."""

    at: float
    """Seconds of the API's clock."""
    elapsed: float
    speed: float
    """Seconds of script per second; more than 0."""


class Pace:
    def __init__(self, began: float, speed: float) -> None:
        self.legs = [Leg(began, 0, speed)]

    def elapsed(self, now: float) -> float:
        """Seconds of script."""
        leg = self.legs[-1]
        return leg.elapsed + (now - leg.at) * leg.speed

    def change(self, now: float, speed: float) -> None:
        self.legs.append(Leg(now, self.elapsed(now), speed))

    def at(self, elapsed: float) -> float:
        """When so many seconds of script were over, or will be if nothing changes the speed."""
        reached = [leg for leg in self.legs if leg.elapsed <= elapsed] or self.legs[:1]
        leg = reached[-1]
        return leg.at + (elapsed - leg.elapsed) / leg.speed
