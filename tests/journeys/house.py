"""The real bot in a process of its own, between stand-ins that answer over real HTTP."""

import asyncio
import os
import sys
from asyncio.subprocess import Process
from collections import Counter
from contextlib import AsyncExitStack
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from sandbox.bot_api import NO_FLOOD_LIMITS, BotApi, Fault
from sandbox.serving import serve
from sandbox.telegram.faults import Kind
from sandbox.video_api import TINY, Script, Task, VideoApi
from tests.journeys.guest import Guest

CODE = Path(__file__).parents[2]
INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "VIRTUAL_ENV")
TOKEN = "4242424242:CANARY-TOKEN-that-no-output-may-show"
KEY = "CANARY-KEY-that-no-output-may-show"
SECRETS = ("CANARY", "SIGNED-LINK")
STARTS_WITHIN = 60
"""Seconds on a busy machine; it takes one and a half."""
ALL_ARE_THERE = 180
"""Seconds on a busy machine, until the slowest of those who share a kill has got to it."""
PROMISED = 8
"""Seconds that calls in flight get after SIGTERM."""
ENDS_WITHIN = 60
"""Seconds after SIGTERM on a machine that may stand still for a while; it takes a tenth of one."""


@dataclass(frozen=True, slots=True)
class Ended:
    """A command that has run to its end."""

    code: int
    out: str
    err: str


class House:
    """Closing it ends the process, whatever state it is in."""

    def __init__(
        self, folder: Path, database_url: str, guests: int, doorway: asyncio.Semaphore
    ) -> None:
        """*guests* meet at `die`. *doorway* lets so many processes begin at once."""
        self.database_url = database_url
        self.telegram = BotApi(TOKEN, limits=NO_FLOOD_LIMITS)
        self.videos = VideoApi(KEY, film=TINY)
        self.outputs: list[Path] = []
        self.settings: dict[str, str] = {}
        self._folder = folder
        self.temporary = folder / "tmp"
        self._opened = AsyncExitStack()
        self._bot: Process | None = None
        self._doorway = doorway
        self._positions = asyncio.Barrier(guests)
        self._ids = count(7001)

    async def open(self) -> None:
        self.temporary.mkdir(parents=True)
        self.settings = {
            "TELEGRAM_TOKEN": TOKEN,
            "TELEGRAM_API_URL": await self._opened.enter_async_context(serve(self.telegram.app)),
            "JIMMY_API_KEY": KEY,
            "JIMMY_API_URL": await self._opened.enter_async_context(serve(self.videos.app)),
            "DATABASE_URL": self.database_url,
            "ALLOW_PRIVATE_MEDIA_HOSTS": "true",
            "HTTP_PORT": "0",
            "TMPDIR": str(self.temporary),
            "LOG_LEVEL": "DEBUG",
        }

    async def close(self) -> None:
        await self.kill()
        await self._opened.aclose()

    def newcomer(self, name: str, language: str = "en") -> Guest:
        """In a private chat with the bot."""
        user = self.telegram.user(next(self._ids), name, language)
        return Guest(self.telegram, user, self.telegram.private_chat(user))

    def newcomers_in_a_group(self, *names: str) -> list[Guest]:
        group = self.telegram.group(-next(self._ids), "Film club")
        users = [self.telegram.user(next(self._ids), name) for name in names]
        return [Guest(self.telegram, user, group) for user in users]

    def breaks(self, method: str, guest: Guest, how: Kind) -> None:
        """The next call of that method in their chat."""
        self.telegram.faults.add(Fault(method, how, chat_id=guest.chat))

    def task(self, task_id: str, status: str = "queued", percent: int | None = None) -> Task:
        """A task that stays where it is until the test moves it on."""
        made = self.videos.add(Script(task_id))
        made.move_to(status, percent)
        return made

    def image_task(self, task_id: str) -> Task:
        """One that is finished."""
        made = self.videos.add(Script(task_id, outcome="image"))
        made.move_to("completed")
        return made

    async def start(self) -> None:
        """Returns when the bot serves its guests."""
        async with self._doorway:
            await self._start()

    async def _start(self) -> None:
        menus = len(self._menus())
        await self.run()
        assert self._bot is not None
        dying = asyncio.create_task(self._bot.wait())
        serving = asyncio.create_task(
            self.telegram.until(lambda: len(self._menus()) > menus, STARTS_WITHIN)
        )
        await asyncio.wait({dying, serving}, return_when=asyncio.FIRST_COMPLETED)
        dying.cancel()
        if not serving.done():
            serving.cancel()
            raise AssertionError(f"it ended with {self._bot.returncode}:\n{self.output()[-2000:]}")
        serving.result()

    async def run(self) -> None:
        """Returns at once."""
        self._bot = await self._spawn("run")

    def _menus(self) -> list[Any]:
        """The last that is registered at each start is the Chinese one."""
        return [
            one for one in self.telegram.called("setMyCommands") if "language_code" in one.params
        ]

    async def kill(self) -> None:
        """-9. Returns when there is no process any more."""
        if self._bot is not None and self._bot.returncode is None:
            self._bot.kill()
            await self._bot.wait()

    async def terminate(self) -> int:
        """SIGTERM; what it ended with."""
        assert self._bot is not None
        self._bot.terminate()
        return await asyncio.wait_for(self._bot.wait(), ENDS_WITHIN)

    async def die(self) -> None:
        """Once every guest has come here: one kill for all of them, and a new process."""
        async with asyncio.timeout(ALL_ARE_THERE):
            if await self._positions.wait() == 0:
                await self.kill()
                await self.start()
            await self._positions.wait()

    async def leave(self) -> None:
        """A guest who failed: the others need not wait."""
        await self._positions.abort()

    async def command(self, command: str, **settings: str) -> Ended:
        async with self._doorway:
            process = await self._spawn(command, **settings)
            try:
                code = await asyncio.wait_for(process.wait(), STARTS_WITHIN)
            finally:
                if process.returncode is None:
                    process.kill()
                    await process.wait()
        out, err = (path.read_text() for path in self.outputs[-2:])
        return Ended(code, out, err)

    async def _spawn(self, command: str, **settings: str) -> Process:
        known = {name: os.environ[name] for name in INHERITED if name in os.environ}
        number = len(self.outputs) // 2
        paths = [self._folder / f"{number}-{command}.{stream}" for stream in ("out", "err")]
        self.outputs += paths
        with paths[0].open("wb") as out, paths[1].open("wb") as err:
            return await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "bot",
                command,
                stdout=out,
                stderr=err,
                cwd=self._folder,  # a .env of the developer's lies elsewhere
                env=known | self.settings | settings | {"PYTHONPATH": str(CODE)},
            )

    def doubles(self) -> list[str]:
        """What brought the same film into the same chat twice."""
        films = [
            f"{chat}: {message['caption']}"
            for chat in self.telegram.chats()
            for message in self.telegram.messages(chat)
            if "video" in message
        ]
        return [film for film, times in Counter(films).items() if times > 1]

    def output(self) -> str:
        """Everything that any process of this house has printed."""
        return "".join(path.read_text() for path in self.outputs if path.exists())
