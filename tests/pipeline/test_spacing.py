"""Turns of one process, by a clock that the test moves."""

import asyncio
from itertools import pairwise

from bot.pipeline.spacing import CAUGHT_UP, Spacing

RATE = 10.0
GAP = 1 / (RATE * 1.1)


class Ticks:
    """Sleeping takes as long as it says, and once *stall* seconds more."""

    def __init__(self) -> None:
        self.now = 100.0
        self.stall = 0.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(0)
        self.now += seconds + self.stall
        self.stall = 0.0


async def turns(spacing: Spacing, ticks: Ticks, number: int) -> list[float]:
    """When each was."""
    at: list[float] = []

    async def one() -> None:
        await spacing.turn()
        at.append(ticks())

    await asyncio.gather(*(one() for _ in range(number)))
    return at


def gaps(at: list[float]) -> list[float]:
    return [later - earlier for earlier, later in pairwise(at)]


async def test_turns_come_one_after_the_other() -> None:
    ticks = Ticks()
    at = await turns(Spacing(RATE, ticking=ticks, sleep=ticks.sleep), ticks, 5)
    assert at[0] == 100.0
    assert all(abs(gap - GAP) < 1e-6 for gap in gaps(at))


async def test_after_a_process_stood_still_turns_are_still_apart() -> None:
    ticks = Ticks()
    spacing = Spacing(RATE, ticking=ticks, sleep=ticks.sleep)
    await turns(spacing, ticks, 1 + CAUGHT_UP)
    ticks.stall = 5.0
    at = await turns(spacing, ticks, 5 + CAUGHT_UP)
    assert at[0] > 105.0
    assert gaps(at)[:CAUGHT_UP] == [0.0] * CAUGHT_UP
    assert min(gaps(at)[CAUGHT_UP:]) > GAP - 1e-6


async def test_whoever_is_cancelled_while_waiting_holds_up_nobody() -> None:
    ticks = Ticks()
    spacing = Spacing(RATE, ticking=ticks, sleep=ticks.sleep)
    await turns(spacing, ticks, 1 + CAUGHT_UP)
    waiting = asyncio.create_task(spacing.turn())
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.wait({waiting})
    assert len(await turns(spacing, ticks, 2)) == 2
