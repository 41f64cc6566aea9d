"""Long work shows how far it is."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bot.core.delivery import Form, NotSent, Parcel, Receipt
from bot.core.film import Film, Progress, Shape, Unattached
from bot.core.notice import Attaching
from bot.core.task import Media
from bot.pipeline.deliver import Deliver, Timing
from tests.builders import ANN, ask, completed
from tests.fakes import RecordingChat, ScriptedResults
from tests.pipeline.conftest import Line

MINUTE = 60


class Crawling(ScriptedResults):
    """The bytes come when the test lets them."""

    def __init__(self) -> None:
        super().__init__()
        self.progress = Progress()
        self.there = asyncio.Event()

    @asynccontextmanager
    async def fetch(
        self, media: Media, *, name: str, as_file: bool, whole: bool, progress: Progress
    ) -> AsyncIterator[tuple[Film, ...] | Unattached]:
        self.progress = progress
        await self.there.wait()
        async with super().fetch(
            media, name=name, as_file=as_file, whole=whole, progress=progress
        ) as found:
            yield found


class Watched(RecordingChat):
    """Rings at every edit of an announcement."""

    def __init__(self) -> None:
        super().__init__()
        self.told_so = asyncio.Event()
        self.shown = asyncio.Event()

    async def send(
        self, parcel: Parcel, films: tuple[Film, ...] = (), progress: Progress | None = None
    ) -> Receipt:
        if isinstance(parcel.notice, Attaching):
            self.told_so.set()
        return await super().send(parcel, films, progress)

    async def busy(self, parcel: Parcel, shape: Shape) -> None:
        await super().busy(parcel, shape)
        self.shown.set()


@pytest.fixture
def crawling(line: Line) -> Crawling:
    line.chat, results = Watched(), Crawling()
    line.results = results
    line.deliver = Deliver(
        line.database,
        line.chat,
        results,
        now=line.clock,
        dice=lambda: 0.0,
        rate=1000,
        timing=Timing(told_every=0.01),
    )
    return results


async def begins(line: Line) -> asyncio.Task[int]:
    line.provider.says("task_a1", completed())
    await line.asks(ask("task_a1"))
    await line.poll.once()
    await line.deliver.once()
    line.clock.pass_by(seconds=2)
    return asyncio.create_task(line.deliver.once())


async def happens(event: asyncio.Event) -> None:
    event.clear()
    await asyncio.wait_for(event.wait(), MINUTE)


async def test_the_announcement_says_how_much_of_the_film_is_on_its_way(
    line: Line, crawling: Crawling
) -> None:
    sending = await begins(line)
    assert isinstance(line.chat, Watched)
    await happens(line.chat.shown)
    line.clock.pass_by(seconds=2)
    crawling.progress.size, crawling.progress.came = 1000, 860
    await happens(line.chat.told_so)
    crawling.there.set()
    await sending
    told = [one for one in line.chat.sent if isinstance(one.notice, Attaching)]
    assert [one.notice.percent for one in told] == [43]  # type: ignore[union-attr]
    assert told[0].form is Form.EDIT
    assert told[0].message_id is not None
    assert type(line.chat.sent[-1].notice).__name__ == "Attachment"
    assert line.chat.busied[0] == (ANN, Shape.VIDEO)


async def test_it_is_not_said_more_often_than_the_chat_may_hear(
    line: Line, crawling: Crawling
) -> None:
    sending = await begins(line)
    assert isinstance(line.chat, Watched)
    await happens(line.chat.shown)
    line.clock.pass_by(seconds=2)
    crawling.progress.size, crawling.progress.came = 1000, 200
    await happens(line.chat.told_so)
    crawling.progress.came = 900  # the clock stands still: the chat's pace is used up
    await happens(line.chat.shown)
    await happens(line.chat.shown)
    crawling.there.set()
    await sending
    assert [type(one.notice).__name__ for one in line.chat.sent].count("Attaching") == 1


async def test_an_edit_that_fails_costs_the_film_nothing(line: Line, crawling: Crawling) -> None:
    sending = await begins(line)
    assert isinstance(line.chat, Watched)
    line.chat.receipts[ANN] = [NotSent("down")]
    await happens(line.chat.shown)
    line.clock.pass_by(seconds=2)
    crawling.progress.size, crawling.progress.came = 1000, 500
    await happens(line.chat.told_so)
    crawling.there.set()
    await sending
    assert type(line.chat.sent[-1].notice).__name__ == "Attachment"
