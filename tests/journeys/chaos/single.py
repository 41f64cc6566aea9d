"""The name of a scenario and a seed go in; it is played, and its figures come out."""

import re
from pathlib import Path

from tests.journeys.chaos import bodies, fate, herd
from tests.journeys.chaos.play import play
from tests.journeys.chaos.scenarios import LONG, SHORT
from tests.journeys.chaos.stage import Run, staged
from tests.journeys.chaos.verdict import Figure, judge

PLANS = {**LONG, **SHORT, "herd": herd.PLAN}
BODIES = "10,000 mutated provider bodies"
MOST_CHATS_SHOWN = 3


def title(name: str) -> str:
    return BODIES if name == "bodies" else PLANS[name].title


def names(profile: str) -> list[str]:
    """The longest first."""
    return list(SHORT) if profile == "short" else [*LONG, "herd", "bodies"]


async def conduct(name: str, seed: int, folder: Path) -> tuple[list[Figure], str]:
    """The figures; and, where one does not hold, what is needed to understand it."""
    if name == "bodies":
        return bodies.measure(seed), ""
    if name == "herd":
        return await herd.measure(seed, folder), ""
    async with staged(PLANS[name], seed, folder) as run:
        await play(run)
        figures = judge(run)
        (folder / "lines.txt").write_text("\n".join(map(str, run.lines)))
        (folder / "calls.txt").write_text("\n".join(map(str, run.telegram.calls)))
        told = "" if all(one.holds for one in figures) else _account(name, run, figures)
    return figures, told


def _account(name: str, run: Run, figures: list[Figure]) -> str:
    blows = [f"{blow.at:7.1f} {blow.what} {blow.victim}" for blow in fate.blows(run.plan, run.seed)]
    return "\n".join(
        [
            f"again with: python -m tests.journeys.chaos --scenario {name} --seed {run.seed}",
            f"the bots' output, all lines and calls: {run.folder}",
            "blows, in seconds from the beginning:",
            *blows,
            *map(str, (one for one in figures if not one.holds)),
            *_histories(run, figures),
        ]
    )


def _histories(run: Run, figures: list[Figure]) -> list[str]:
    """Of the chats that the proofs name."""
    proofs = " ".join(proof for one in figures if not one.holds for proof in one.proofs)
    named = [int(word) for word in re.findall(r"-?\b7\d{3}\b", proofs)]
    chats = [chat for chat in dict.fromkeys(named) if chat in run.telegram.chats()]
    shown = []
    for chat in chats[:MOST_CHATS_SHOWN]:
        shown += [f"chat {chat}:", *(str(line) for line in run.lines if line.chat == chat)]
    return shown
