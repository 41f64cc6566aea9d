"""Films whose bytes took their time: what counts is when they go, not when they were claimed."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import select

from bot.core.film import Film, Kept, Progress, Shape, Unattached
from bot.core.notice import Attachment
from bot.core.task import Media, MediaKind
from bot.pipeline.deliver import FILMS_IN_FLIGHT, RATE, Deliver, Timing
from storage.dispatch import PRIVATE_GAP
from storage.tables import chats
from tests.builders import ANN, XIAOLI, ask, completed
from tests.fakes import ScriptedResults
from tests.pipeline.conftest import Line


class Together(ScriptedResults):
    """All bytes arrive at the same moment."""

    def __init__(self) -> None:
        super().__init__()
        self.waiting = 0
        self.arrive = asyncio.Event()

    @asynccontextmanager
    async def fetch(
        self, media: Media, *, name: str, as_file: bool, whole: bool, progress: Progress
    ) -> AsyncIterator[tuple[Film, ...] | Unattached]:
        self.waiting += 1
        await self.arrive.wait()
        async with super().fetch(
            media, name=name, as_file=as_file, whole=whole, progress=progress
        ) as found:
            yield found


async def test_films_that_become_ready_together_keep_to_the_rate(line: Line) -> None:
    """They went out at once, on top of what others sent: 31 messages in a second."""
    for number in range(FILMS_IN_FLIGHT):
        line.provider.says(f"task_a{number}", completed())
        await line.asks(ask(f"task_a{number}", 6000 + number))
    await line.poll.once()
    results = Together()
    line.deliver = Deliver(
        line.database,
        line.chat,
        results,
        now=line.clock,
        dice=lambda: 0.0,
        timing=Timing(departs_within=3600),
    )
    rounds = []
    while results.waiting < FILMS_IN_FLIGHT:
        line.clock.pass_by(seconds=1)
        rounds.append(asyncio.create_task(line.deliver.once()))
        await asyncio.wait(rounds, timeout=0.05)
    results.arrive.set()
    await asyncio.wait(rounds, timeout=0.5)
    assert 1 <= films(line) <= RATE / 8, "the clock stands still"
    while (await asyncio.wait(rounds, timeout=0.05))[1]:
        line.clock.pass_by(seconds=1)
    assert films(line) == FILMS_IN_FLIGHT


def films(line: Line) -> int:
    return line.chat.told().count("Attachment")


async def test_an_album_counts_as_so_many_messages(line: Line) -> None:
    """Whether its bytes travel, or Telegram has it already."""
    pictures = tuple(f"https://cdn.example/{number}.png" for number in range(4))
    line.provider.says(
        "task_a1", completed(media=Media(MediaKind.IMAGE, pictures[0], pictures[1:]))
    )
    line.chat.keeps = Kept(Shape.PHOTO, pictures)
    for chat in (ANN, XIAOLI):
        await line.asks(ask("task_a1", chat))
        await line.poll.once()
        while "Attachment" not in line.chat.told(chat):
            line.clock.pass_by(seconds=1)
            await line.deliver.once()
        async with line.database.read() as tx:
            paced = await tx.scalar(select(chats.c.paced_until).where(chats.c.chat_id == chat))
        assert paced is not None
        assert paced - line.clock() == 4 * PRIVATE_GAP, chat
    assert [bool(one.kept) for one in line.chat.sent if isinstance(one.notice, Attachment)] == [
        False,
        True,
    ]
