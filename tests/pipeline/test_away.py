"""The database goes away in the middle: what was done meanwhile is recorded when it is back."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

import pytest

from bot.core.delivery import Parcel, Receipt
from bot.core.film import Film, Progress
from bot.core.notice import Attachment, Ended
from bot.core.request import AskHelp
from bot.core.task import Endpoint, Reading, TaskId
from storage.database import Database, Tx
from storage.tables import outbox
from tests.builders import ask, completed
from tests.fakes import Pauses, RecordingChat, ScriptedProvider
from tests.pipeline.conftest import Line
from tests.storage.rows import rows_of


class Leaving(Database):
    """Refuses connections while it is away, as a server that restarts does."""

    def __init__(self, url: str) -> None:
        super().__init__(url, sleep=Pauses())
        self.is_away = False

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Tx]:
        if self.is_away:
            raise ConnectionRefusedError
        async with super().write() as tx:
            yield tx


class ChatMeanwhile(RecordingChat):
    """While it sends, the database leaves."""

    def __init__(self, database: Leaving) -> None:
        super().__init__()
        self._database = database

    async def send(
        self, parcel: Parcel, films: tuple[Film, ...] = (), progress: Progress | None = None
    ) -> Receipt:
        self._database.is_away = True
        return await super().send(parcel, films, progress)


@pytest.fixture
async def leaving(line: Line) -> AsyncIterator[Leaving]:
    database = Leaving(line.database.url.render_as_string(hide_password=False))
    line.database = database
    line.chat = ChatMeanwhile(database)
    line.restart()
    yield database
    await database.close()


async def test_what_was_sent_meanwhile_is_not_sent_again(line: Line, leaving: Leaving) -> None:
    await line.asks(ask(AskHelp()))
    await line.deliver.once()
    with pytest.raises(ConnectionRefusedError):
        await line.deliver.once()  # nothing that cannot be recorded is sent
    leaving.is_away = False
    line.clock.pass_by(seconds=60)
    assert await line.deliver.once() == 0
    assert line.chat.told() == ["Help"]
    [row] = await rows_of(leaving, outbox)
    assert (row["state"], row["unsettled"]) == ("sent", 0)


class ProviderMeanwhile(ScriptedProvider):
    def __init__(self, database: Leaving) -> None:
        super().__init__()
        self._database = database

    async def read(
        self, task_id: TaskId, key: str, now: datetime, endpoint: Endpoint = Endpoint.VIDEOS
    ) -> Reading:
        self._database.is_away = True
        return await super().read(task_id, key, now, endpoint)


async def test_what_was_read_meanwhile_is_asked_again(line: Line, leaving: Leaving) -> None:
    line.chat = RecordingChat()
    line.provider = ProviderMeanwhile(leaving)
    line.provider.says("task_a1", completed())
    line.restart()
    await line.asks(ask("task_a1"))
    with pytest.raises(ConnectionRefusedError):
        await line.poll.once()
    line.provider = ScriptedProvider()
    line.provider.says("task_a1", completed())
    leaving.is_away = False
    line.restart()
    line.clock.pass_by(seconds=31)
    await line.poll.once()
    await line.delivers(seconds=3)
    assert [type(one.notice) for one in line.chat.sent] == [Ended, Attachment]
