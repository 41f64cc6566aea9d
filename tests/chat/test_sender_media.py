"""The film itself: by its address, again by Telegram's name for it, or as a link."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import web

from bot.chat.sender import Sender
from bot.core.delivery import Form, MediaRefused, MessageGone, Rejected, Sent
from bot.core.notice import Attachment, Ended
from bot.core.task import Media, MediaKind, Status, Task
from bot.core.watch import ChatId
from sandbox.bot_api import BotApi, Limits, User
from sandbox.films import TINY, write_film
from sandbox.serving import serve
from sandbox.telegram.keyboards import buttons
from tests.builders import ANN, NOON, XIAOLI, a_parcel, a_task
from tests.chat.samples import REF

FILES = {
    "/film.mp4": (b"\0\0\0\x18ftypmp42" + b"film" * 100, "video/mp4"),
    "/picture.png": (b"\x89PNG\r\n" + b"picture" * 20, "image/png"),
    "/film.webm": (b"\x1a\x45\xdf\xa3webm", "video/webm"),
    "/page.mp4": (b"<html>", "text/html"),
}


@pytest.fixture
async def api() -> BotApi:
    return BotApi(limits=Limits(private_burst=1000, silent_url_becomes_animation=True))


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[str]:
    write_film(tmp_path / "silent.mp4", "task_1", replace(TINY, sound=False))
    files = {**FILES, "/silent.mp4": ((tmp_path / "silent.mp4").read_bytes(), "video/mp4")}

    async def give(request: web.Request) -> web.Response:
        body, kind = files[request.path]
        return web.Response(body=body, content_type=kind)

    app = web.Application()
    app.router.add_get("/{path:.*}", give)
    async with serve(app) as url:
        yield url


def finished(url: str, kind: MediaKind = MediaKind.VIDEO) -> Task:
    began = NOON - timedelta(minutes=3, seconds=12)
    return a_task(
        status=Status.COMPLETED,
        media=Media(kind, url),
        model="sora2-12s",
        started_at=began,
        ended_at=NOON,
    )


async def announced(sender: Sender, task: Task, chat: int = ANN) -> int:
    receipt = await sender.send(a_parcel(Ended(REF, task), chat_id=ChatId(chat)))
    assert isinstance(receipt, Sent)
    assert receipt.message_id is not None
    return receipt.message_id


async def test_the_announcement_becomes_the_film(api: BotApi, sender: Sender, site: str) -> None:
    task = finished(f"{site}/film.mp4")
    number = await announced(sender, task)
    parcel = a_parcel(Attachment(REF, task), Form.EDIT, message_id=number)
    receipt = await sender.send(parcel)
    (message,) = api.messages(ANN)
    assert receipt == Sent(number, message["video"]["file_id"])
    assert "text" not in message
    assert message["caption"].startswith("task_c2501e28 · sora2-12s\ntook 3 min 12 s")
    assert [button["url"] for button in buttons(message)] == [f"{site}/film.mp4"]
    (call,) = api.called("editMessageMedia")
    assert call.params["media"]["supports_streaming"] is True
    assert await sender.send(parcel) == Sent(None), "the same again changes nothing"


async def test_a_film_can_be_a_message_of_its_own(
    api: BotApi, sender: Sender, ann: User, site: str
) -> None:
    asked = api.say(ann, "task_c2501e28")["message_id"]
    parcel = a_parcel(Attachment(REF, finished(f"{site}/film.mp4")), reply_to=asked)
    receipt = await sender.send(parcel)
    _, message = api.messages(ANN)
    assert receipt == Sent(message["message_id"], message["video"]["file_id"])
    assert message["reply_to_message"]["message_id"] == asked
    (call,) = api.called("sendVideo")
    assert call.params["supports_streaming"] in (True, "true")


@pytest.mark.parametrize("form", [Form.EDIT, Form.NEW])
async def test_the_next_one_gets_the_film_without_its_address(
    api: BotApi, sender: Sender, site: str, form: Form
) -> None:
    task = finished(f"{site}/film.mp4")
    first = await sender.send(a_parcel(Attachment(REF, task)))
    assert isinstance(first, Sent)
    xiaoli = api.private_chat(api.user(XIAOLI, "小丽", "zh-hans"))
    number = await announced(sender, task, xiaoli)
    parcel = a_parcel(Attachment(REF, task), form, message_id=number, chat_id=ChatId(xiaoli))
    again = await sender.send(replace(parcel, file_id=first.file_id))
    assert isinstance(again, Sent)
    assert again.file_id == first.file_id
    assert [arrival.how for arrival in api.files] == ["url", "file_id"]


@pytest.mark.parametrize(
    ("form", "method"), [(Form.NEW, "sendPhoto"), (Form.EDIT, "editMessageMedia")]
)
async def test_an_image_arrives_as_a_photo(
    api: BotApi, sender: Sender, site: str, form: Form, method: str
) -> None:
    task = finished(f"{site}/picture.png", MediaKind.IMAGE)
    number = await announced(sender, task)
    receipt = await sender.send(a_parcel(Attachment(REF, task), form, message_id=number))
    message = api.messages(ANN)[-1]
    assert receipt == Sent(message["message_id"], message["photo"][-1]["file_id"])
    assert len(api.called(method)) == 1


@pytest.mark.parametrize(
    ("path", "taken_for"), [("/film.webm", "document"), ("/silent.mp4", "animation")]
)
async def test_whatever_telegram_took_it_for_has_a_name(
    api: BotApi, sender: Sender, site: str, path: str, taken_for: str
) -> None:
    receipt = await sender.send(a_parcel(Attachment(REF, finished(site + path))))
    (message,) = api.messages(ANN)
    assert "video" not in message
    assert receipt == Sent(message["message_id"], message[taken_for]["file_id"])


async def test_a_file_of_another_kind_is_refused_by_its_name(
    api: BotApi, sender: Sender, site: str
) -> None:
    parcel = a_parcel(Attachment(REF, finished(f"{site}/film.webm")))
    first = await sender.send(parcel)
    assert isinstance(first, Sent)
    again = await sender.send(replace(parcel, file_id=first.file_id))
    assert isinstance(again, MediaRefused)


@pytest.mark.parametrize("path", ["/page.mp4", "/none.mp4"])
@pytest.mark.parametrize("form", [Form.EDIT, Form.NEW])
async def test_what_telegram_cannot_fetch_is_refused_and_leaves_the_announcement(
    api: BotApi, sender: Sender, site: str, path: str, form: Form
) -> None:
    task = finished(site + path)
    number = await announced(sender, task)
    receipt = await sender.send(a_parcel(Attachment(REF, task), form, message_id=number))
    assert isinstance(receipt, MediaRefused)
    (message,) = api.messages(ANN)
    assert message["text"].startswith("✅ Ready")


@pytest.mark.parametrize(
    ("form", "method"), [(Form.EDIT_LINK, "editMessageText"), (Form.NEW_LINK, "sendMessage")]
)
async def test_the_link_goes_out_where_the_film_cannot(
    api: BotApi, sender: Sender, site: str, form: Form, method: str
) -> None:
    task = finished(f"{site}/page.mp4")
    number = await announced(sender, task)
    receipt = await sender.send(a_parcel(Attachment(REF, task), form, message_id=number))
    message = api.messages(ANN)[-1]
    assert receipt == Sent(message["message_id"])
    assert "Telegram couldn’t take the file" in message["text"]
    assert [one["url"] for one in message["entities"] if "url" in one] == [f"{site}/page.mp4"]
    assert api.calls[-1].method == method
    assert api.calls[-1].params["link_preview_options"] == {"is_disabled": True}


async def test_a_film_stays_in_its_topic(api: BotApi, sender: Sender, site: str) -> None:
    forum = api.group(-1_000_000_000_009, "Forum", topics=True)
    topic = api.topic(forum)
    film, picture = finished(f"{site}/film.mp4"), finished(f"{site}/picture.png", MediaKind.IMAGE)
    for task in (film, picture):
        there = a_parcel(Attachment(REF, task), chat_id=ChatId(forum), thread_id=topic)
        assert isinstance(await sender.send(there), Sent)
    assert [message["message_thread_id"] for message in api.messages(forum)] == [topic, topic]


async def test_an_announcement_that_was_deleted_is_gone(
    api: BotApi, sender: Sender, site: str
) -> None:
    task = finished(f"{site}/film.mp4")
    number = await announced(sender, task)
    api.delete_message(ANN, number)
    for form in (Form.EDIT, Form.EDIT_LINK):
        parcel = a_parcel(Attachment(REF, task), form, message_id=number)
        assert await sender.send(parcel) == MessageGone()


@pytest.mark.parametrize("form", [Form.EDIT, Form.NEW])
async def test_without_media_nothing_is_asked_of_telegram(
    api: BotApi, sender: Sender, form: Form
) -> None:
    before = len(api.calls)
    assert isinstance(await sender.send(a_parcel(Attachment(REF, a_task()), form)), Rejected)
    assert len(api.calls) == before
