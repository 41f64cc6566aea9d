"""The receipts of real calls over real HTTP, against a server with accidents."""

from datetime import timedelta

import pytest
from telegram import Bot

from bot.chat.sender import Sender
from bot.chat.telegram import _request, connected
from bot.core import notice
from bot.core.delivery import (
    ChatGone,
    ChatMoved,
    FloodWait,
    Form,
    MediaRefused,
    MessageGone,
    NotSent,
    Receipt,
    Rejected,
    Sent,
    TokenRefused,
    TopicGone,
    Unsure,
)
from bot.core.notice import Card
from bot.core.watch import ChatId
from sandbox.bot_api import BotApi, Fault, User
from tests.builders import ANN, a_parcel
from tests.chat.samples import first
from tests.chat.servers import cutting, saying

TOKEN = "42:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
HELLO = a_parcel(notice.Welcome())
TOO_MANY = '{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 17"%s}'


async def sent_to(url: str) -> Receipt:
    async with connected(TOKEN, url) as bot:
        return await Sender(bot).send(HELLO)


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (429, TOO_MANY % ',"parameters":{"retry_after":17}', FloodWait(timedelta(seconds=17))),
        (429, TOO_MANY % "", FloodWait(timedelta(seconds=5))),
        (429, TOO_MANY % ',"parameters":{"retry_after":0}', FloodWait(timedelta(seconds=5))),
        (401, '{"ok":false,"error_code":401,"description":"Unauthorized"}', TokenRefused()),
        (404, '{"ok":false,"error_code":404,"description":"Not Found"}', TokenRefused()),
        (413, '{"ok":false,"description":"Request Entity Too Large"}', MediaRefused),
        (500, '{"ok":false,"description":"Internal Server Error: restart"}', Unsure),
        (504, "", Unsure),
        (200, "<html>captive portal</html>", Unsure),
        (200, "", Unsure),
        (200, "[]", Unsure),
        (200, "null", Unsure),
        (200, '{"ok":true}', Unsure),
        (200, '{"ok":true,"result":null}', Unsure),
        (200, '{"ok":true,"result":true}', Unsure),
        (200, '{"ok":true,"result":{}}', Unsure),
    ],
)
async def test_an_answer_gets_its_receipt(
    status: int, body: str, expected: Receipt | type[Receipt]
) -> None:
    async with saying(status, body) as url:
        receipt = await sent_to(url)
    assert receipt == expected or type(receipt) is expected


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (Fault("sendMessage", "429", retry_after=9), FloodWait(timedelta(seconds=9))),
        (Fault("sendMessage", "500"), Unsure),
        (Fault("sendMessage", "502-html"), Unsure),
        (Fault("sendMessage", "413"), MediaRefused),
        (Fault("sendMessage", "reset"), Unsure),
        (Fault("sendMessage", "lost"), Unsure),
        (Fault("sendMessage", "ok-without-result"), Unsure),
        (Fault("sendMessage", "403"), ChatGone),
        (Fault("sendMessage", "400"), Rejected),
    ],
    ids=lambda value: value.kind if isinstance(value, Fault) else "",
)
async def test_an_accident_gets_its_receipt(
    api: BotApi, sender: Sender, fault: Fault, expected: Receipt | type[Receipt]
) -> None:
    api.faults.add(fault)
    receipt = await sender.send(HELLO)
    assert receipt == expected or type(receipt) is expected
    assert isinstance(await sender.send(HELLO), Sent), "the next one goes through"


async def test_done_with_the_answer_lost_is_found_out_by_editing_again(
    api: BotApi, sender: Sender
) -> None:
    first_card: Card = first(Card)
    made = await sender.send(a_parcel(first_card))
    assert isinstance(made, Sent)
    stopped = notice.Card(first_card.ref, first_card.task, (), first_card.at, stopped=True)
    edit = a_parcel(stopped, Form.EDIT, message_id=made.message_id)
    api.faults.add(Fault("editMessageText", "lost"))
    assert isinstance(await sender.send(edit), Unsure)
    assert isinstance(await sender.send(edit), Sent)
    assert [call.status for call in api.called("editMessageText")] == [0, 400]


async def test_a_connection_that_is_refused_means_that_nothing_was_sent() -> None:
    assert isinstance(await sent_to("http://127.0.0.1:1"), NotSent)


async def test_a_host_without_an_address_means_that_nothing_was_sent() -> None:
    assert isinstance(await sent_to("http://nowhere.invalid"), NotSent)


@pytest.mark.parametrize(
    "reply",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n",
        b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"ok":true,"res',
        b"SSH-2.0-OpenSSH\r\n",
    ],
)
async def test_an_answer_that_breaks_off_may_mean_that_it_was_done(reply: bytes) -> None:
    async with cutting(reply) as url:
        assert isinstance(await sent_to(url), Unsure)


async def test_silence_may_mean_that_it_was_done(api: BotApi, bot: Bot, ann: User) -> None:
    api.faults.add(Fault("sendMessage", "hang"))
    impatient = Bot(
        api.token,
        base_url=bot.base_url.removesuffix(api.token),
        request=_request(4, read_timeout=0.05),
    )
    assert isinstance(await Sender(impatient).send(HELLO), Unsure)
    await impatient.request.shutdown()


async def test_what_happened_to_a_chat_is_known_from_the_next_message(
    api: BotApi, sender: Sender, ann: User
) -> None:
    team = api.group(-5, "Team")
    moved_to = api.migrate(team)
    assert await sender.send(a_parcel(notice.Welcome(), chat_id=ChatId(-5))) == ChatMoved(
        ChatId(moved_to)
    )
    forum = api.group(-1_000_000_000_009, "Forum", topics=True)
    topic = api.topic(forum)
    api.close_topic(forum, topic)
    there = a_parcel(notice.Welcome(), chat_id=ChatId(forum), thread_id=topic)
    assert await sender.send(there) == TopicGone()
    assert isinstance(await sender.send(a_parcel(notice.Welcome(), chat_id=ChatId(99))), ChatGone)
    api.deactivate(ann)
    assert isinstance(await sender.send(HELLO), ChatGone)


async def test_a_deleted_message_is_gone(api: BotApi, sender: Sender) -> None:
    made = await sender.send(a_parcel(first(Card)))
    assert isinstance(made, Sent)
    assert made.message_id is not None
    api.delete_message(ANN, made.message_id)
    edit = a_parcel(first(Card), Form.EDIT, message_id=made.message_id)
    assert await sender.send(edit) == MessageGone()


async def test_the_token_is_in_no_receipt() -> None:
    receipts = [await sent_to("http://127.0.0.1:1")]
    for status, body in ((401, "{}"), (404, "{}"), (500, "x"), (200, "<html>")):
        async with saying(status, body) as url:
            receipts.append(await sent_to(url))
    assert TOKEN not in repr(receipts)
