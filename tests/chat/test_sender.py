"""A parcel becomes one call of the Bot API, with everything that Telegram has to be told."""

from typing import Any

import pytest

from bot.chat.render import render, render_toast
from bot.chat.sender import Sender
from bot.core import notice
from bot.core.delivery import Form, Sent
from bot.core.notice import Card, Notice, Toast, ToastText
from bot.core.watch import ChatId
from sandbox.bot_api import BotApi, Fault, User
from sandbox.telegram.faults import Kind
from sandbox.telegram.html import parse_html
from sandbox.telegram.keyboards import buttons
from tests.builders import ANN, a_parcel
from tests.chat.samples import REF, Outside, messages

TEXTS = {
    name: said
    for name, said in messages(Outside()).items()
    if not isinstance(said, notice.Attachment | notice.AsFile)
}
CARD: Card = next(said for said in TEXTS.values() if isinstance(said, Card))


async def told(sender: Sender, said: Notice, **more: Any) -> int:
    """The id of the message that it became."""
    receipt = await sender.send(a_parcel(said, **more))
    assert isinstance(receipt, Sent)
    assert receipt.message_id is not None
    return receipt.message_id


async def test_every_notice_arrives_as_it_was_written(api: BotApi, sender: Sender) -> None:
    for name, said in TEXTS.items():
        number = await told(sender, said)
        message = api.messages(ANN)[-1]
        text, entities = parse_html(render(said, "en").html)
        assert (message["message_id"], message["text"]) == (number, text), name
        kinds = {entity["type"] for entity in message.get("entities", [])}
        assert {entity["type"] for entity in entities} <= kinds, name
    assert {call.method for call in api.calls if call.chat_id == ANN} == {"sendMessage"}


async def test_every_notice_can_replace_a_message(api: BotApi, sender: Sender) -> None:
    for name, said in TEXTS.items():
        number = await told(sender, notice.Welcome())
        edit = a_parcel(said, Form.EDIT, message_id=number)
        assert await sender.send(edit) in (Sent(number), Sent(None)), name
        message = api.messages(ANN)[-1]
        assert message["text"] == parse_html(render(said, "en").html)[0], name
        assert message["message_id"] == number, name


async def test_each_chat_is_told_in_its_language(api: BotApi, sender: Sender) -> None:
    await told(sender, notice.Hint(), language="zh-Hans")
    (message,) = api.messages(ANN)
    assert message["text"].startswith("这里面没有找到任务 ID")


async def test_a_message_rings_and_an_edit_does_not(api: BotApi, sender: Sender) -> None:
    number = await told(sender, CARD)
    await sender.send(a_parcel(notice.Hint(), Form.EDIT, message_id=number))
    assert [version.rings for version in api.history(ANN)] == [True, False]


async def test_an_answer_hangs_on_its_question_even_when_that_is_gone(
    api: BotApi, sender: Sender, ann: User
) -> None:
    asked = api.say(ann, "task_1")["message_id"]
    await told(sender, CARD, reply_to=asked)
    api.delete_message(ANN, asked)
    await told(sender, CARD, reply_to=asked)
    hanging, alone = api.messages(ANN)
    assert hanging["reply_to_message"]["message_id"] == asked
    assert "reply_to_message" not in alone


async def test_an_answer_stays_in_its_topic(api: BotApi, sender: Sender) -> None:
    forum = api.group(-1_000_000_000_009, "Forum", topics=True)
    topic = api.topic(forum)
    await told(sender, CARD, chat_id=ChatId(forum), thread_id=topic)
    (message,) = api.messages(forum)
    assert (message["message_thread_id"], message["is_topic_message"]) == (topic, True)


async def test_no_link_is_previewed(api: BotApi, sender: Sender) -> None:
    number = await told(sender, CARD)
    await sender.send(a_parcel(notice.Hint(), Form.EDIT, message_id=number))
    for method in ("sendMessage", "editMessageText"):
        (call,) = api.called(method)
        assert call.params["link_preview_options"] == {"is_disabled": True}


async def test_the_buttons_stay_under_an_edited_card_and_leave_with_its_end(
    api: BotApi, sender: Sender
) -> None:
    number = await told(sender, CARD)
    assert [one["callback_data"] for one in buttons(api.messages(ANN)[0])] == [
        f"bell:{REF}",
        f"stop:{REF}",
    ]
    await sender.send(a_parcel(TEXTS["card-percent"], Form.EDIT, message_id=number))
    assert len(buttons(api.messages(ANN)[0])) == 2
    await sender.send(a_parcel(TEXTS["card-film"], Form.EDIT, message_id=number))
    assert buttons(api.messages(ANN)[0]) == []


async def test_the_same_again_counts_as_sent(api: BotApi, sender: Sender) -> None:
    number = await told(sender, CARD)
    assert await sender.send(a_parcel(CARD, Form.EDIT, message_id=number)) == Sent(None)
    assert [call.status for call in api.called("editMessageText")] == [400]


async def test_a_pressed_button_is_answered_and_leaves_no_message(
    api: BotApi, sender: Sender, ann: User
) -> None:
    number = await told(sender, CARD)
    query = api.press(ann, number, f"stop:{REF}")
    toast = Toast(query, ToastText.STOPPED)
    assert await sender.send(a_parcel(toast, language="zh-Hans")) == Sent(None)
    assert api.callback_answers[query]["text"] == render_toast(toast, "zh-Hans")
    assert len(api.messages(ANN)) == 1


async def test_a_button_that_was_let_go_long_ago_counts_as_answered(
    api: BotApi, sender: Sender, ann: User
) -> None:
    query = api.press(ann, await told(sender, CARD), f"stop:{REF}")
    api.expire_callbacks()
    assert await sender.send(a_parcel(Toast(query, ToastText.AGAIN))) == Sent(None)


@pytest.mark.parametrize("kind", ["429", "500", "502-html", "reset", "lost"])
async def test_nothing_is_tried_twice(api: BotApi, sender: Sender, kind: Kind) -> None:
    api.faults.add(Fault("sendMessage", kind))
    assert not isinstance(await sender.send(a_parcel(CARD)), Sent)
    assert len(api.called("sendMessage")) == 1
