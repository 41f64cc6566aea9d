"""Figures of several runs go in; a table in Markdown comes out, with the worst of each."""

from collections.abc import Mapping, Sequence

from tests.journeys.chaos.plan import TOLD, Bound
from tests.journeys.chaos.verdict import Figure

Results = Mapping[str, Mapping[int, Sequence[Figure]]]
"""By the run's title and the seed; without figures: it did not come to its end."""


def table(results: Results) -> str:
    seeds = sorted({seed for runs in results.values() for seed in runs})
    head = ["run", "figure", "must be", *(f"seed {seed}" for seed in seeds), "worst", ""]
    rows = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    for title, runs in results.items():
        rows += _rows(title, runs, seeds)
    return "\n".join(rows) + "\n"


def _rows(title: str, runs: Mapping[int, Sequence[Figure]], seeds: Sequence[int]) -> list[str]:
    named = {one.name: one.must for figures in runs.values() for one in figures}
    if not named:
        return [
            f"| {title} | did not come to its end | | "
            + " | ".join("–" for _ in seeds)
            + " | – | ✗ |"
        ]
    rows = []
    for name, must in named.items():
        values = {seed: _value(runs.get(seed, ()), name) for seed in seeds}
        known = [value for value in values.values() if value is not None]
        all_hold = len(known) == len(seeds) and all(map(must.holds, known))
        mark = "" if must == TOLD else "✓" if all_hold else "✗"
        shown = ["–" if value is None else f"{value:g}" for value in values.values()]
        cells = [title, name, str(must), *shown, f"{_worst(must, known):g}", mark]
        rows.append("| " + " | ".join(cells) + " |")
        title = ""
    return rows


def _value(figures: Sequence[Figure], name: str) -> float | None:
    return next((one.value for one in figures if one.name == name), None)


def _worst(must: Bound, values: Sequence[float]) -> float:
    return min(values) if must.least is not None else max(values)
