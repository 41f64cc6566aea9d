"""What becomes of an end that its chat cannot hear: it waits, changes its words, or finds a way."""

import pytest

from bot.core.delivery import ChatGone, Form, Parcel, TopicGone
from bot.core.film import Unattached, Why
from bot.core.notice import Attachment
from bot.core.request import AskHelp, ChatBack, ChatLost
from storage.tables import outbox
from tests.builders import ANN, NOON, XIAOLI, ask, completed, queued, running
from tests.fakes import FILE
from tests.pipeline.conftest import Line
from tests.storage.rows import rows_of

GROUP = -500


async def days_pass(line: Line, days: int) -> None:
    """With the sweep as often as it matters."""
    for _ in range(days * 4):
        line.clock.pass_by(hours=6)
        await line.sweep.once()


def films(line: Line, chat: int = ANN) -> list[Parcel]:
    return [
        one for one in line.chat.sent if isinstance(one.notice, Attachment) and one.chat_id == chat
    ]


async def unsettled(line: Line) -> list[str]:
    return [
        one["kind"] for one in await rows_of(line.database, outbox) if one["state"] == "pending"
    ]


async def blocked_at_the_end(line: Line) -> None:
    line.provider.says("task_a1", queued(), completed(completed_at=NOON))
    await line.asks(ask("task_a1"))
    await line.looks()
    line.chat.receipts[ANN] = [ChatGone("blocked")]
    await line.looks(after=20)


async def test_who_comes_back_while_the_link_lives_gets_the_film(line: Line) -> None:
    await blocked_at_the_end(line)
    await days_pass(line, 2)
    await line.asks(ask(ChatBack()))
    await line.delivers(seconds=10)
    [film] = films(line)
    assert film.form is Form.EDIT
    assert line.chat.told()[-3:] == ["Ended", "Attachment", "Card"]
    assert await unsettled(line) == []


async def test_who_comes_back_after_the_link_has_died_is_told_so(line: Line) -> None:
    await blocked_at_the_end(line)
    await days_pass(line, 4)
    await line.asks(ask(ChatBack()))
    await line.delivers(seconds=10)
    [told] = films(line)
    assert isinstance(told.notice, Attachment)
    assert (told.form, told.notice.unattached) == (
        Form.EDIT_LINK,
        Unattached(Why.TOO_LATE),
    )
    assert await unsettled(line) == []


async def test_an_announcement_that_promised_the_film_is_taken_back(line: Line) -> None:
    """'attaching the video …' stood there for ever."""
    line.provider.says("task_a1", completed(completed_at=NOON))
    await line.asks(ask("task_a1"))
    await line.poll.once()
    await line.deliver.once()
    line.chat.receipts[ANN] = [ChatGone("blocked")]
    await line.delivers(seconds=5)
    assert line.chat.told() == ["Ended"]
    await days_pass(line, 4)
    await line.asks(ask(ChatBack()))
    await line.delivers(seconds=10)
    [told] = films(line)
    assert told.form is Form.EDIT_LINK
    assert told.message_id is not None


async def test_a_film_that_another_chat_got_in_time_arrives_whenever_the_first_is_back(
    line: Line,
) -> None:
    await blocked_at_the_end(line)
    await line.asks(ask("task_a1", XIAOLI))
    await line.looks(after=5)
    await line.delivers(seconds=10)
    await days_pass(line, 10)
    await line.asks(ask(ChatBack()))
    await line.delivers(seconds=10)
    [film] = films(line)
    assert (film.form, film.kept) == (Form.EDIT, FILE)


async def test_who_comes_back_hears_nothing_of_yesterdays_percentages(line: Line) -> None:
    line.provider.says("task_a1", queued(), running(30), running(60), running(61))
    await line.asks(ask("task_a1"))
    await line.looks()
    await line.asks(ask(ChatLost()))
    await line.looks(after=20)
    await line.looks(after=20)
    await days_pass(line, 1)
    await line.asks(ask(ChatBack()))
    await line.delivers(seconds=10)
    assert "Milestone" not in line.chat.told()
    assert line.chat.told()[-1] == "Card", "which says how things stand"


async def test_a_chat_that_never_comes_back_leaves_nothing_behind(line: Line) -> None:
    await blocked_at_the_end(line)
    await days_pass(line, 32)
    assert await unsettled(line) == []
    assert await rows_of(line.database, outbox) == []


@pytest.mark.parametrize("thread", [9, None])
async def test_an_end_whose_group_has_closed_its_topics_reaches_only_the_one_who_asked(
    line: Line, thread: int | None
) -> None:
    await line.asks(ask(AskHelp(), ANN))
    await line.asks(ask(AskHelp(), XIAOLI))
    line.provider.says("task_a1", completed())
    line.chat.receipts[GROUP] = [TopicGone()] * (2 if thread else 1)
    await line.asks(ask("task_a1", GROUP, user=ANN, thread_id=thread))
    await line.poll.once()
    await line.delivers(seconds=10)
    assert line.chat.told(ANN) == ["Help", "Ended", "Attachment"]
    assert line.chat.told(XIAOLI) == ["Help"]
    assert line.chat.told(GROUP) == []
    assert await unsettled(line) == []
