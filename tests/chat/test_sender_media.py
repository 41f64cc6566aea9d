"""The film itself: by its address, or again by Telegram's name for it."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.chat.sender import Sender
from bot.core.delivery import Form, MediaRefused, MessageGone, Rejected, Sent
from bot.core.film import Facts, Film, Kept, Shape
from bot.core.notice import AsFile, Attachment
from bot.core.task import MediaKind
from bot.core.watch import ChatId
from sandbox.bot_api import BotApi, Limits, User
from sandbox.telegram.keyboards import buttons
from tests.builders import ANN, XIAOLI, a_parcel, a_task
from tests.chat.reels import (
    EDITS,
    FACTS,
    a_silent_film,
    a_thumbnail,
    announced,
    as_file,
    at,
    carried,
    finished,
    giving,
    on_disk,
    on_the_way,
    shown,
)
from tests.chat.samples import REF

FILES = {
    "/film.mp4": (b"\0\0\0\x18ftypmp42" + b"film" * 100, "video/mp4"),
    "/picture.png": (b"\x89PNG\r\n" + b"picture" * 20, "image/png"),
    "/film.webm": (b"\x1a\x45\xdf\xa3webm", "video/webm"),
    "/page.mp4": (b"<html>", "text/html"),
}

in_both_places = pytest.mark.parametrize("form", [Form.EDIT, Form.NEW])


@pytest.fixture
async def api() -> BotApi:
    return BotApi(limits=Limits(private_burst=1000, silent_url_becomes_animation=True))


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[str]:
    silent = (a_silent_film(tmp_path / "silent.mp4"), "video/mp4")
    async with giving({**FILES, "/silent.mp4": silent}) as url:
        yield url


async def test_the_announcement_becomes_the_film(api: BotApi, sender: Sender, site: str) -> None:
    film = at(f"{site}/film.mp4")
    task = finished(film.url)
    number = await announced(sender, task)
    parcel = a_parcel(Attachment(REF, task), Form.EDIT, message_id=number)
    receipt = await carried(sender, parcel, film)
    (message,) = api.messages(ANN)
    assert receipt == Sent(number, Kept(Shape.VIDEO, (message["video"]["file_id"],), FACTS))
    assert "text" not in message
    assert message["caption"].startswith("task_c2501e28 · sora2-12s\ntook 3 min 12 s · 720×1280")
    original, as_a_file = buttons(message)
    assert (original["url"], as_a_file["callback_data"]) == (film.url, f"file:{REF}")
    (call,) = api.called("editMessageMedia")
    assert call.params["media"]["supports_streaming"] is True
    assert await sender.send(parcel, [film]) == Sent(None), "the same again changes nothing"


async def test_a_film_can_be_a_message_of_its_own(
    api: BotApi, sender: Sender, ann: User, site: str
) -> None:
    asked = api.say(ann, "task_c2501e28")["message_id"]
    film = at(f"{site}/film.mp4")
    receipt = await carried(
        sender, a_parcel(Attachment(REF, finished(film.url)), reply_to=asked), film
    )
    _, message = api.messages(ANN)
    assert receipt.message_id == message["message_id"]
    assert message["reply_to_message"]["message_id"] == asked
    (call,) = api.called("sendVideo")
    assert str(call.params["supports_streaming"]).lower() == "true"


@in_both_places
async def test_beside_an_address_nothing_is_uploaded(
    api: BotApi, sender: Sender, site: str, tmp_path: Path, form: Form
) -> None:
    """Telegram looks into what it fetches itself, and leaves a thumbnail unread."""
    film = at(f"{site}/film.mp4", thumbnail=a_thumbnail(tmp_path))
    await carried(sender, await on_the_way(sender, form), film)
    assert "thumbnail" not in api.messages(ANN)[-1]["video"]
    assert [arrival.how for arrival in api.files] == ["url"]


@pytest.mark.parametrize(
    ("form", "method"), [(Form.NEW, "sendPhoto"), (Form.EDIT, "editMessageMedia")]
)
async def test_an_image_arrives_as_a_photo(
    api: BotApi, sender: Sender, site: str, form: Form, method: str
) -> None:
    film = at(f"{site}/picture.png", Shape.PHOTO)
    receipt = await carried(sender, await on_the_way(sender, form, Shape.PHOTO), film)
    (message,) = api.messages(ANN)
    assert receipt.kept is not None
    assert receipt.kept.file_ids == (message["photo"][-1]["file_id"],)
    assert len(api.called(method)) == 1


@in_both_places
@pytest.mark.parametrize("shape", Shape)
async def test_what_is_kept_goes_out_again_by_its_name(
    api: BotApi, sender: Sender, tmp_path: Path, form: Form, shape: Shape
) -> None:
    """To anybody, in the shape in which it was taken, with the facts of the first time."""
    first = await carried(sender, a_parcel(as_new(shape)), on_disk(tmp_path, shape))
    xiaoli = ChatId(api.private_chat(api.user(XIAOLI, "小丽", "zh-hans")))
    number = await announced(sender, as_new(shape).task, xiaoli) if form in EDITS else None
    parcel = a_parcel(as_new(shape), form, message_id=number, chat_id=xiaoli, kept=first.kept)
    assert (await carried(sender, parcel)).kept == first.kept
    (message,) = api.messages(xiaoli)
    assert shown(message)[0] is shape
    assert "720×1280" in message["caption"]
    assert [arrival.how for arrival in api.files] == ["upload", "file_id"]


def as_new(shape: Shape) -> Attachment:
    kind = MediaKind.IMAGE if shape is Shape.PHOTO else MediaKind.VIDEO
    return Attachment(REF, finished("https://cdn.example/film.mp4", kind))


@pytest.mark.parametrize(
    ("path", "taken_for", "shape"),
    [("/film.webm", "document", Shape.FILE), ("/silent.mp4", "animation", Shape.VIDEO)],
)
@in_both_places
async def test_whatever_telegram_took_it_for_is_kept_and_goes_out_again(
    api: BotApi, sender: Sender, site: str, form: Form, path: str, taken_for: str, shape: Shape
) -> None:
    first = await carried(sender, await on_the_way(sender, form), at(site + path))
    message = api.messages(ANN)[-1]
    assert "video" not in message
    assert first.kept == Kept(shape, (message[taken_for]["file_id"],), FACTS)
    again = replace(await on_the_way(sender, form), kept=first.kept)
    assert (await carried(sender, again)).kept == first.kept
    assert taken_for in api.messages(ANN)[-1]


async def test_a_file_that_was_asked_for_is_not_the_film_that_is_kept(
    api: BotApi, sender: Sender, site: str
) -> None:
    """Telegram's name of a film leads to its own version of it, whatever it is asked to send."""
    film = await carried(sender, await on_the_way(sender, Form.NEW), at(f"{site}/film.mp4"))
    assert isinstance(await sender.send(a_parcel(as_file(), kept=film.kept)), MediaRefused)
    assert len(api.called("sendDocument")) == 0


