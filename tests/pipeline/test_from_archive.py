"""The provider's link is dead, and we have a copy: it is the copy that arrives."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.core.delivery import ChatGone, Form
from bot.core.film import Unattached, Why
from bot.core.notice import LINK_LIVES, AsFile, Attachment, FilmNotice
from bot.core.request import Button, Press
from bot.core.task import Media, MediaKind
from storage import chats
from storage.database import Database
from tests.builders import ANN, FILM, XIAOLI, ask
from tests.pipeline.copying import BODY, Kept

ALBUM = Media(MediaKind.IMAGE, "https://cdn.example/1.png", ("https://cdn.example/2.png",))


@pytest.fixture
async def line(database: Database, tmp_path: Path) -> Kept:
    """There is a copy, and nobody has got the film yet."""
    line = Kept(database, tmp_path)
    await line.ends()
    await line.archives()
    line.host.asked.clear()
    line.carrying.whole.clear()
    return line


def dies(line: Kept, why: Why = Why.GONE) -> None:
    line.host.there = {FILM.url: Unattached(why)}


def last(line: Kept) -> FilmNotice:
    return [one.notice for one in line.chat.sent if isinstance(one.notice, FilmNotice)][-1]


def forms(line: Kept) -> list[Form]:
    return [one.form for one in line.chat.sent if isinstance(one.notice, FilmNotice)]


@pytest.mark.parametrize("why", [Why.GONE, Why.EXPIRED, Why.UNREACHABLE])
async def test_a_film_whose_link_is_dead_comes_from_the_archive(line: Kept, why: Why) -> None:
    dies(line, why)
    looks = len(line.provider.asked)
    await line.delivers(seconds=6)
    assert line.reading.got == [(FILM.url, BODY)]
    assert forms(line) == [Form.EDIT]
    assert line.copies.whole == [True]
    await line.looks(after=60)
    assert len(line.provider.asked) == looks  # nobody needs a fresh link


async def test_as_long_as_the_link_lives_the_archive_is_left_alone(line: Kept) -> None:
    await line.delivers(seconds=6)
    assert line.reading.got == [(FILM.url, BODY)]
    assert line.copies.whole == []


@pytest.mark.parametrize("why", [Why.TOO_BIG, Why.NOT_MEDIA, Why.FORBIDDEN])
async def test_what_a_copy_would_not_mend_is_said(line: Kept, why: Why) -> None:
    dies(line, why)
    await line.delivers(seconds=6)
    assert line.copies.whole == []
    assert last(line).unattached == Unattached(why)


async def test_the_file_behind_the_button_comes_from_the_archive_too(line: Kept) -> None:
    await line.delivers(seconds=6)
    line.clock.pass_by(days=10)
    dies(line)
    await line.asks(ask(Press("q", Button.FILE, last(line).ref)))
    await line.delivers(seconds=6)
    assert isinstance(last(line), AsFile)
    assert line.reading.got[1:] == [(FILM.url, BODY)]


async def test_a_copy_that_is_gone_leaves_the_reason_as_it_was(line: Kept) -> None:
    dies(line, Why.UNREACHABLE)
    for file in line.shelf.files():
        (line.shelf.folder / file).unlink()
    await line.delivers(seconds=30)
    assert last(line).unattached == Unattached(Why.UNREACHABLE)
    assert line.reading.got == []


async def test_without_an_archive_names_of_copies_are_nothing(line: Kept) -> None:
    dies(line)
    line.deliver._courier._copies = None
    await line.delivers(seconds=90)
    assert last(line).unattached == Unattached(Why.GONE)


async def test_a_chat_that_comes_back_late_gets_the_copy(line: Kept) -> None:
    line.chat.receipts[ANN] = [ChatGone("blocked")]
    await line.delivers(seconds=6)
    line.clock.pass_by(seconds=(LINK_LIVES + timedelta(days=2)).total_seconds())
    dies(line)
    await line.sweep.once()
    async with line.database.write() as tx:
        await chats.back(tx, ask("task_a1").asker.chat_id, line.clock())
    await line.delivers(seconds=10)
    assert isinstance(last(line), Attachment)
    assert line.reading.got == [(FILM.url, BODY)]


async def test_an_album_comes_from_the_archive_whole_and_in_order(
    database: Database, tmp_path: Path
) -> None:
    line = Kept(database, tmp_path)
    line.host.there = {ALBUM.url: b"one", ALBUM.more[0]: b"two"}
    await line.ends(media=ALBUM)
    await line.archives()
    line.host.there = {}
    await line.delivers(seconds=6)
    assert line.reading.got == [(ALBUM.url, b"one"), (ALBUM.more[0], b"two")]


async def test_a_second_chat_gets_what_the_first_got_by_its_id(line: Kept) -> None:
    dies(line)
    await line.delivers(seconds=6)
    await line.asks(ask("task_a1", XIAOLI))
    await line.delivers(seconds=6)
    assert len(line.reading.got) == 1
    assert line.chat.told(XIAOLI)[-1] == "Attachment"
