"""A plan and a seed go in; who asks what and which blow falls when come out, the same each time."""

import random
from dataclasses import dataclass
from typing import Literal

from sandbox.scripts import Outcome, Script
from tests.journeys.chaos.plan import Plan

What = Literal["kill", "term", "freeze", "restart", "telegram-down", "provider-down"]
SHAPES: tuple[Literal["smooth", "coarse", "missing", "stuck_at_99", "regress"], ...] = (
    "smooth",
    "coarse",
    "missing",
    "stuck_at_99",
    "regress",
)
IN_A_GROUP = 5
"""Watches: each is three messages or four, and a group takes 20 a minute."""


@dataclass(frozen=True, slots=True)
class Ask:
    at: float
    """Seconds from the beginning."""
    chat: int
    """Its number; groups come first."""
    script: Script


@dataclass(frozen=True, slots=True)
class Blow:
    at: float
    what: What
    victim: int = 0
    """The number of a bot."""
    lasts: float = 0


def asks(plan: Plan, seed: int) -> tuple[Ask, ...]:
    """In the order of their times."""
    dice = random.Random(f"asks {seed}")
    group_places = [number % plan.groups for number in range(plan.groups * IN_A_GROUP)]
    made = []
    for number in range(plan.watches):
        private = plan.groups + number % plan.people
        chat = group_places[number] if number < len(group_places) else private
        made.append(Ask(dice.uniform(0, plan.asking), chat, _script(plan, dice, number)))
    return tuple(sorted(made, key=lambda one: one.at))


def _script(plan: Plan, dice: random.Random, number: int) -> Script:
    """The life of a task, which no bot changes: it starts when it is asked for."""
    life = dice.uniform(*plan.life)
    queue = min(dice.uniform(0.5, 6), life / 2)
    outcome: Outcome = "failed" if dice.random() < plan.failing else "video"
    if outcome == "video" and dice.random() < 0.1:
        outcome = dice.choice(("image", "late_url"))
    return Script(
        f"task_k{number:05}",
        queue=queue,
        duration=life - queue,
        shape=dice.choice(SHAPES),
        outcome=outcome,
        error=dice.choice(("PROVIDER_MODERATION_ERROR", "Read timed out", "")),
        late=3,
        first_seen_after=dice.choice((0, 0, 0, 2)),
    )


def blows(plan: Plan, seed: int) -> tuple[Blow, ...]:
    """Spread over the span, each anywhere in its part of it; in the order of their times."""
    dice = random.Random(f"blows {seed}")
    hits: list[What] = [*["kill"] * plan.kills, *["term"] * plan.terms]  # type: ignore[list-item]
    dice.shuffle(hits)
    made = [
        Blow(at, what, dice.randrange(plan.bots))
        for what, at in zip(hits, _spread(len(hits), plan.span, dice), strict=True)
    ]
    made += [Blow(at, "restart") for at in _spread(plan.restarts, plan.span, dice)]
    made += [
        Blow(at, "freeze", dice.randrange(plan.bots), plan.freeze)
        for at in _spread(plan.freezes, plan.span, dice)
    ]
    if plan.telegram_down is not None:
        made.append(Blow(plan.telegram_down[0], "telegram-down", lasts=plan.telegram_down[1]))
    if plan.provider_down is not None:
        made.append(Blow(plan.provider_down[0], "provider-down", lasts=plan.provider_down[1]))
    return tuple(sorted(made, key=lambda one: one.at))


def _spread(count: int, span: float, dice: random.Random) -> list[float]:
    return [(number + dice.random()) * span / count for number in range(count)]