async def test_a_file_that_was_asked_for_goes_out_again_by_its_name(
    api: BotApi, sender: Sender, tmp_path: Path
) -> None:
    first = await carried(sender, a_parcel(as_file()), on_disk(tmp_path, Shape.FILE))
    again = await carried(sender, a_parcel(as_file(), kept=first.kept))
    assert again.kept == first.kept
    assert [message["caption"] for message in api.messages(ANN)] == ["task_c2501e28 · 3.2 MB"] * 2


@in_both_places
async def test_a_name_that_telegram_has_forgotten_is_refused(sender: Sender, form: Form) -> None:
    forgotten = Kept(Shape.VIDEO, ("BAACAgIAAxkforgotten",), Facts())
    parcel = replace(await on_the_way(sender, form), kept=forgotten)
    assert isinstance(await sender.send(parcel), MediaRefused)


@pytest.mark.parametrize("path", ["/page.mp4", "/none.mp4"])
@in_both_places
async def test_what_telegram_cannot_fetch_is_refused_and_leaves_the_announcement(
    api: BotApi, sender: Sender, site: str, path: str, form: Form
) -> None:
    task = finished(site + path)
    number = await announced(sender, task)
    parcel = a_parcel(Attachment(REF, task), form, message_id=number)
    assert isinstance(await sender.send(parcel, [at(site + path)]), MediaRefused)
    (message,) = api.messages(ANN)
    assert message["text"].startswith("✅ Ready")


async def test_a_film_stays_in_its_topic(api: BotApi, sender: Sender, site: str) -> None:
    forum = api.group(-1_000_000_000_009, "Forum", topics=True)
    topic = api.topic(forum)
    films = [at(f"{site}/film.mp4"), at(f"{site}/picture.png", Shape.PHOTO)]
    for film in films:
        said = Attachment(REF, finished(film.url))
        await carried(sender, a_parcel(said, chat_id=ChatId(forum), thread_id=topic), film)
    assert [message["message_thread_id"] for message in api.messages(forum)] == [topic, topic]


async def test_an_announcement_that_was_deleted_is_gone(
    api: BotApi, sender: Sender, site: str, tmp_path: Path
) -> None:
    task = finished(f"{site}/film.mp4")
    number = await announced(sender, task)
    api.delete_message(ANN, number)
    films = {
        Form.EDIT: at(task.media.url if task.media else ""),
        Form.EDIT_UPLOAD: on_disk(tmp_path, Shape.VIDEO),
        Form.EDIT_LINK: None,
    }
    for form, film in films.items():
        parcel = a_parcel(Attachment(REF, task), form, message_id=number)
        given: list[Film] = [] if film is None else [film]
        assert await sender.send(parcel, given) == MessageGone()


@pytest.mark.parametrize("form", [Form.EDIT, Form.NEW, Form.EDIT_UPLOAD, Form.NEW_UPLOAD])
@pytest.mark.parametrize("kind", [Attachment, AsFile])
async def test_without_a_film_nothing_is_asked_of_telegram(
    api: BotApi, sender: Sender, form: Form, kind: type[Attachment | AsFile]
) -> None:
    before = len(api.calls)
    assert isinstance(await sender.send(a_parcel(kind(REF, a_task()), form)), Rejected)
    assert len(api.calls) == before
