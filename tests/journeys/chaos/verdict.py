"""A run goes in; figures come out, each with what it must hold and proofs of what it counts."""

import signal
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from tests.journeys.chaos.crew import Life
from tests.journeys.chaos.oracle import effects, ends, pacing, rates
from tests.journeys.chaos.oracle.facts import Line
from tests.journeys.chaos.plan import NONE_OF_THEM, TOLD, Bound
from tests.journeys.chaos.stage import Run

MOST_REPEATS_PER_KILL = 0.6
PROOFS = 12
BEGINS_WITHIN = 15
"""Seconds until a process hears signals, on a busy machine."""


@dataclass(frozen=True, slots=True)
class Figure:
    name: str
    value: float
    must: Bound = TOLD
    proofs: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        return self.must.holds(self.value)

    def __str__(self) -> str:
        head = f"{'  ' if self.holds else '✗ '}{self.name}: {self.value:g} ({self.must})"
        return "\n".join([head, *(f"      {proof}" for proof in self.proofs[:PROOFS])])


def judge(run: Run) -> list[Figure]:
    lines = run.lines
    found = [
        *_of_ends(run, lines),
        *_of_effects(run, lines),
        *_of_pacing(run),
        *_of_processes(run),
        *_of_rates(run, lines),
    ]
    return [Figure(f.name, f.value, run.plan.must.get(f.name, f.must), f.proofs) for f in found]


def _cases(name: str, cases: Sequence[str], must: Bound = NONE_OF_THEM) -> Figure:
    return Figure(name, len(cases), must, tuple(cases))


def _of_ends(run: Run, lines: Sequence[Line]) -> list[Figure]:
    told = run.town.promises
    repeats = ends.repeated(lines)
    kills = sum(blow.what in ("kill", "freeze", "restart") for _, blow in run.done)
    lost = run.telegram.faults.lost
    excused = sum(times for method, times in lost.items() if method.lower().startswith("send"))
    unexplained = max(0, len(repeats) - excused)
    must = Bound(most=MOST_REPEATS_PER_KILL) if kills else NONE_OF_THEM
    return [
        Figure("watches", len(told)),
        _cases("lost ends", run.lost),
        _cases("wrong", ends.wrong(told, lines)),
        _cases("films twice", ends.twice_a_film(lines)),
        _cases("repeated lines", repeats, TOLD),
        Figure("repeated lines a kill", unexplained / max(kills, 1), must),
        _cases("out of time", ends.out_of_time(lines)),
        _cases("after a stop", ends.after_a_stop(lines, run.town.stopped)),
    ]


def _of_effects(run: Run, lines: Sequence[Line]) -> list[Figure]:
    errands = run.town.errands
    if not errands:
        return []
    answers = effects.answers_of(lines, run.telegram.calls)
    return [
        Figure("commands and presses", len(errands)),
        _cases("without an answer", effects.unanswered(errands, answers)),
        _cases("done wrongly or twice", effects.misdone(errands, answers)),
    ]


def _of_pacing(run: Run) -> list[Figure]:
    calls = run.telegram.calls
    return [
        _cases("floods", pacing.floods(run.telegram.violations)),
        _cases("before retry_after", pacing.too_early(calls)),
        Figure("most messages in 1 s", pacing.busiest(calls, 1)),
        Figure("… to one person in 10 s", pacing.busiest_chat(calls, 10, groups=False)),
        Figure("… to one group in 60 s", pacing.busiest_chat(calls, 60, groups=True)),
    ]


def _of_processes(run: Run) -> list[Figure]:
    lives = [life for life in run.lives if life.ended is not None]
    alone = [
        f"bot {one.seat} ended with {one.code} at {one.ended}" for one in lives if not one.told
    ]
    dealt = Counter(blow.what for _, blow in run.done)
    planned = {"kill": run.plan.kills, "term": run.plan.terms, "freeze": run.plan.freezes}
    planned["restart"] = run.plan.restarts
    failed = [f"bot {one.seat}: {one.code}" for one in lives if one.told and not _is_right(one)]
    return [
        *(
            Figure(f"{what}s", dealt[what], Bound(least=count))  # type: ignore[index]
            for what, count in planned.items()
            if count
        ),
        # Without a database a process may refuse to begin; it is started again.
        _cases("ended by itself", alone, Bound(most=run.plan.restarts)),
        _cases("ended badly after SIGTERM", failed),
        _cases("damaged database", run.damages),
        Figure("seconds until all was told", round(run.settled - run.ended, 1)),
        Figure("seconds in all", round(run.settled - run.began, 1)),
    ]


def _is_right(life: Life) -> bool:
    """Who is told to end before they have begun, ends by the signal itself."""
    assert life.ended is not None
    if life.told is signal.SIGKILL:
        return life.code in (0, -9)
    return life.code == 0 or (life.code == -15 and life.ended - life.began < BEGINS_WITHIN)


def _of_rates(run: Run, lines: Sequence[Line]) -> list[Figure]:
    calls, asked = run.telegram.calls, run.videos.calls
    made = [Figure("calls per need", round(rates.calls_per_need(calls, lines), 3))]
    if run.plan.engine == "sqlite":
        lives = [(one.began, one.ended or run.settled) for one in run.lives]
        first = rates.slowest_first_look(asked, lives, run.ended - 10)
        made.append(Figure("slowest first poll", round(first, 2)))
    if (down := run.downtime("telegram-down")) is not None:
        made += [
            Figure("ends a second afterwards", round(rates.drain(lines, down[1]), 1)),
            Figure("card edits afterwards", rates.most_card_edits(lines, down[1])),
        ]
    if (down := run.downtime("provider-down")) is not None:
        before = rates.rate(asked, (down[0] - 30, down[0]))
        during = rates.rate(asked, down)
        cap = float(run.plan.settings.get("POLL_RATE", "20"))
        made += [
            Figure("requests a second before", round(before, 2)),
            Figure("requests while down, per normal", round(during / max(before, 0.01), 3)),
            Figure(
                "peak afterwards, per cap",
                round(rates.peak(asked, (down[1], run.settled), seconds=1) / cap, 2),
            ),
        ]
    return made
