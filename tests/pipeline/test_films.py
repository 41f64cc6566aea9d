"""The last step: from the bytes of a result to the chat, rung by rung."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.delivery import Form, MediaRefused
from bot.core.film import Unattached, Why
from bot.core.notice import LINK_LIVES, AsFile, Attachment, Reminder
from bot.core.request import Button, Press
from bot.core.task import Media, MediaKind
from bot.core.watch import WatchRef
from storage.films import REMIND_BEFORE
from tests.builders import ANN, FILM, XIAOLI, ask, completed
from tests.fakes import FILE
from tests.pipeline.conftest import Line

FRESH = Media(MediaKind.VIDEO, "https://cdn.example/fresh.mp4")
ALBUM = Media(MediaKind.IMAGE, "https://cdn.example/1.png", ("https://cdn.example/2.png",))
BIG = Unattached(Why.TOO_BIG, 61_000_000)


async def ends(line: Line, *chats: int, seconds: float = 6) -> None:
    line.provider.says("task_a1", completed(completed_at=line.clock()))
    for chat in chats or (ANN,):
        await line.asks(ask("task_a1", chat))
    await line.looks()
    await line.delivers(seconds=seconds)


async def press_file(line: Line, ref: WatchRef, chat: int = ANN) -> str:
    """What the button answers."""
    await line.asks(ask(Press("q", Button.FILE, ref), chat))
    await line.delivers(seconds=6)
    [toast] = [
        one.notice for one in line.chat.sent if one.chat_id == chat and one.id == newest(line)
    ]
    return toast.text  # type: ignore[union-attr]


def newest(line: Line) -> int:
    return max(one.id for one in line.chat.sent if type(one.notice).__name__ == "Toast")


def films(line: Line, kind: type = Attachment) -> list[Form]:
    return [one.form for one in line.chat.attempted if isinstance(one.notice, kind)]


def link(line: Line) -> Attachment:
    [last] = [one.notice for one in line.chat.sent if isinstance(one.notice, Attachment)]
    return last


async def test_telegram_is_given_the_address_first(line: Line) -> None:
    await ends(line)
    assert line.results.asked == [(FILM.url, False, False)]
    assert films(line) == [Form.EDIT]


async def test_an_address_that_telegram_does_not_take_is_fetched_and_uploaded(line: Line) -> None:
    line.chat.receipts[ANN] = []
    line.provider.says("task_a1", completed())
    await line.asks(ask("task_a1"))
    await line.poll.once()
    await line.deliver.once()
    line.chat.receipts[ANN] = [MediaRefused("not a media URL")]
    await line.delivers(seconds=6)
    assert line.results.asked == [(FILM.url, False, False), (FILM.url, False, True)]
    assert films(line) == [Form.EDIT, Form.EDIT_UPLOAD]


@pytest.mark.parametrize("why", [Why.TOO_BIG, Why.NOT_MEDIA, Why.BROKEN, Why.FORBIDDEN])
async def test_what_cannot_be_sent_is_a_link_that_says_why(line: Line, why: Why) -> None:
    line.results.found[FILM.url] = [Unattached(why, 61_000_000)]
    await ends(line)
    assert films(line) == [Form.EDIT_LINK]
    assert link(line).unattached == Unattached(why, 61_000_000)


async def test_a_host_that_is_away_for_a_moment_costs_a_moment(line: Line) -> None:
    usual = line.results.found["https://cdn.example/none"]
    line.results.found[FILM.url] = [Unattached(Why.UNREACHABLE)]
    await ends(line, seconds=1)
    assert films(line) == []
    line.results.found[FILM.url] = usual
    await line.delivers(seconds=6)
    assert films(line) == [Form.EDIT]


async def test_a_host_that_stays_away_leaves_its_link_within_seconds(line: Line) -> None:
    line.results.found[FILM.url] = [Unattached(Why.UNREACHABLE)]
    await ends(line, seconds=40)
    assert link(line).unattached == Unattached(Why.UNREACHABLE)
    assert len(line.results.asked) == 3


async def test_a_dead_link_has_the_provider_asked_once_for_a_fresh_one(line: Line) -> None:
    line.results.found[FILM.url] = [Unattached(Why.GONE)]
    await ends(line, seconds=2)
    line.provider.says("task_a1", completed(media=FRESH))
    looks = len(line.provider.asked)
    await line.looks()
    await line.delivers(seconds=15)
    assert len(line.provider.asked) == looks + 1
    assert line.results.asked[-1] == (FRESH.url, False, False)
    assert link(line).task.media == FRESH
    assert films(line) == [Form.EDIT]


async def test_a_link_that_stays_dead_is_said_to_be_dead(line: Line) -> None:
    line.results.found[FILM.url] = [Unattached(Why.GONE)]
    await ends(line, seconds=2)
    looks = len(line.provider.asked)
    await line.looks()
    await line.delivers(seconds=30)
    await line.looks()
    assert link(line).unattached == Unattached(Why.GONE)
    assert len(line.provider.asked) == looks + 1


async def test_while_the_provider_is_away_a_dead_link_does_not_wait_for_ever(line: Line) -> None:
    line.results.found[FILM.url] = [Unattached(Why.GONE)]
    await ends(line, seconds=70)  # nobody polls
    assert link(line).unattached == Unattached(Why.GONE)


async def test_a_link_is_said_again_once_before_it_dies(line: Line) -> None:
    line.results.found[FILM.url] = [BIG]
    await ends(line)
    line.clock.pass_by(seconds=(LINK_LIVES - REMIND_BEFORE - timedelta(minutes=1)).total_seconds())
    await line.delivers(seconds=3)
    assert "Reminder" not in line.chat.told()
    line.clock.pass_by(minutes=2)
    await line.delivers(seconds=3)
    line.clock.pass_by(hours=11)
    await line.delivers(seconds=3)
    [reminder] = [one for one in line.chat.sent if isinstance(one.notice, Reminder)]
    assert reminder.reply_to is not None
    assert reminder.reply_to == next(
        one.message_id for one in line.chat.sent if one.form is Form.EDIT_LINK
    )


@pytest.mark.parametrize("why", [Why.GONE, Why.EXPIRED, Why.FORBIDDEN])
async def test_a_link_that_leads_nowhere_is_not_said_again(line: Line, why: Why) -> None:
    line.results.found[FILM.url] = [Unattached(why)]
    await ends(line, seconds=30)
    line.clock.pass_by(days=4)
    await line.delivers(seconds=3)
    assert "Reminder" not in line.chat.told()


async def test_a_film_that_arrived_needs_no_reminder(line: Line) -> None:
    await ends(line)
    line.clock.pass_by(days=4)
    await line.delivers(seconds=3)
    assert "Reminder" not in line.chat.told()


async def test_many_chats_wait_for_one_film_and_its_bytes_travel_once(line: Line) -> None:
    chats = range(5000, 5050)
    await ends(line, *chats, seconds=8)
    kept = [one.kept for one in line.chat.sent if isinstance(one.notice, Attachment)]
    assert len(line.results.asked) == 1
    assert kept == [None, *[FILE] * 49]


async def test_an_album_is_a_message_of_its_own(line: Line) -> None:
    line.provider.says("task_a1", completed(media=ALBUM))
    await line.asks(ask("task_a1"))
    await line.looks()
    await line.delivers(seconds=4)
    assert films(line) == [Form.NEW]


async def test_the_button_sends_the_bytes_as_a_file_and_only_once(line: Line) -> None:
    await ends(line)
    ref = link(line).ref
    assert await press_file(line, ref) == "file"
    assert line.results.asked[-1] == (FILM.url, True, False)
    assert await press_file(line, ref) == "file_already"
    assert films(line, AsFile) == [Form.NEW]


async def test_a_file_that_could_not_be_sent_may_be_asked_for_again(line: Line) -> None:
    await ends(line)
    line.results.found[FILM.url] = [BIG]
    ref = link(line).ref
    assert await press_file(line, ref) == "file"
    del line.results.found[FILM.url]
    assert await press_file(line, ref) == "file"
    assert films(line, AsFile) == [Form.NEW_LINK, Form.NEW]


async def test_a_strangers_press_brings_no_file(line: Line) -> None:
    await ends(line, ANN)
    await line.asks(ask("task_b1", XIAOLI))
    assert await press_file(line, link(line).ref, XIAOLI) == "gone"
    assert films(line, AsFile) == []


async def test_what_is_kept_as_a_film_is_not_sent_as_a_file(line: Line) -> None:
    """Telegram takes an id only for what it was made for."""
    await ends(line, ANN, XIAOLI, seconds=8)
    ref = next(
        one.notice.ref
        for one in line.chat.sent
        if isinstance(one.notice, Attachment) and one.chat_id == XIAOLI
    )
    await press_file(line, ref, XIAOLI)
    [file] = [one for one in line.chat.sent if isinstance(one.notice, AsFile)]
    assert file.kept is None


async def test_nothing_stays_open_whatever_happens(line: Line) -> None:
    line.chat.explode_on = Attachment
    await ends(line)
    assert line.results.asked
    assert line.results.open == 0


async def test_a_notice_keeps_its_own_words_and_its_task_is_the_latest(line: Line) -> None:
    line.results.found[FILM.url] = [Unattached(Why.GONE)]
    await ends(line, seconds=2)
    line.results.found[FRESH.url] = [BIG]
    line.provider.says("task_a1", completed(media=FRESH))
    await line.looks()
    await line.delivers(seconds=15)
    said = link(line)
    assert said == replace(said, asked_again=True, unattached=BIG)
    assert said.task.media == FRESH
