"""Plants each bug into a copy of the tree and runs the tests that must find it.

    python -m tests.planted [--only WORDS] [--parallel 2]

First the same tests must pass without any bug. Exit code 1 unless every bug is caught.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from shutil import copytree, ignore_patterns

from tests.planted.bug import Bug
from tests.planted.bugs import BUGS

ROOT = Path(__file__).parents[2]
LONGEST = 400
"""Seconds for the tests of one bug."""
LEFT_OUT = ignore_patterns(
    ".git", ".venv", "__pycache__", ".*_cache", ".hypothesis", "data", "*.db*"
)
CAUGHT = 1
"""What pytest ends with when a test has failed, and nothing else was wrong."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.planted", description=__doc__)
    parser.add_argument("--only", default="", help="bugs whose name has these words")
    parser.add_argument("--parallel", type=int, default=2, help="bugs at the same time (2)")
    chosen = parser.parse_args()
    bugs = [one for one in BUGS if chosen.only in one.name]
    return asyncio.run(_try_all(bugs, chosen.parallel))


async def _try_all(bugs: Sequence[Bug], parallel: int) -> int:
    everything = tuple(sorted({catcher for bug in bugs for catcher in bug.catchers}))
    code, took, output = await _tests(None, everything)
    print(f"{'✓' if code == 0 else '✗'} without a bug all {len(everything)} pass: {took:.0f} s")
    if code != 0:
        print(output[-3000:])
        return 1
    room = asyncio.Semaphore(parallel)
    caught = await asyncio.gather(*(_is_caught(bug, room) for bug in bugs))
    print(f"\n{sum(caught)} of {len(bugs)} caught")
    return 0 if all(caught) else 1


async def _is_caught(bug: Bug, room: asyncio.Semaphore) -> bool:
    async with room:
        code, took, output = await _tests(bug, bug.catchers)
    caught = code == CAUGHT
    by = ", ".join(catcher.rpartition("::")[2].rpartition("/")[2] for catcher in bug.catchers)
    print(f"{'✓ caught' if caught else '✗ MISSED'}  {bug.name}: {by} ({took:.0f} s)", flush=True)
    if caught:
        print(f"          {_reason(output)}", flush=True)
    else:
        print(f"pytest ended with {code}:\n{output[-1500:]}", flush=True)
    return caught


def _reason(output: str) -> str:
    """What the first test that failed said, in a line."""
    said = [line[1:].strip() for line in output.splitlines() if line.startswith("E  ")]
    asserted = [line for line in said if line.startswith("assert ")]
    return (asserted or said or ["?"])[0][:110]


async def _tests(bug: Bug | None, catchers: Sequence[str]) -> tuple[int | None, float, str]:
    """In a copy that nobody else sees. None: they did not come to an end."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="reelbell-planted-") as folder:
        await asyncio.to_thread(_copy, Path(folder), bug)
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "pytest", "-x", "--tb=short", *catchers),
            cwd=folder,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        telling = asyncio.create_task(process.communicate())
        done, _ = await asyncio.wait({telling}, timeout=LONGEST)
        if not done:
            process.terminate()
        out, _ = await telling
    code = process.returncode if done else None
    return code, time.monotonic() - began, out.decode(errors="replace")


def _copy(folder: Path, bug: Bug | None) -> None:
    copytree(ROOT, folder, ignore=LEFT_OUT, symlinks=True, dirs_exist_ok=True)
    for change in bug.changes if bug is not None else ():
        file = folder / change.file
        file.write_text(changed(file.read_text("utf-8"), change.old, change.new), "utf-8")


def changed(text: str, old: str, new: str) -> str:
    if text.count(old) != 1:
        raise ValueError(f"found {text.count(old)} times, not once: {old!r}")
    return text.replace(old, new)


if __name__ == "__main__":
    sys.exit(main())
