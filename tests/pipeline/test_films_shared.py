"""Films that several wait for, that are asked for again, or that a restart finds half-way."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.delivery import WITH_FILE, ChatGone, Form, Parcel
from bot.core.film import Film, Progress, Unattached, Why
from bot.core.notice import LINK_LIVES, AsFile, Attachment, Reminder
from bot.core.request import Button, ChatBack, Press
from bot.core.task import Media
from bot.pipeline.deliver import Deliver
from storage.films import REMIND_BEFORE
from tests.builders import ANN, FILM, XIAOLI, ask, completed
from tests.fakes import ScriptedResults
from tests.pipeline.conftest import Line

AWAY = Unattached(Why.UNREACHABLE)
BIG = Unattached(Why.TOO_BIG, 61_000_000)
TO_REMINDER = (LINK_LIVES - REMIND_BEFORE + timedelta(minutes=1)).total_seconds()


async def ends(line: Line, *chats: int) -> None:
    line.provider.says("task_a1", completed(completed_at=line.clock()))
    for chat in chats:
        await line.asks(ask("task_a1", chat))
    await line.looks()


def films(line: Line, chat: int) -> list[Parcel]:
    return [
        one for one in line.chat.sent if isinstance(one.notice, Attachment) and one.chat_id == chat
    ]


async def test_a_second_asker_does_not_take_the_film_from_the_first(line: Line) -> None:
    line.results.found[FILM.url] = [AWAY]
    await ends(line, ANN)
    await line.delivers(seconds=2)
    await line.asks(ask("task_a1", XIAOLI))  # the question begins anew; nobody has answered yet
    line.results.found[FILM.url] = []
    await line.delivers(seconds=10)
    [film] = films(line, ANN)
    assert film.form is Form.EDIT


@pytest.mark.parametrize("why", [AWAY, BIG])
async def test_what_is_the_matter_with_a_file_is_found_out_once_for_all(
    line: Line, why: Unattached
) -> None:
    line.results.found[FILM.url] = [why]
    await ends(line, *range(5000, 5010))
    await line.delivers(seconds=60)
    told = [film.notice for chat in range(5000, 5010) for film in films(line, chat)]
    assert [one.unattached for one in told if isinstance(one, Attachment)] == [why] * 10
    assert len(line.results.asked) <= 3


async def test_a_link_in_the_place_of_another_film_is_reminded_of_once(line: Line) -> None:
    line.results.found[FILM.url] = [BIG]
    await ends(line, ANN)
    await line.delivers(seconds=3)
    [film] = films(line, ANN)
    assert isinstance(film.notice, Attachment)
    await line.asks(ask(Press("q", Button.AGAIN, film.notice.ref)))
    await line.looks()
    await line.delivers(seconds=5)
    line.clock.pass_by(seconds=TO_REMINDER)
    await line.delivers(seconds=10)
    assert line.chat.told().count("Reminder") == 1


async def test_a_film_that_came_at_last_is_not_reminded_of(line: Line) -> None:
    line.results.found[FILM.url] = [BIG]
    await ends(line, ANN)
    await line.delivers(seconds=3)
    [film] = films(line, ANN)
    assert isinstance(film.notice, Attachment)
    line.results.found[FILM.url] = []
    await line.asks(ask(Press("q", Button.AGAIN, film.notice.ref)))
    await line.looks()
    await line.delivers(seconds=5)
    assert [one.form in WITH_FILE for one in films(line, ANN)] == [False, True]
    line.clock.pass_by(seconds=TO_REMINDER)
    await line.delivers(seconds=10)
    assert "Reminder" not in line.chat.told()


async def test_a_reminder_of_a_dead_link_is_not_said_to_who_comes_back(line: Line) -> None:
    line.results.found[FILM.url] = [BIG]
    await ends(line, ANN)
    await line.delivers(seconds=3)
    line.chat.receipts[ANN] = [ChatGone("blocked")]
    line.clock.pass_by(seconds=TO_REMINDER)
    await line.delivers(seconds=2)
    line.clock.pass_by(days=2)
    await line.sweep.once()
    await line.asks(ask(ChatBack()))
    await line.delivers(seconds=5)
    assert not [one for one in line.chat.sent if isinstance(one.notice, Reminder)]


async def test_a_file_does_not_wait_for_a_reminder(line: Line) -> None:
    line.results.found[FILM.url] = [BIG]
    await ends(line, ANN)
    await line.delivers(seconds=3)
    [film] = films(line, ANN)
    assert isinstance(film.notice, Attachment)
    line.results.found[FILM.url] = []
    await line.asks(ask(Press("q", Button.FILE, film.notice.ref)))
    await line.delivers(seconds=5)
    assert [one.form for one in line.chat.sent if isinstance(one.notice, AsFile)] == [Form.NEW]


async def test_a_film_whose_process_died_leaves_a_link_that_says_so(line: Line) -> None:
    line.provider.says("task_a1", completed())
    await line.asks(ask("task_a1"))
    await line.poll.once()
    await line.deliver.once()  # the announcement
    [parcel] = await line.deliver._claim()  # and nobody hears of it again
    assert isinstance(parcel.notice, Attachment)
    async with line.database.write() as tx:
        await tx.exec_driver_sql("UPDATE outbox SET message_id = NULL WHERE kind = 'announce'")
    line.restart()
    line.clock.pass_by(seconds=60)
    await line.delivers(seconds=5)
    [film] = films(line, ANN)
    assert isinstance(film.notice, Attachment)
    assert (film.form, film.notice.unattached) == (Form.NEW_LINK, Unattached(Why.UNSURE))


class Unending(ScriptedResults):
    """Bytes that do not come."""

    def __init__(self) -> None:
        super().__init__()
        self.begun = asyncio.Event()

    @asynccontextmanager
    async def fetch(
        self, media: Media, *, name: str, as_file: bool, whole: bool, progress: Progress
    ) -> AsyncIterator[tuple[Film, ...] | Unattached]:
        self.begun.set()
        await asyncio.Event().wait()
        yield ()


async def test_a_restart_while_bytes_are_fetched_costs_no_film(line: Line) -> None:
    """Telegram was not asked for anything yet, so nothing can be there already."""
    album = replace(FILM, more=("https://cdn.example/2.mp4",))
    line.provider.says("task_a1", completed(media=album))
    await line.asks(ask("task_a1"))
    await line.poll.once()
    await line.deliver.once()  # the announcement
    results = Unending()
    leaving = Deliver(
        line.database, line.chat, results, now=line.clock, dice=lambda: 0.0, rate=1000
    )
    line.clock.pass_by(seconds=2)
    sending = asyncio.create_task(leaving.once())
    await asyncio.wait_for(results.begun.wait(), 60)
    sending.cancel()
    with suppress(asyncio.CancelledError):
        await sending
    line.restart()
    line.clock.pass_by(seconds=60)
    await line.delivers(seconds=5)
    assert [one.form for one in films(line, ANN)] == [Form.NEW]
