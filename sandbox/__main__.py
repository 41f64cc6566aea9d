"""Starts the stand-ins, the page and the real bot between them; runs until Ctrl-C."""

import argparse
import asyncio
import signal
import sys
from asyncio.subprocess import Process

from sandbox.page.workshop import FASTEST, SLOWEST
from sandbox.stage import Stage, on_stage
from sandbox.story import play


def main() -> int:
    chosen = _arguments()
    try:
        return asyncio.run(_run(chosen))
    except KeyboardInterrupt:
        return 0
    except OSError as error:
        print(f"it cannot start: {error.strerror} (a page's port is --port)", file=sys.stderr)
        return 2


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument("--port", type=_port, default=8090, help="of the page (8090)")
    parser.add_argument("--speed", type=_speed, default=1.0, help="of the tasks' time (1)")
    parser.add_argument("--demo", action="store_true", help="play a story of a minute first")
    return parser.parse_args()


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port <= 65_535:
        raise argparse.ArgumentTypeError("must be from 0 to 65535; 0 takes a free one")
    return port


def _speed(text: str) -> float:
    speed = float(text)
    if not SLOWEST <= speed <= FASTEST:
        raise argparse.ArgumentTypeError(f"must be from {SLOWEST} to {FASTEST}")
    return speed


async def _run(chosen: argparse.Namespace) -> int:
    told_to_stop = asyncio.Event()
    # A closed terminal ends everything, too: the bot would live on by itself.
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, told_to_stop.set)
    async with on_stage(chosen.port, chosen.speed) as stage:
        print(f"\n  Chat with the bot on {stage.page}\n  Ctrl-C ends everything.\n", flush=True)
        story = asyncio.create_task(_story(stage)) if chosen.demo else None
        code = await _first(told_to_stop, stage.bot)
        if story is not None:
            story.cancel()
        return code


async def _story(stage: Stage) -> None:
    """Its failure is told, and ends nothing else."""
    try:
        await play(stage)
    except ValueError as impossible:
        print(f"the story ends early: {impossible}", file=sys.stderr)


async def _first(told_to_stop: asyncio.Event, bot: Process) -> int:
    """0 when somebody ended it; else what the bot ended with by itself."""
    stopping, dying = asyncio.create_task(told_to_stop.wait()), asyncio.create_task(bot.wait())
    await asyncio.wait({stopping, dying}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if told_to_stop.is_set():
        dying.cancel()
        return 0
    code = dying.result()
    how = f"was killed by signal {-code}" if code < 0 else f"has ended with {code}"
    print(f"the bot {how}, and so the sandbox ends", file=sys.stderr)
    return code if code > 0 else 1


if __name__ == "__main__":
    sys.exit(main())
