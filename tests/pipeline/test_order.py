"""What reaches a chat, in which order, when not everything goes well."""

import asyncio
from datetime import timedelta

from bot.core.delivery import (
    ChatGone,
    ChatMoved,
    FloodWait,
    Form,
    MediaRefused,
    MessageGone,
    NotSent,
    TopicGone,
    Unsure,
)
from bot.core.notice import Attachment, Card, Ended, Milestone
from bot.core.request import AskHelp, ChatBack, ChatLost
from bot.core.watch import ChatId
from tests.builders import ANN, XIAOLI, ask, completed, queued, running
from tests.pipeline.conftest import Line

GROUP = -500


async def test_a_milestone_that_waited_until_the_end_is_never_rung(line: Line) -> None:
    line.provider.says("task_a1", queued(), running(60), completed())
    await line.asks(ask("task_a1"))
    await line.looks()
    line.clock.pass_by(seconds=20)
    await line.poll.once()  # the milestone waits in the outbox, nobody delivers
    line.clock.pass_by(seconds=20)
    await line.poll.once()
    await line.delivers(seconds=5)
    assert "Milestone" not in line.chat.told()
    assert line.chat.told()[-1] == "Card"  # the last edit closes the card
    assert line.chat.told()[-3:-1] == ["Ended", "Attachment"]


async def test_a_lower_milestone_is_never_rung_after_a_higher_one(line: Line) -> None:
    line.provider.says("task_a1", queued(), running(80), running(30), running(90))
    await line.asks(ask("task_a1"))
    for _ in range(4):
        await line.looks(after=20)
    marks = [one.notice.mark for one in line.chat.sent if isinstance(one.notice, Milestone)]
    assert marks == [75]


async def test_a_throttled_chat_hears_nothing_before_its_time_and_others_go_on(
    line: Line,
) -> None:
    line.chat.receipts[ANN] = [FloodWait(timedelta(seconds=30))]
    await line.asks(ask(AskHelp(), ANN))
    await line.asks(ask(AskHelp(), XIAOLI))
    await line.delivers(seconds=29)
    assert line.chat.told(ANN) == []
    assert line.chat.told(XIAOLI) == ["Help"]
    assert len([one for one in line.chat.attempted if one.chat_id == ANN]) == 1
    await line.delivers(seconds=2)
    assert line.chat.told(ANN) == ["Help"]


async def test_a_private_chat_hears_no_more_than_a_message_a_second_after_a_burst(
    line: Line,
) -> None:
    for _ in range(20):
        await line.asks(ask(AskHelp()))
    await line.delivers()
    assert len(line.chat.sent) <= 3
    await line.delivers(seconds=10)
    assert len(line.chat.sent) <= 13


async def test_a_group_hears_no_more_than_twenty_messages_a_minute(line: Line) -> None:
    for _ in range(40):
        await line.asks(ask(AskHelp(), GROUP, user=ANN))
    await line.delivers(seconds=59)
    assert 15 <= len(line.chat.sent) <= 20


async def test_ends_go_before_answers(line: Line) -> None:
    line.provider.says("task_a1", queued(), completed())
    await line.asks(ask("task_a1"))
    await line.looks()
    for _ in range(5):
        await line.asks(ask(AskHelp()))
    line.clock.pass_by(seconds=20)
    await line.poll.once()
    await line.delivers(seconds=1)
    assert line.chat.told()[1] == "Ended"


async def test_a_film_telegram_does_not_take_becomes_a_link_in_the_same_message(
    line: Line,
) -> None:
    line.provider.says("task_a1", completed())
    await line.asks(ask("task_a1"))
    await line.poll.once()
    await line.deliver.once()
    line.chat.receipts[ANN] = [MediaRefused("too big"), MediaRefused("too big")]
    await line.delivers(seconds=5)
    last = line.chat.sent[-1]
    assert isinstance(last.notice, Attachment)
    assert last.form is Form.EDIT_LINK
    announced = next(one for one in line.chat.sent if isinstance(one.notice, Ended))
    assert announced.message_id is None
    assert last.message_id is not None


async def test_a_deleted_announcement_still_owes_its_film(line: Line) -> None:
    line.provider.says("task_a1", completed())
    await line.asks(ask("task_a1"))
    await line.poll.once()
    await line.deliver.once()
    line.chat.receipts[ANN] = [MessageGone()]
    await line.delivers()
    assert line.chat.sent[-1].form is Form.NEW


