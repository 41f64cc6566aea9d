"""The database goes away while updates are answered: each is answered, once, and none is blamed."""

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select, text

from bot.core.request import AskHelp, Request
from bot.pipeline.answer import Answering
from storage.database import Database, Tx
from storage.faults import fault_of
from storage.inbox import MOST_ATTEMPTS
from storage.schema import migrate
from storage.tables import inbox, outbox
from tests.builders import ANN, ask
from tests.fakes import Pauses
from tests.pipeline.conftest import Line
from tests.storage.own_postgres import OwnPostgres, own_postgres
from tests.storage.rows import rows_of

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture(scope="module")
def own() -> Iterator[OwnPostgres]:
    with own_postgres() as server:
        yield server


class Forgetful(Database):
    """The answer to its *fatal*-th commit gets lost on the way; the commit was done."""

    def __init__(self, url: str, fatal: int) -> None:
        super().__init__(url, sleep=Pauses())
        self.commits = 0
        self._fatal = fatal

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Tx]:
        async with super().write() as tx:
            yield tx
        self.commits += 1
        if self.commits == self._fatal:
            raise ConnectionResetError


async def answers(database: Database) -> list[str]:
    return [row["payload"] for row in await rows_of(database, outbox)]


def begin(rival: sqlite3.Connection) -> None:
    rival.execute("BEGIN IMMEDIATE")


async def states(database: Database) -> list[tuple[str, int]]:
    return [(row["state"], row["attempts"]) for row in await rows_of(database, inbox)]


async def test_whichever_commits_answer_gets_lost_a_question_is_answered_once(
    line: Line, caplog: pytest.LogCaptureFixture
) -> None:
    """It was answered twice: what had been done was noted as failed, and done again."""
    url = line.database.url.render_as_string(hide_password=False)
    for fatal in range(1, 4):
        database = Forgetful(url, fatal)
        await line.arrives(ask(AskHelp(), ANN + fatal))
        answering = Answering(database, line._read, rules=line.rules, now=line.clock)
        for _ in range(3):
            await answering.once()
            line.clock.pass_by(seconds=31)
        await database.close()
        assert len(await answers(line.database)) == fatal
    assert {state for state, _ in await states(line.database)} == {"done"}
    assert [one.getMessage() for one in caplog.records if one.levelno >= logging.WARNING] == []


class Interrupted:
    """Answers updates; while one of them is read, the database goes away."""

    def __init__(self, line: Line, database: Database, go_away: Callable[[], None]) -> None:
        self.answering = Answering(database, self._read, rules=line.rules, now=line.clock)
        self._go_away = go_away
        self._line = line

    def _read(self, payload: dict[str, Any]) -> Request | None:
        self._go_away()
        return self._line._read(payload)


@ON_SQLITE
async def test_five_outages_in_a_row_are_no_fault_of_the_question(
    line: Line, database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    """It was set aside like one that has a bug in it, and never answered."""
    pauses = Pauses()
    impatient = Database(database_url, busy_timeout=0.001, sleep=pauses)
    await line.arrives(ask(AskHelp()))
    with closing(sqlite3.connect(line.database.url.database or "", isolation_level=None)) as rival:
        away = Interrupted(line, impatient, partial(begin, rival))
        for _ in range(MOST_ATTEMPTS + 2):
            with pytest.raises(Exception, match="locked"):
                await away.answering.once()
            rival.execute("ROLLBACK")
    assert await states(line.database) == [("pending", 1)]
    line.restart()  # and a restart finds it as new
    line.clock.pass_by(seconds=31)
    assert await line.answering.once() == 1
    await impatient.close()
    assert len(await answers(line.database)) == 1
    assert [one for one in caplog.records if one.levelno >= logging.WARNING] == []


async def test_outages_of_postgresql_are_no_fault_of_the_question(own: OwnPostgres) -> None:
    await migrate(own.url)
    database = Database(own.url, sleep=Pauses())
    line = Line(database)
    await line.arrives(ask(AskHelp()))
    away = Interrupted(line, database, own.crash)
    for _ in range(MOST_ATTEMPTS + 1):
        with pytest.raises(Exception) as raised:  # noqa: PT011 — of many kinds
            await away.answering.once()
        assert fault_of(raised.value) is not None
        await asyncio.to_thread(own.start)
    assert await line.answering.once() == 0  # it waits for its claim to run out
    line.clock.pass_by(seconds=31)
    assert await line.answering.once() == 1
    assert await states(database) == [("done", 2)]
    assert len(await answers(database)) == 1
    await database.close()


async def test_a_bug_is_counted_as_before(line: Line) -> None:
    await line.arrives(ask(AskHelp()))

    def broken(_payload: dict[str, Any]) -> Request | None:
        raise ZeroDivisionError

    answering = Answering(line.database, broken, rules=line.rules, now=line.clock)
    for _ in range(MOST_ATTEMPTS):
        await answering.once()
        line.clock.pass_by(seconds=31)
    assert await states(line.database) == [("dead", MOST_ATTEMPTS)]


async def test_postgresql_restarts_while_questions_are_answered_and_each_is_answered_once(
    own: OwnPostgres,
) -> None:
    """By two processes; the claims that a crash leaves behind run out."""
    await migrate(own.url)
    databases = [Database(own.url) for _ in range(2)]
    line = Line(databases[0])
    async with databases[0].write() as tx:
        await tx.execute(text("TRUNCATE inbox, outbox, chats CASCADE"))
    workers = [Answering(one, line._read, rules=line.rules, now=line.clock) for one in databases]

    async def work(answering: Answering) -> None:
        try:
            line.clock.pass_by(seconds=0 if await answering.once() else 31)
        except Exception as error:
            if fault_of(error) is None:
                raise

    for _ in range(6):
        for chat in range(40):
            await line.arrives(ask(AskHelp(), ANN + chat))
        restarting = asyncio.create_task(asyncio.to_thread(own.restart))
        while not restarting.done() or await undone(databases[0]):
            await asyncio.gather(*map(work, workers))
    told = [row["chat_id"] for row in await rows_of(databases[0], outbox)]
    assert sorted(told) == sorted(list(range(ANN, ANN + 40)) * 6)
    assert {state for state, _ in await states(databases[0])} == {"done"}
    for one in databases:
        await one.close()


async def undone(database: Database) -> bool:
    async def look(tx: Tx) -> bool:
        pending = select(inbox.c.update_id).where(inbox.c.state != "done").limit(1)
        return await tx.scalar(pending) is not None

    return await database.unit(look)
