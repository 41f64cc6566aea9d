"""One conversation over real HTTP, read by python-telegram-bot and by aiogram: the same in both."""

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path

import aiogram
import av
import pytest
import telegram
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import ClientDecodeError
from aiogram.types import BotCommand, BufferedInputFile, InputMediaPhoto, InputMediaVideo

from sandbox.bot_api import NO_FLOOD_LIMITS, BotApi
from sandbox.films import TINY, write_film
from sandbox.serving import serve
from sandbox.video_api import Script, VideoApi
from tests.sandbox import conversation, readers
from tests.sandbox.conversation import ANN, PIECES, SCENES, Scene, Talk
from tests.sandbox.readers import Heard, Tap

BOT = Path(__file__).parents[2] / "bot"
NEWER_THAN_PTB = {
    "ChatMemberAdministrator.can_send_welcome_messages",  # Bot API 10.3, as aiogram has it
    "InlineKeyboardButton.disabled",  # Bot API 10.3
}
"""Its 22.8 covers Bot API 10.0."""


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """One second of 160×90."""
    path = tmp_path_factory.mktemp("films") / "film.mp4"
    write_film(path, "a film", TINY)
    return path.read_bytes()


@pytest.fixture(scope="module")
def thumbnail(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A JPEG of 160×90."""
    path = tmp_path_factory.mktemp("pictures") / "picture.jpg"
    with av.open(str(path), "w", format="image2", options={"update": "1"}) as container:
        stream = container.add_stream("mjpeg", rate=1)
        stream.width, stream.height, stream.pix_fmt = 160, 90, "yuvj420p"
        container.mux(stream.encode(av.VideoFrame(160, 90, "yuvj420p")))
        container.mux(stream.encode())
    return path.read_bytes()


@pytest.fixture
async def media() -> AsyncIterator[str]:
    """The provider's stand-in, with a film and a picture that are ready."""
    videos = VideoApi(film=TINY)
    videos.add(Script("task", age=1_000))
    videos.add(Script("picture", outcome="image", age=1_000))
    async with serve(videos.app) as url:
        yield f"{url}/media"


@pytest.fixture
def heard() -> list[Heard]:
    return []


@pytest.fixture
async def talk(
    heard: list[Heard], film: bytes, thumbnail: bytes, media: str
) -> AsyncIterator[Talk]:
    api = BotApi(limits=NO_FLOOD_LIMITS)
    ann = api.user(ANN, "Ann", "zh-hans")
    api.private_chat(ann)
    async with (
        serve(api.app) as url,
        telegram.Bot(
            api.token,
            base_url=f"{url}/bot",
            base_file_url=f"{url}/file/bot",
            request=Tap(heard),
            get_updates_request=Tap(heard),
        ) as bot,
    ):
        yield Talk(api, bot, ann, film, thumbnail, media)


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.__name__)
async def test_both_readers_see_all_that_is_told_and_nothing_else(
    talk: Talk, heard: list[Heard], scene: Scene
) -> None:
    await scene(talk)
    for answer in heard:
        assert readers.told_by_ptb(answer) == answer.result
        assert readers.told_by_aiogram(answer) == answer.result
        assert readers.unknown_to_aiogram(answer) == set()
        assert readers.unknown_to_ptb(answer) <= NEWER_THAN_PTB


async def test_what_is_newer_than_a_reader_is_really_told(talk: Talk, heard: list[Heard]) -> None:
    await conversation.text(talk)
    await conversation.members(talk)
    unknown = set().union(*map(readers.unknown_to_ptb, heard))
    assert unknown == NEWER_THAN_PTB


def methods_of_the_bot() -> set[str]:
    """In Telegram's spelling."""
    sources = "".join(path.read_text("utf-8") for path in BOT.rglob("*.py"))
    called = set(re.findall(r"bot\.((?:get|set|send|edit|answer)_[a-z_]+)\b", sources))
    raw = set(re.findall(r'do_api_request\(\s*"(\w+)"', sources))
    return raw | {re.sub(r"_([a-z])", lambda found: found[1].upper(), one) for one in called}


async def test_the_conversation_has_every_method_that_the_bot_calls(
    talk: Talk, heard: list[Heard]
) -> None:
    for scene in SCENES:
        talk.api.private_chat(talk.ann)
        await scene(talk)
    assert {"getUpdates", "sendVideo", "editMessageMedia"} <= methods_of_the_bot()
    assert methods_of_the_bot() <= {answer.method for answer in heard}


def an_answer(**message: object) -> Heard:
    chat = {"id": 7, "type": "private", "first_name": "Ann"}
    usual = {"message_id": 1, "date": 1_764_000_000, "chat": chat}
    told = {name: value for name, value in {**usual, **message}.items() if value is not None}
    return Heard("sendMessage", 200, json.dumps({"ok": True, "result": told}).encode())


