"""Chaos: real bots under seeded blows; a table says what held. Exit code 1 when anything did not.

python -m tests.journeys.chaos --scenario sqlite-kills --seed 2
"""

import argparse
import asyncio
import json
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

from tests.journeys.chaos.plan import Bound
from tests.journeys.chaos.report import table
from tests.journeys.chaos.single import conduct, names, title
from tests.journeys.chaos.verdict import Figure

LONGEST = 900
"""Seconds for one run, whatever happens."""
SLICE = 15
"""Seconds that it then has to take everything down."""


def main() -> int:
    chosen = _arguments()
    if chosen.result is not None:
        return asyncio.run(_one(chosen.scenario[0], chosen.seed[0], chosen.result))
    return asyncio.run(_all(chosen))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.journeys.chaos", description=__doc__)
    known = [*names("long"), *names("short")]
    parser.add_argument("--profile", choices=("long", "short"), default="long")
    parser.add_argument("--scenario", nargs="+", choices=known, help="only these")
    parser.add_argument("--seed", nargs="+", type=int, default=[1, 2, 3])
    parser.add_argument("--report", type=Path, help="a file for the table, too")
    parser.add_argument("--parallel", type=int, default=3, help="runs at the same time (3)")
    parser.add_argument("--result", type=Path, help=argparse.SUPPRESS)  # one run, in a process
    return parser.parse_args()


async def _one(name: str, seed: int, result: Path) -> int:
    _stop_when_told()
    folder = Path(tempfile.mkdtemp(prefix=f"reelbell-chaos-{name}-{seed}-"))
    figures, told = await conduct(name, seed, folder)
    result.write_text(  # noqa: ASYNC240 — nothing else goes on any more
        json.dumps([[f.name, f.value, f.must.most, f.must.least, f.proofs] for f in figures])
    )
    if all(one.holds for one in figures):
        shutil.rmtree(folder)
        return 0
    print(told)  # it names the folder, which stays
    return 1


def _stop_when_told() -> None:
    """Everything is still taken down: bots, servers, files."""
    task = asyncio.current_task()
    assert task is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)


async def _all(chosen: argparse.Namespace) -> int:
    _stop_when_told()
    wanted = chosen.scenario or names(chosen.profile)
    room = asyncio.Semaphore(chosen.parallel)
    with tempfile.TemporaryDirectory(prefix="reelbell-chaos-") as folder:
        jobs = [(name, seed) for name in wanted for seed in chosen.seed]
        found = await asyncio.gather(*(_apart(*job, Path(folder), room) for job in jobs))
    results: dict[str, dict[int, list[Figure]]] = {}
    for (name, seed), figures in zip(jobs, found, strict=True):
        results.setdefault(title(name), {})[seed] = figures
    told = table(results)
    print(told)
    if chosen.report is not None:
        chosen.report.write_text(told)
    fine = all(figures and all(one.holds for one in figures) for figures in found)
    return 0 if fine else 1


async def _apart(name: str, seed: int, folder: Path, room: asyncio.Semaphore) -> list[Figure]:
    """In a process of its own, whose output is shown when it is over; empty: it broke down."""
    result = folder / f"{name}-{seed}.json"
    options = ["--scenario", name, "--seed", str(seed), "--result", str(result)]
    async with room:
        began = time.monotonic()
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "tests.journeys.chaos", *options),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        output = await _output(process)
    took = f"{time.monotonic() - began:.0f} s"
    if not result.exists():
        print(f"✗ {name}, seed {seed}: broke down after {took}\n{output[-4000:]}", flush=True)
        return []
    figures = [
        Figure(one, value, Bound(most, least), tuple(proofs))
        for one, value, most, least, proofs in json.loads(result.read_text())
    ]
    fine = all(one.holds for one in figures)
    print(f"{'✓' if fine else '✗'} {name}, seed {seed}: {took}", flush=True)
    if not fine:
        print(output, flush=True)
    return figures


async def _output(process: asyncio.subprocess.Process) -> str:
    telling = asyncio.create_task(process.communicate())
    try:
        await asyncio.wait({telling}, timeout=LONGEST)
    finally:
        if process.returncode is None:
            process.terminate()
            await asyncio.wait({telling}, timeout=SLICE)
        if process.returncode is None:
            process.kill()
    out, _ = await telling
    return out.decode(errors="replace")


if __name__ == "__main__":
    sys.exit(main())
