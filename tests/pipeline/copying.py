"""A line of stages beside an archive: results have bytes, and links die when a test says so."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO, Protocol

from bot.core.archive import Unkept
from bot.core.delivery import Parcel, Receipt
from bot.core.film import Facts, Film, Progress, Shape, Unattached, Why
from bot.core.task import Media
from bot.media.archive import Archive
from bot.media.archived import ArchiveFetcher
from bot.pipeline.archive import Archiving
from bot.pipeline.deliver import Deliver
from storage.database import Database
from storage.tables import tasks
from tests.builders import ANN, FILM, ask, completed
from tests.fakes import RecordingChat
from tests.pipeline.conftest import Line
from tests.storage.rows import rows_of

BODY = b"film"


class Source(Protocol):
    async def download(
        self, url: str, into: BinaryIO, most: int, progress: Progress
    ) -> int | Unattached: ...


class Host:
    """Of results: bytes at addresses, or why there are none. A gate holds who asks for one."""

    def __init__(self) -> None:
        self.there: dict[str, bytes | Unattached] = {FILM.url: BODY}
        self.asked: list[str] = []
        self.was_asked = asyncio.Event()
        self.gate: asyncio.Event | None = None

    async def download(
        self, url: str, into: BinaryIO, most: int, progress: Progress
    ) -> int | Unattached:
        del most, progress
        self.asked.append(url)
        self.was_asked.set()
        if self.gate is not None:
            try:
                await self.gate.wait()
            finally:  # whoever hangs up takes a few turns, too
                for _ in range(9):
                    await asyncio.sleep(0)
        found = self.there.get(url, Unattached(Why.GONE))
        return found if isinstance(found, Unattached) else into.write(found)


class Carrying:
    """Everything through us, and nothing looked at; on leaving its files are gone."""

    def __init__(self, source: Source, folder: Path) -> None:
        self._source = source
        self._folder = folder
        self.whole: list[bool] = []

    @asynccontextmanager
    async def fetch(
        self, media: Media, *, name: str, as_file: bool, whole: bool, progress: Progress
    ) -> AsyncIterator[tuple[Film, ...] | Unattached]:
        self.whole.append(whole)
        films = []
        with TemporaryDirectory(dir=self._folder) as place:
            for number, url in enumerate((media.url, *media.more)):
                body, path = BytesIO(), Path(place, str(number))
                came = await self._source.download(url, body, 10**6, progress)
                path.write_bytes(body.getvalue())  # noqa: ASYNC240 — few
                if isinstance(came, Unattached):
                    yield came
                    return
                shape = Shape.FILE if as_file else Shape.VIDEO
                films.append(Film(shape, f"{name}.mp4", url, path, Facts(came)))
            yield tuple(films)


class ReadingChat(RecordingChat):
    """Reads what is uploaded."""

    def __init__(self) -> None:
        super().__init__()
        self.got: list[tuple[str, bytes]] = []
        """Whose address it is, and its bytes; for each attempt."""

    async def send(
        self, parcel: Parcel, films: tuple[Film, ...] = (), progress: Progress | None = None
    ) -> Receipt:
        self.got += [(film.url, film.path.read_bytes()) for film in films if film.path]
        return await super().send(parcel, films, progress)


class Shelved(Archive):
    """Counts."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder.as_uri())
        self.folder = folder
        self.puts: list[str] = []

    async def put(self, name: str, path: Path) -> int | Unkept:
        self.puts.append(name)
        return await super().put(name, path)

    def files(self) -> dict[str, bytes]:
        return {
            path.relative_to(self.folder).as_posix(): path.read_bytes()
            for path in self.folder.rglob("*")
            if path.is_file()
        }


class Kept(Line):
    """The line, and one more stage."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.folder = folder
        self.temporary = folder / "temporary"
        self.temporary.mkdir()
        self.host = Host()
        self.shelf = Shelved(folder / "archive")
        self.carrying = Carrying(self.host, self.temporary)
        self.reading = ReadingChat()
        super().__init__(database)

    def restart(self) -> None:
        super().restart()
        self.chat = self.reading
        self.copies = Carrying(ArchiveFetcher(self.shelf), self.temporary)
        self.deliver = Deliver(
            self.database,
            self.reading,
            self.carrying,
            copies=self.copies,
            now=self.clock,
            dice=lambda: 0.0,
            rate=1000,
        )
        self.archiving = self.another()

    def another(self, database: Database | None = None, renew_every: float = 20) -> Archiving:
        """Stage, as of one more process."""
        return Archiving(
            database or self.database,
            self.carrying,
            self.shelf,
            now=self.clock,
            renew_every=renew_every,
        )

    async def ends(self, task: str = "task_a1", chat: int = ANN, **said: object) -> None:
        """Well, and it is not delivered yet."""
        self.provider.says(task, completed(completed_at=self.clock(), **said))
        await self.asks(ask(task, chat))
        await self.poll.once()

    async def archives(self, *, minutes: float = 1) -> int:
        """What is due after so many."""
        self.clock.pass_by(minutes=minutes)
        tried = 0
        while await self.archiving.once():
            tried += 1
        return tried

    async def row(self) -> dict[str, object]:
        [row] = await rows_of(self.database, tasks)
        return row
