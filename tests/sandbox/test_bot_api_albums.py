"""Albums: several files in one call, which are several messages that belong together."""

from collections.abc import AsyncIterator, Sequence
from io import BytesIO

import aiohttp
import pytest
from aiohttp import web
from telegram import (
    Bot,
    InputFile,
    InputMediaAnimation,
    InputMediaDocument,
    InputMediaPhoto,
    InputMediaVideo,
    Message,
)
from telegram.error import BadRequest, NetworkError

from sandbox.bot_api import BotApi, Limits
from sandbox.serving import serve

ANN = 7
FILM = b"\0\0\0\x18ftypmp42" + b"film" * 100
JPEG = b"\xff\xd8\xff" + b"picture" * 20
Item = InputMediaPhoto | InputMediaVideo | InputMediaDocument


@pytest.fixture
async def api() -> BotApi:
    api = BotApi(limits=Limits(private_burst=1000, upload_bytes=60_000))
    api.private_chat(api.user(ANN, "Ann"))
    return api


@pytest.fixture
async def bot(api: BotApi) -> AsyncIterator[Bot]:
    async with serve(api.app) as url, Bot(api.token, base_url=f"{url}/bot") as bot:
        yield bot


@pytest.fixture
async def site() -> AsyncIterator[str]:
    async def give(request: web.Request) -> web.Response:
        kind = "image/jpeg" if request.path.endswith("jpg") else "text/html"
        return web.Response(
            body=JPEG, content_type=kind, status=404 if "gone" in request.path else 200
        )

    app = web.Application()
    app.router.add_get("/{path:.*}", give)
    async with serve(app) as url:
        yield url


def photos(count: int) -> list[InputMediaPhoto]:
    return [InputMediaPhoto(JPEG + bytes([number]), f"picture {number}") for number in range(count)]


async def sends(bot: Bot, *items: Item, **more: object) -> Sequence[Message]:
    return await bot.send_media_group(ANN, list(items), **more)  # type: ignore[arg-type]


async def test_ten_pictures_are_ten_messages_of_one_group(api: BotApi, bot: Bot) -> None:
    sent = await sends(bot, *photos(10))
    assert [one.caption for one in sent] == [f"picture {number}" for number in range(10)]
    assert len({one.photo[-1].file_id for one in sent}) == 10
    (group,) = {one.media_group_id for one in sent}
    assert group
    assert [one["message_id"] for one in api.messages(ANN)] == [one.message_id for one in sent]
    assert [arrival.how for arrival in api.files] == ["upload"] * 10


async def test_an_album_rings_once_and_two_albums_are_two_groups(api: BotApi, bot: Bot) -> None:
    first, second = await sends(bot, *photos(2)), await sends(bot, *photos(2))
    assert first[0].media_group_id != second[0].media_group_id
    assert [version.rings for version in api.history(ANN)] == [True, False, True, False]
    await sends(bot, *photos(2), disable_notification=True)
    assert [version.rings for version in api.history(ANN)][4:] == [False, False]


async def test_an_album_answers_a_message_with_each_of_its_own(api: BotApi, bot: Bot) -> None:
    asked = api.say(api.user(ANN, "Ann"), "task_1")
    sent = await sends(bot, *photos(2), reply_to_message_id=asked["message_id"])
    answered = [one.reply_to_message for one in sent]
    assert [one and one.message_id for one in answered] == [asked["message_id"]] * 2


async def test_films_and_pictures_mix_and_go_again_by_their_ids(api: BotApi, bot: Bot) -> None:
    film = InputFile(BytesIO(FILM), "film.mp4", attach=True, read_file_handle=False)
    sent = await sends(bot, InputMediaVideo(film, thumbnail=JPEG), *photos(1))
    assert sent[0].video is not None
    assert sent[0].video.thumbnail is not None
    again: list[Item] = [
        InputMediaVideo(sent[0].video.file_id),
        InputMediaPhoto(sent[1].photo[-1].file_id),
    ]
    second = await sends(bot, *again)
    assert second[0].video is not None
    assert second[0].video.file_id == sent[0].video.file_id
    assert [arrival.how for arrival in api.files] == ["upload"] * 2 + ["file_id"] * 2