async def test_a_deleted_card_is_a_wish_for_quiet(line: Line) -> None:
    line.provider.says("task_a1", queued(), running(10), running(20))
    await line.asks(ask("task_a1"))
    await line.looks()
    line.chat.receipts[ANN] = [MessageGone()]
    await line.looks(after=20)
    await line.looks(after=20)
    assert len([one for one in line.chat.attempted if isinstance(one.notice, Card)]) == 2


async def test_an_end_whose_answer_got_lost_is_said_again(line: Line) -> None:
    line.provider.says("task_a1", completed())
    line.chat.receipts[ANN] = [Unsure("cut")]
    await line.asks(ask("task_a1"))
    await line.poll.once()
    await line.delivers(seconds=3)
    assert line.chat.told() == ["Ended", "Attachment"]


async def test_a_milestone_whose_answer_got_lost_is_not_repeated(line: Line) -> None:
    line.provider.says("task_a1", queued(), running(30))
    await line.asks(ask("task_a1"))
    await line.looks()
    line.clock.pass_by(seconds=20)
    await line.poll.once()
    line.chat.receipts[ANN] = [Unsure("cut")]
    await line.delivers(seconds=20)
    rung = [one for one in line.chat.attempted if isinstance(one.notice, Milestone)]
    assert len(rung) == 1


async def test_telegram_being_away_costs_patience_and_nothing_else(line: Line) -> None:
    line.provider.says("task_a1", completed())
    line.chat.receipts[ANN] = [NotSent("refused")] * 5
    await line.asks(ask("task_a1"))
    await line.poll.once()
    await line.delivers(seconds=60)
    assert line.chat.told() == ["Ended", "Attachment"]


async def test_a_blocked_chat_gets_its_film_when_it_comes_back(line: Line) -> None:
    line.provider.says("task_a1", completed())
    line.chat.receipts[ANN] = [ChatGone("blocked")]
    await line.asks(ask("task_a1"))
    await line.poll.once()
    await line.delivers(seconds=60)
    assert line.chat.told() == []
    assert len(line.chat.attempted) == 1
    await line.asks(ask(ChatBack()))
    await line.delivers(seconds=5)
    assert line.chat.told() == ["Ended", "Attachment"]


async def test_a_chat_that_says_it_left_is_left_alone(line: Line) -> None:
    line.provider.says("task_a1", queued(), completed())
    await line.asks(ask("task_a1"))
    await line.looks()
    await line.asks(ask(ChatLost()))
    await line.looks(after=20)
    assert "Ended" not in line.chat.told()


async def test_a_group_that_moved_gets_its_end_at_the_new_address(line: Line) -> None:
    line.provider.says("task_a1", completed())
    line.chat.receipts[GROUP] = [ChatMoved(ChatId(-100500))]
    await line.asks(ask("task_a1", GROUP, user=ANN))
    await line.poll.once()
    await line.delivers(seconds=10)
    assert line.chat.told(-100500) == ["Ended", "Attachment"]
    assert line.chat.told(GROUP) == []


async def test_a_closed_topic_is_answered_in_the_same_group(line: Line) -> None:
    line.provider.says("task_a1", completed())
    line.chat.receipts[GROUP] = [TopicGone()]
    await line.asks(ask("task_a1", GROUP, user=ANN, thread_id=9))
    await line.poll.once()
    await line.delivers(seconds=10)
    assert [one.thread_id for one in line.chat.attempted][:2] == [9, None]
    assert {one.chat_id for one in line.chat.attempted} == {GROUP}


async def test_a_bug_in_one_message_does_not_hold_up_another_chat(line: Line) -> None:
    line.chat.explode_on = Ended
    line.provider.says("task_a1", completed())
    await line.asks(ask("task_a1", ANN))
    await line.poll.once()
    await line.asks(ask(AskHelp(), XIAOLI))
    await line.delivers()
    assert line.chat.told() == ["Help"]


async def test_a_slow_answer_of_the_provider_delays_nobody_else(line: Line) -> None:
    line.provider.gates["task_slow1"] = asyncio.Event()
    line.provider.says("task_slow1", queued())
    line.provider.says("task_fast1", completed())
    await line.asks(ask("task_slow1", ANN))
    await line.asks(ask("task_fast1", XIAOLI))
    polling = asyncio.create_task(line.poll.once())
    while not (await line.deliver.once() and line.chat.told(XIAOLI)):
        await asyncio.wait({polling}, timeout=0.01)
    assert "Ended" in line.chat.told(XIAOLI)
    assert not polling.done()
    line.provider.gates["task_slow1"].set()
    await polling
