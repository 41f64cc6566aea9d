"""A kill at every single commit of the walk, just before it and just after: the end arrives, once.

A kill -9 leaves the database as the last commit left it. So the walk is repeated, and each time
the process dies one commit later, until one walk outlives its killer. Nothing of a dead process
may act again; the next one starts on the same database when the leases have run out.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import text

from bot.core.notice import Attachment, Ended
from bot.core.request import Request
from storage.database import Database, Tx
from tests.builders import ask, completed, queued, running
from tests.pipeline.conftest import Line

ENOUGH_ROUNDS = 15


class Killed(BaseException):
    """No handler of the program may catch it."""


CHANGED = {
    "sqlite": "SELECT total_changes()",
    "postgresql": (
        "SELECT sum(n_tup_ins + n_tup_upd + n_tup_del)::bigint FROM pg_stat_xact_user_tables"
    ),
}
"""Another value than before: the transaction has changed something."""


class MortalDatabase(Database):
    """Dies at the *fatal*-th commit that changes anything: before it is stored, or after it."""

    def __init__(self, url: str, fatal: int, *, before: bool) -> None:
        super().__init__(url)
        self.commits = 0
        self._fatal = fatal
        self._before = before
        self.dead = False

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Tx]:
        if self.dead:
            raise Killed
        async with super().write() as tx:
            before = await tx.scalar(text(CHANGED[tx.dialect.name]))
            yield tx
            self.commits += before != await tx.scalar(text(CHANGED[tx.dialect.name]))
            self.dead = self.commits == self._fatal
            if self.dead and self._before:
                raise Killed
        if self.dead:
            raise Killed


async def walk(line: Line) -> bool:
    """One round of all stages, a few seconds of life. False: the process died in it."""
    try:
        await line.answering.once()
        line.clock.pass_by(seconds=5)
        await line.poll.once()
        for _ in range(6):
            line.clock.pass_by(seconds=1)
            await line.deliver.once()
    except Killed:
        return False
    return True


def film_arrived(line: Line, asked: Request) -> bool:
    told = [one for one in line.chat.sent if one.chat_id == asked.asker.chat_id]
    return any(isinstance(one.notice, Attachment) for one in told)


async def live_and_die(line: Line, number: int, *, before: bool) -> MortalDatabase:
    """The walk of one task, with the process killed at its *number*-th commit."""
    chat = 5000 + number + (500 if before else 0)
    asked = ask(f"task_{chat}", chat)
    line.provider.says(f"task_{chat}", queued(), running(30), completed())
    await line.arrives(asked)
    url = line.database.url.render_as_string(hide_password=False)
    mortal = MortalDatabase(url, number, before=before)
    immortal, line.database = line.database, mortal
    line.restart()
    afterwards = 0
    for _ in range(ENOUGH_ROUNDS):
        afterwards += film_arrived(line, asked)
        if afterwards and (not mortal.dead or afterwards > 4):  # a lease has run out since
            break
        if not await walk(line):
            line.database = immortal
            line.clock.pass_by(seconds=31)
            line.restart()
    line.database = immortal
    line.restart()
    await line.delivers(seconds=10)
    await mortal.close()
    return mortal


@pytest.mark.parametrize("before", [True, False], ids=["before the commit", "after the commit"])
async def test_a_kill_at_any_commit_loses_no_end_and_doubles_no_film(
    line: Line, *, before: bool
) -> None:
    number = 0
    outlived = False
    while not outlived:
        number += 1
        mortal = await live_and_die(line, number, before=before)
        outlived = not mortal.dead
        chat = 5000 + number + (500 if before else 0)
        told = [one for one in line.chat.sent if one.chat_id == chat]
        films = [one for one in told if isinstance(one.notice, Attachment)]
        ends = [one for one in told if isinstance(one.notice, Ended)]
        where = f"killed at commit {number}: {[type(one.notice).__name__ for one in told]}"
        # The attachment is an edit in place: said twice it is still one film in one message.
        assert len({one.message_id for one in films}) == 1, where
        assert all(one.message_id is not None for one in films), where
        assert 1 <= len(ends) <= 2, where  # a kill between doing and noting repeats one line
        assert type(told[-1].notice).__name__ in ("Attachment", "Card"), where
        marks = [one.notice.mark for one in told if hasattr(one.notice, "mark")]
        assert marks == sorted(marks), where
    assert number > 10  # a walk has at least that many commits
