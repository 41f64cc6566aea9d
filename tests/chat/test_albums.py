"""Several images become one album: its words under the first, and no buttons."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.chat.sender import Sender
from bot.core.delivery import Form, MediaRefused, Sent
from bot.core.film import Film, Kept, Progress, Shape
from bot.core.notice import Attachment
from bot.core.task import MediaKind
from bot.core.watch import ChatId
from sandbox.bot_api import BotApi, User
from tests.builders import ANN, XIAOLI, a_parcel
from tests.chat.reels import BYTES, FACTS, arrived, at, carried, finished, giving, on_disk, shown
from tests.chat.samples import REF

PICTURES = [f"/{number}.png" for number in range(1, 13)]


@pytest.fixture
async def site() -> AsyncIterator[str]:
    files = {
        path: (BYTES[Shape.PHOTO] + bytes([number]), "image/png")
        for number, path in enumerate(PICTURES)
    }
    async with giving(files) as url:
        yield url


def album(count: int, site: str = "https://cdn.example") -> Attachment:
    first, *more = [site + path for path in PICTURES[:count]]
    return Attachment(REF, finished(first, MediaKind.IMAGE, *more))


def on_site(count: int, site: str) -> list[Film]:
    return [at(site + path, Shape.PHOTO) for path in PICTURES[:count]]


def kept(receipt: Sent) -> Kept:
    assert receipt.kept is not None
    return receipt.kept


@pytest.mark.parametrize("count", [2, 10])
async def test_addresses_become_an_album(
    api: BotApi, sender: Sender, ann: User, site: str, count: int
) -> None:
    asked = api.say(ann, "task_c2501e28")["message_id"]
    receipt = await carried(
        sender, a_parcel(album(count, site), reply_to=asked), *on_site(count, site)
    )
    _, *messages = api.messages(ANN)
    assert len({message["media_group_id"] for message in messages}) == 1
    ids = tuple(shown(message)[1]["file_id"] for message in messages)
    assert receipt == Sent(messages[0]["message_id"], Kept(Shape.PHOTO, ids, FACTS))
    assert [shown(message)[0] for message in messages] == [Shape.PHOTO] * count
    assert messages[0]["caption"].startswith(
        "task_c2501e28 · sora2-12s\ntook 3 min 12 s\nOriginals"
    )
    assert not any("caption" in message for message in messages[1:])
    assert not any("reply_markup" in message for message in messages)
    assert messages[0]["reply_to_message"]["message_id"] == asked
    assert len(api.called("sendMediaGroup")) == 1


@pytest.mark.parametrize("form", [Form.NEW, Form.NEW_UPLOAD, Form.EDIT_UPLOAD])
@pytest.mark.parametrize("shape", [Shape.PHOTO, Shape.FILE])
async def test_an_album_that_we_bring_arrives_byte_for_byte(
    api: BotApi, sender: Sender, tmp_path: Path, form: Form, shape: Shape
) -> None:
    """Even where an edit was meant: no message can be edited into one."""
    films = [on_disk(tmp_path, shape, number) for number in range(1, 5)]
    progress = Progress()
    receipt = await sender.send(a_parcel(album(4), form, message_id=7), films, progress)
    assert isinstance(receipt, Sent)
    messages = api.messages(ANN)
    paths = [film.path for film in films if film.path is not None]
    bodies = [path.read_bytes() for path in paths]
    assert [arrived(api, message) for message in messages] == bodies
    assert progress.went == sum(len(body) for body in bodies)
    assert kept(receipt).shape is shape


async def test_an_album_goes_out_again_by_its_names(api: BotApi, sender: Sender, site: str) -> None:
    first = await carried(sender, a_parcel(album(3, site)), *on_site(3, site))
    xiaoli = ChatId(api.private_chat(api.user(XIAOLI, "小丽", "zh-hans")))
    again = await carried(
        sender, a_parcel(album(3, site), chat_id=xiaoli, language="zh-Hans", kept=first.kept)
    )
    assert kept(again) == kept(first)
    messages = api.messages(xiaoli)
    assert len(messages) == 3
    assert "在 Jimmy AI 打开原图：1 2 3" in messages[0]["caption"]
    assert [arrival.how for arrival in api.files] == ["url"] * 3 + ["file_id"] * 3


async def test_ten_are_shown_of_more(api: BotApi, sender: Sender, site: str) -> None:
    receipt = await carried(sender, a_parcel(album(12, site)), *on_site(12, site))
    assert len(kept(receipt).file_ids) == 10
    assert "10 of 12 images" in api.messages(ANN)[0]["caption"]


async def test_an_album_of_which_one_cannot_be_fetched_is_refused_whole(
    api: BotApi, sender: Sender, site: str
) -> None:
    films = [*on_site(2, site), at(f"{site}/none.png", Shape.PHOTO)]
    assert isinstance(await sender.send(a_parcel(album(3, site)), films), MediaRefused)
    assert api.messages(ANN) == []


async def test_photos_and_files_are_not_put_together(
    api: BotApi, sender: Sender, tmp_path: Path
) -> None:
    films = [on_disk(tmp_path, Shape.PHOTO), on_disk(tmp_path, Shape.FILE)]
    assert isinstance(await sender.send(a_parcel(album(2)), films), MediaRefused)
    assert len(api.called("sendMediaGroup")) == 0


async def test_an_album_stays_in_its_topic(api: BotApi, sender: Sender, site: str) -> None:
    forum = api.group(-1_000_000_000_009, "Forum", topics=True)
    topic = api.topic(forum)
    there = a_parcel(album(2, site), chat_id=ChatId(forum), thread_id=topic)
    await carried(sender, there, *on_site(2, site))
    assert [message["message_thread_id"] for message in api.messages(forum)] == [topic] * 2
