"""What measurements stand on: the machine in a line, a database full of watches, a real bot."""

import asyncio
import os
import platform
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil

from bot.core.task import Status, Task, TaskId
from bot.core.watch import ChatId, UserId
from storage import chats, subscriptions, tasks
from storage.database import Database
from storage.schema import migrate
from storage.subscriptions import Wanted
from storage.tasks import OPERATOR

LADDER = (25, 50, 75)


def machine() -> str:
    memory = psutil.virtual_memory().total / (1 << 30)
    python = platform.python_version()
    return f"{os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()}, Python {python}"


async def fill(url: str, watches: int, *, first_look_in: timedelta) -> None:
    """A schema with *watches* running tasks, each watched by a chat of its own."""
    await migrate(url)
    database = Database(url)
    now = datetime.now(UTC)
    async with database.write() as tx:
        for number in range(1, watches + 1):
            task = Task(TaskId(f"task_{number:08}"), Status.RUNNING, 10, started_at=now)
            chat = ChatId(number)
            await chats.meet(tx, chat, "en", LADDER, now)
            row = await tasks.add(tx, OPERATOR, task, now + first_look_in)
            wanted = Wanted(chat, None, UserId(number), None, LADDER, 0, now + timedelta(hours=72))
            await subscriptions.add(tx, row, wanted, now)
    await database.close()


@asynccontextmanager
async def real_bot(folder: Path, settings: dict[str, str]) -> AsyncIterator[psutil.Process]:
    """`reelbell run` in a process of its own, on the database in *folder*."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        "run",
        cwd=folder,
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(Path(__file__).parents[1]),
            "LOG_LEVEL": "WARNING",
            **settings,
        },
    )
    try:
        yield psutil.Process(process.pid)
    finally:
        process.terminate()
        await process.wait()
