"""While a film is on the way, its chat sees that something is."""

import logging

import pytest

from bot.chat.sender import Sender
from bot.core.film import Shape
from bot.core.notice import Attachment
from bot.core.watch import ChatId
from sandbox.bot_api import BotApi, Fault
from sandbox.telegram.faults import Kind
from tests.builders import ANN, a_parcel
from tests.chat.accidents import answered, at
from tests.chat.samples import first

ACTIONS = {
    Shape.VIDEO: "upload_video",
    Shape.PHOTO: "upload_photo",
    Shape.FILE: "upload_document",
}


@pytest.mark.parametrize("shape", Shape)
async def test_a_chat_sees_what_is_coming(api: BotApi, sender: Sender, shape: Shape) -> None:
    await sender.busy(a_parcel(first(Attachment)), shape)
    (call,) = api.called("sendChatAction", ANN)
    assert (call.params["action"], call.status) == (ACTIONS[shape], 200)
    assert "message_thread_id" not in call.params


async def test_it_is_seen_in_the_topic_where_the_film_will_be(api: BotApi, sender: Sender) -> None:
    forum = api.group(-1_000_000_000_009, "Forum", topics=True)
    topic = api.topic(forum)
    await sender.busy(
        a_parcel(first(Attachment), chat_id=ChatId(forum), thread_id=topic), Shape.VIDEO
    )
    (call,) = api.called("sendChatAction", forum)
    assert (int(call.params["message_thread_id"]), call.status) == (topic, 200)


@pytest.mark.parametrize(
    "kind", ["429", "400", "403", "500", "502-html", "reset", "lost", "ok-without-result"]
)
async def test_a_failure_is_whispered_and_stops_nothing(
    api: BotApi, sender: Sender, caplog: pytest.LogCaptureFixture, kind: Kind
) -> None:
    api.faults.add(Fault("sendChatAction", kind))
    with caplog.at_level(logging.DEBUG, "reelbell.telegram"):
        await sender.busy(a_parcel(first(Attachment)), Shape.VIDEO)
    (record,) = [one for one in caplog.records if one.name == "reelbell.telegram"]
    assert (record.levelno, record.getMessage()) == (logging.DEBUG, "action.not_shown")


async def test_a_refused_token_is_not_written_down(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "reelbell.telegram")
    async with answered(401, '{"ok":false,"description":"Unauthorized"}') as sender:
        await sender.busy(a_parcel(first(Attachment)), Shape.VIDEO)
    async with at("http://127.0.0.1:1") as sender:
        await sender.busy(a_parcel(first(Attachment)), Shape.VIDEO)
    ours = [str(vars(one)) for one in caplog.records if one.name == "reelbell.telegram"]
    assert len(ours) == 2
    assert not any("SANDBOX-TOKEN" in one for one in ours)