async def test_documents_keep_to_themselves(api: BotApi, bot: Bot) -> None:
    with pytest.raises(BadRequest, match=r"(?i)document can't be mixed with other media types"):
        await sends(bot, InputMediaDocument(JPEG), *photos(1))
    assert api.messages(ANN) == []
    sent = await sends(bot, InputMediaDocument(JPEG, "one"), InputMediaDocument(FILM))
    assert [one.document is not None for one in sent] == [True, True]


async def test_one_file_is_a_message_like_any_other(bot: Bot) -> None:
    (sent,) = await sends(bot, *photos(1))
    assert sent.media_group_id is None
    assert sent.photo


@pytest.mark.parametrize(
    ("items", "words"),
    [
        (photos(11), "too many messages to send as an album"),
        (
            [InputMediaAnimation(FILM), *photos(1)],
            'type "animation" can\'t be used in sendMediaGroup',
        ),
        (
            [InputMediaPhoto(JPEG, show_caption_above_media=True), *photos(1)],
            "parameter show_caption_above_media must be the same for all messages",
        ),
        ([*photos(1), InputMediaPhoto("AgACnothing")], "wrong file identifier"),
        ([*photos(1), InputMediaPhoto(JPEG, "x" * 1025)], "message caption is too long"),
        (
            [*photos(1), InputMediaPhoto(b"text")],
            "message #2 with the error .*IMAGE_PROCESS_FAILED",
        ),
    ],
)
async def test_an_album_that_breaks_a_rule_is_refused_whole(
    api: BotApi, bot: Bot, items: list[Item], words: str
) -> None:
    with pytest.raises(BadRequest, match=f"(?i){words}"):
        await sends(bot, *items)
    assert api.messages(ANN) == []


@pytest.mark.parametrize(
    ("path", "code"),
    [("gone.jpg", "WEBPAGE_CURL_FAILED"), ("page.html", "WEBPAGE_MEDIA_EMPTY")],
)
async def test_a_url_that_cannot_be_used_is_named_by_its_number(
    api: BotApi, bot: Bot, site: str, path: str, code: str
) -> None:
    good = InputMediaPhoto(f"{site}/a.jpg")
    with pytest.raises(BadRequest) as refused:
        await sends(bot, good, InputMediaPhoto(f"{site}/{path}"))
    words = f'failed to send message #2 with the error message "{code}"'
    assert refused.value.message.lower() == words.lower()
    assert api.messages(ANN) == []
    sent = await sends(bot, good, InputMediaPhoto(f"{site}/b.jpg"))
    assert all(one.photo for one in sent)


@pytest.mark.parametrize(
    ("media", "words"),
    [
        ('[{"type":"photo","media":"attach://a"}]', "can't parse InputMedia: media not found"),
        ("[]", "there are no messages to send"),
        ("[1]", "expected an Array of InputMedia"),
        ("{}", "there are no messages to send"),
        ("[", "can't parse media JSON object"),
    ],
)
async def test_what_is_no_album_is_refused_in_telegrams_words(
    bot: Bot, media: str, words: str
) -> None:
    async with aiohttp.ClientSession() as session:
        form = {"chat_id": str(ANN), "media": media}
        async with session.post(f"{bot.base_url}/sendMediaGroup", data=form) as response:
            told = await response.json()
    assert (told["error_code"], told["description"]) == (400, f"Bad Request: {words}")


async def test_an_album_is_measured_as_one_upload(api: BotApi, bot: Bot) -> None:
    halves = [InputMediaDocument(b"x" * 30_000), InputMediaDocument(b"y" * 30_000)]
    with pytest.raises(NetworkError, match="Request Entity Too Large"):
        await sends(bot, *halves)
    assert [call.status for call in api.called("sendMediaGroup")] == [413]


async def test_one_picture_of_an_album_can_become_another_but_no_document(bot: Bot) -> None:
    sent = await sends(bot, *photos(2))
    with pytest.raises(BadRequest, match=r"(?i)can't change media type in the album"):
        await sent[0].edit_media(InputMediaDocument(JPEG))
    edited = await sent[0].edit_media(InputMediaVideo(FILM, caption="moves"))
    assert not isinstance(edited, bool)
    assert edited.video is not None
    assert edited.media_group_id == sent[1].media_group_id
