"""Lengths and sizes that the stand-in knows from Telegram, and that nothing else looks at."""

from collections.abc import AsyncIterator

import av
import pytest
from telegram import Bot, BotCommand, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import BadRequest

from sandbox.bot_api import BotApi, Limits
from sandbox.serving import serve

ANN = 7
STOP = InlineKeyboardMarkup([[InlineKeyboardButton("Stop", callback_data="s")]])
FILM = b"\0\0\0\x18ftypmp42film"


@pytest.fixture
async def api() -> BotApi:
    api = BotApi(limits=Limits(private_burst=8, download_bytes=20))
    api.private_chat(api.user(ANN, "Ann"))
    return api


@pytest.fixture
async def bot(api: BotApi) -> AsyncIterator[Bot]:
    async with serve(api.app) as url, Bot(api.token, base_url=f"{url}/bot") as bot:
        yield bot


async def test_a_large_file_cannot_be_downloaded_but_can_be_sent_again(bot: Bot) -> None:
    small = (await bot.send_video(ANN, FILM)).video
    large = (await bot.send_video(ANN, FILM * 2)).video
    assert small is not None
    assert large is not None
    assert (await bot.get_file(small.file_id)).file_size == len(FILM)
    with pytest.raises(BadRequest, match=r"(?i)file is too big"):
        await bot.get_file(large.file_id)
    assert (await bot.send_video(ANN, large.file_id)).video == large


async def test_the_101st_entity_is_plain_text(bot: Bot) -> None:
    sent = await bot.send_message(ANN, "<b>x</b> " * 101, parse_mode="HTML")
    assert len(sent.entities) == 100
    assert sent.text == "x " * 100 + "x"


async def test_the_answer_to_a_button_has_200_characters_and_is_never_throttled(
    api: BotApi, bot: Bot
) -> None:
    card = await bot.send_message(ANN, "x", reply_markup=STOP)
    pressed = api.press(api.user(ANN, "Ann"), card.message_id, "Stop")
    for _ in range(40):
        await bot.answer_callback_query(pressed, "x" * 200)
    with pytest.raises(BadRequest, match=r"(?i)message_too_long"):
        await bot.answer_callback_query(pressed, "x" * 201)
    assert api.violations == []


@pytest.mark.parametrize(
    ("name", "described", "count", "refused"),
    [
        ("a" * 32, "x" * 256, 100, ""),
        ("a" * 33, "x", 1, "bot_command_invalid"),
        ("a-b", "x", 1, "bot_command_invalid"),
        ("a", "", 1, "bot_command_description_invalid"),
        ("a", "x" * 257, 1, "bot_command_description_invalid"),
        ("a", "x", 101, "bot_commands_too_much"),
    ],
)
async def test_a_menu_that_breaks_a_limit_is_refused(
    bot: Bot, name: str, described: str, count: int, refused: str
) -> None:
    menu = [BotCommand(name, described)] * count
    if not refused:
        assert await bot.set_my_commands(menu)
        return
    with pytest.raises(BadRequest, match=f"(?i){refused}"):
        await bot.set_my_commands(menu)


async def test_a_description_has_512_characters_and_a_short_one_120(bot: Bot) -> None:
    await bot.set_my_description("x" * 512)
    await bot.set_my_short_description("x" * 120)
    with pytest.raises(BadRequest, match="is too long"):
        await bot.set_my_description("x" * 513)
    with pytest.raises(BadRequest, match="is too long"):
        await bot.set_my_short_description("x" * 121)


def a_jpeg(width: int, height: int) -> bytes:
    encoder = av.CodecContext.create("mjpeg", "w")
    assert isinstance(encoder, av.VideoCodecContext)
    encoder.width, encoder.height, encoder.pix_fmt = width, height, "yuvj420p"
    return b"".join(map(bytes, encoder.encode(av.VideoFrame(width, height, "yuvj420p"))))


@pytest.mark.parametrize(("width", "padding"), [(322, 0), (320, 200_000)])
async def test_a_thumbnail_that_is_too_large_is_dropped_silently(
    bot: Bot, width: int, padding: int
) -> None:
    good = (await bot.send_video(ANN, FILM, thumbnail=a_jpeg(320, 180))).video
    large = (await bot.send_video(ANN, FILM, thumbnail=a_jpeg(width, 180) + bytes(padding))).video
    assert good is not None
    assert good.thumbnail is not None
    assert large is not None
    assert large.thumbnail is None
