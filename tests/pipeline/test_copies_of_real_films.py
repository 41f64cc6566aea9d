"""A real film, over real HTTP, by the real way through us: copied, and sent from its copy."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.core.delivery import Form, Parcel, Receipt
from bot.core.film import Film, Progress, Shape
from bot.core.task import Media, MediaKind
from bot.media.archived import ArchiveFetcher
from bot.media.bench import Bench
from bot.media.disk import Disk
from bot.media.fetch import Fetcher, fetching
from bot.media.limits import CLOUD, LOCAL
from bot.media.results import Results
from bot.pipeline.archive import Archiving
from bot.pipeline.deliver import Deliver
from storage.database import Database
from tests.builders import ask, completed
from tests.media.hosts import a_file, hosting
from tests.media.reels import Reel
from tests.pipeline.conftest import Line
from tests.pipeline.copying import ReadingChat, Shelved


class SeeingChat(ReadingChat):
    def __init__(self) -> None:
        super().__init__()
        self.films: list[Film] = []

    async def send(
        self, parcel: Parcel, films: tuple[Film, ...] = (), progress: Progress | None = None
    ) -> Receipt:
        self.films += films
        return await super().send(parcel, films, progress)


@pytest.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    async with fetching((), allow_private=True) as opened:
        yield opened


async def test_a_film_outlives_its_host(
    database: Database, tmp_path: Path, fetcher: Fetcher
) -> None:
    body = Reel().write(tmp_path / "film.mp4").read_bytes()
    room = tmp_path / "room"
    room.mkdir()
    line, chat, shelf = Line(database), SeeingChat(), Shelved(tmp_path / "archive")
    line.deliver = Deliver(
        database,
        chat,
        Results(fetcher, Disk(room), Bench(), CLOUD),
        copies=Results(ArchiveFetcher(shelf), Disk(room), Bench(), CLOUD),
        now=line.clock,
        dice=lambda: 0.0,
        rate=1000,
    )
    archiving = Archiving(
        database, Results(fetcher, Disk(room), Bench(), LOCAL), shelf, now=line.clock
    )
    async with hosting(a_file(body)) as site:
        media = Media(MediaKind.VIDEO, site.url())
        line.provider.says("task_a1", completed(media=media, completed_at=line.clock()))
        await line.asks(ask("task_a1"))
        await line.poll.once()
        line.clock.pass_by(minutes=1)
        assert await archiving.once() == 1
    assert shelf.files() == {"task_a1/1.mp4": body}
    await line.delivers(seconds=10)
    [film] = chat.films
    assert (film.shape, film.name, film.url) == (Shape.VIDEO, "task_a1.mp4", media.url)
    assert (film.facts.width, film.facts.height, film.streams) == (160, 90, True)
    assert film.thumbnail is not None
    assert chat.got == [(media.url, body)]
    assert chat.sent[-1].form is Form.EDIT
    assert list(room.iterdir()) == []
