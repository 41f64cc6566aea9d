"""The bots of a run: each seat has a process, which is killed, stopped, frozen and started anew."""

import asyncio
import os
import signal
import sys
import time
from asyncio.subprocess import Process
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.journeys.house import CODE, ENDS_WITHIN, INHERITED

AGAIN_AFTER = 0.2
"""Seconds until a supervisor starts it again."""


@dataclass(slots=True)
class Life:
    """Of one process; instants in seconds of `time.time()`."""

    seat: int
    began: float
    ended: float | None = None
    code: int | None = None
    told: signal.Signals | None = None
    """How it was ended by us."""


@dataclass(slots=True)
class Seat:
    number: int
    folder: Path
    settings: Mapping[str, str]
    lives: list[Life] = field(default_factory=list)
    process: Process | None = None
    busy: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def start(self) -> None:
        known = {name: os.environ[name] for name in INHERITED if name in os.environ}
        paths = [
            self.folder / f"bot{self.number}-{len(self.lives)}.{end}" for end in ("out", "err")
        ]
        with paths[0].open("wb") as out, paths[1].open("wb") as err:
            self.lives.append(Life(self.number, time.time()))
            self.process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "bot",
                "run",
                stdout=out,
                stderr=err,
                cwd=self.folder,
                env=known | dict(self.settings) | {"PYTHONPATH": str(CODE)},
            )

    def send(self, number: signal.Signals) -> None:
        if self.process is not None and self.process.returncode is None:
            self.process.send_signal(number)

    async def kill(self) -> None:
        await self._end(signal.SIGKILL, 10)

    async def terminate(self) -> None:
        """It gets its time, then it is killed; the code tells which."""
        await self._end(signal.SIGTERM, ENDS_WITHIN)

    async def _end(self, number: signal.Signals, within: float) -> None:
        if self.process is None:
            return
        life = self.lives[-1]
        life.told = number if self.process.returncode is None else None
        self.send(number)
        try:
            await asyncio.wait_for(self.process.wait(), within)
        except TimeoutError:
            self.send(signal.SIGKILL)
            await self.process.wait()
        life.ended, life.code = time.time(), self.process.returncode

    async def freeze(self, seconds: float) -> None:
        self.send(signal.SIGSTOP)
        try:
            await asyncio.sleep(seconds)
        finally:
            self.send(signal.SIGCONT)

    async def watch_over(self) -> None:
        """Like a supervisor: one that ends by itself is started again. Until cancelled."""
        while True:
            await asyncio.sleep(0.2)
            async with self.busy:
                if self.process is not None and self.process.returncode is not None:
                    life = self.lives[-1]
                    life.ended, life.code = time.time(), self.process.returncode
                    await self.start()

    def tail(self) -> str:
        """The last lines that its last process wrote."""
        path = self.folder / f"bot{self.number}-{len(self.lives) - 1}.err"
        text = path.read_text(errors="replace") if path.exists() else ""
        return "\n".join(text.splitlines()[-15:])