def test_an_id_that_is_missing_is_missed_by_both_readers() -> None:
    lacking = an_answer(message_id=None)
    with pytest.raises(TypeError, match="message_id"):
        readers.by_ptb(lacking)
    with pytest.raises(ClientDecodeError, match="message_id"):
        readers.by_aiogram(lacking)


def test_an_invented_field_is_noticed_by_both_readers_at_any_depth() -> None:
    odd = an_answer(mood="good", **{"from": {"id": 1, "is_bot": 0, "first_name": "A", "age": 9}})
    assert readers.unknown_to_ptb(odd) == {"Message.mood", "User.age"}
    assert readers.unknown_to_aiogram(odd) == {"Message.mood", "User.age"}


async def test_both_readers_cut_the_same_pieces_out_of_a_text(
    talk: Talk, heard: list[Heard]
) -> None:
    sent = await talk.bot.send_message(ANN, conversation.ALL_OF_HTML, parse_mode="HTML")
    second = readers.by_aiogram(heard[-1])
    assert tuple(map(sent.parse_entity, sent.entities)) == PIECES
    assert tuple(one.extract_from(second.text) for one in second.entities) == PIECES
    kinds = [entity.type for entity in sent.entities]
    assert kinds == [entity.type for entity in second.entities]
    assert len(set(kinds)) == len(PIECES)


async def test_both_readers_see_one_film(talk: Talk, heard: list[Heard]) -> None:
    sent = await talk.bot.send_video(ANN, talk.film, thumbnail=talk.thumbnail, cover=talk.thumbnail)
    first, second = sent.video, readers.by_aiogram(heard[-1]).video
    assert first is not None
    assert (first.width, first.height, first._duration.seconds) == (160, 90, 1)
    assert (second.width, second.height, second.duration) == (160, 90, 1)
    assert first.file_id == second.file_id
    assert first.thumbnail is not None
    assert first.thumbnail.file_id == second.thumbnail.file_id != first.file_id
    assert [one.file_id for one in first.cover or ()] == [one.file_id for one in second.cover]


async def test_both_readers_see_one_album(talk: Talk, heard: list[Heard]) -> None:
    picture, film = talk.thumbnail, talk.film
    first = await talk.bot.send_media_group(
        ANN, [telegram.InputMediaPhoto(picture, "a"), telegram.InputMediaVideo(film)]
    )
    second = readers.by_aiogram(heard[-1])
    (group,) = {one.media_group_id for one in (*first, *second)}
    assert group
    assert [one.caption for one in first] == [one.caption for one in second] == ["a", None]
    assert first[0].photo[-1].file_id == second[0].photo[-1].file_id
    assert first[1].video is not None
    assert first[1].video.file_id == second[1].video.file_id


async def test_both_readers_know_each_update_for_what_it_is(talk: Talk, heard: list[Heard]) -> None:
    talk.api.say(talk.ann, "/list")
    card = await talk.bot.send_message(ANN, "x", reply_markup=conversation.STOP)
    talk.api.press(talk.ann, card.message_id, "Stop")
    talk.api.block(talk.ann)
    updates = await talk.bot.get_updates()
    kinds = [one.event_type for one in readers.by_aiogram(heard[-1])]
    assert kinds == ["message", "callback_query", "my_chat_member"]
    assert [kind for one, kind in zip(updates, kinds, strict=True) if getattr(one, kind)] == kinds
    language = [one.effective_user.language_code for one in updates if one.effective_user]
    assert language == ["zh-hans"] * 3


async def test_a_bot_made_with_aiogram_gets_along_with_the_stand_in(talk: Talk) -> None:
    base = talk.bot.base_url.partition("/bot")[0]
    session = AiohttpSession(api=TelegramAPIServer.from_base(base))
    async with aiogram.Bot(talk.api.token, session=session) as bot:
        assert (await bot.me()).username == talk.api.username
        assert await bot.set_my_commands([BotCommand(command="list", description="x")])
        asked = talk.api.say(talk.ann, "/list")
        (update,) = await bot.get_updates(timeout=0, allowed_updates=["message"])
        assert update.message is not None
        assert update.message.message_id == asked["message_id"]
        card = await bot.send_message(ANN, conversation.ALL_OF_HTML, parse_mode="HTML")
        upload = BufferedInputFile(talk.film, "film.mp4")
        picture = BufferedInputFile(talk.thumbnail, "picture.jpg")
        shown = await bot.edit_message_media(
            InputMediaVideo(media=upload, caption="done"), chat_id=ANN, message_id=card.message_id
        )
        assert isinstance(shown, aiogram.types.Message)
        assert shown.video is not None
        sent = await bot.send_media_group(
            ANN, [InputMediaVideo(media=shown.video.file_id), InputMediaPhoto(media=picture)]
        )
        assert len({one.media_group_id for one in sent} - {None}) == 1
        loaded = await bot.download(shown.video)
        assert loaded is not None
        assert loaded.read() == talk.film
