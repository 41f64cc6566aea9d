"""How files reach the stand-in, what it makes of them, and what it refuses."""

import hashlib
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path

import aiohttp
import av
import pytest
from telegram import Bot, InputFile, InputMediaVideo
from telegram.error import BadRequest, NetworkError

from sandbox.bot_api import BotApi, Limits
from sandbox.serving import serve

ANN = 7
LIMITS = Limits(private_burst=1000, upload_bytes=60_000, url_bytes=5_000, photo_url_bytes=500)
FILM = b"\0\0\0\x18ftypmp42" + b"film" * 100
JPEG = b"\xff\xd8\xff" + b"picture" * 20


@pytest.fixture
async def api() -> BotApi:
    api = BotApi(limits=LIMITS)
    api.private_chat(api.user(ANN, "Ann"))
    return api


@pytest.fixture
async def bot(api: BotApi) -> AsyncIterator[Bot]:
    async with (
        serve(api.app) as url,
        Bot(api.token, base_url=f"{url}/bot", base_file_url=f"{url}/file/bot") as bot,
    ):
        yield bot


async def test_an_uploaded_video_can_be_sent_again_by_its_id_and_downloaded(
    api: BotApi, bot: Bot
) -> None:
    sent = await bot.send_video(ANN, FILM, caption="<b>x</b>", parse_mode="HTML", width=640)
    assert sent.video is not None
    assert (sent.video.width, sent.video.file_size) == (640, len(FILM))
    assert sent.caption_entities[0].type == "bold"
    again = await bot.send_video(ANN, sent.video.file_id)
    assert again.video == sent.video
    assert [arrival.how for arrival in api.files] == ["upload", "file_id"]
    assert api.files[0].file.sha256 == hashlib.sha256(FILM).hexdigest()
    content = await (await bot.get_file(sent.video.file_id)).download_as_bytearray()
    assert bytes(content) == FILM


async def test_a_streamed_upload_arrives_whole(api: BotApi, bot: Bot) -> None:
    handle = InputFile(BytesIO(FILM), filename="film.mp4", read_file_handle=False)
    sent = await bot.send_video(ANN, handle)
    assert sent.video is not None
    assert (sent.video.file_name, sent.video.mime_type) == ("film.mp4", "video/mp4")
    assert api.files[0].file.path.read_bytes() == FILM


async def test_a_text_can_be_edited_into_a_video_from_an_attachment(api: BotApi, bot: Bot) -> None:
    card = await bot.send_message(ANN, "ready")
    film = InputFile(BytesIO(FILM), filename="film.mp4", attach=True, read_file_handle=False)
    edited = await card.edit_media(InputMediaVideo(film, caption="done"))
    assert not isinstance(edited, bool)
    assert edited.video is not None
    assert (edited.text, edited.caption) == (None, "done")
    same = InputMediaVideo(edited.video.file_id, caption="done")
    with pytest.raises(BadRequest, match="not modified"):
        await card.edit_media(same)
    (shown,) = api.messages(ANN)
    assert "text" not in shown


async def test_a_caption_can_be_edited_and_the_video_stays(bot: Bot) -> None:
    sent = await bot.send_video(ANN, FILM, caption="one")
    edited = await sent.edit_caption("two")
    assert not isinstance(edited, bool)
    assert (edited.video, edited.caption) == (sent.video, "two")


async def test_an_upload_over_the_limit_is_too_large(api: BotApi, bot: Bot) -> None:
    with pytest.raises(NetworkError, match="Request Entity Too Large"):
        await bot.send_video(ANN, b"x" * 60_001)
    assert api.messages(ANN) == []
    assert [call.status for call in api.called("sendVideo")] == [413]


async def test_an_upload_without_a_length_is_measured_as_it_comes(api: BotApi) -> None:
    async def body() -> AsyncIterator[bytes]:
        yield b'--b\r\nContent-Disposition: form-data; name="chat_id"\r\n\r\n7\r\n--b\r\n'
        yield b'Content-Disposition: form-data; name="video"; filename="f.mp4"\r\n\r\n'
        yield b"x" * 60_001 + b"\r\n--b--\r\n"

    kind = {"Content-Type": "multipart/form-data; boundary=b"}
    async with serve(api.app) as url, aiohttp.ClientSession() as session:
        path = f"{url}/bot{api.token}/sendVideo"
        async with session.post(path, data=body(), headers=kind) as response:
            assert response.status == 413
            assert await response.json() == {
                "ok": False,
                "error_code": 413,
                "description": "Request Entity Too Large",
            }


def a_real_film(path: Path) -> bytes:
    """Two seconds of 64×48 without sound."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=10)
        stream.width, stream.height = 64, 48
        for _ in range(20):
            for packet in stream.encode(av.VideoFrame(64, 48, "yuv420p")):
                container.mux(packet)
        for packet in stream.encode():
            container.mux(packet)
    return path.read_bytes()


async def test_a_real_film_is_measured_unless_the_bot_says_otherwise(
    bot: Bot, tmp_path: Path
) -> None:
    film = a_real_film(tmp_path / "film.mp4")
    measured = (await bot.send_video(ANN, film)).video
    told = (await bot.send_video(ANN, film, width=640, height=480, duration=9)).video
    assert measured is not None
    assert (measured.width, measured.height, measured._duration.seconds) == (64, 48, 2)
    assert told is not None
    assert (told.width, told.height, told._duration.seconds) == (640, 480, 9)


async def test_an_unknown_id_is_no_file(bot: Bot) -> None:
    with pytest.raises(BadRequest, match=r"(?i)wrong file identifier/http url specified"):
        await bot.send_video(ANN, "BAACnothing")


async def test_an_id_keeps_its_kind(bot: Bot) -> None:
    film = (await bot.send_video(ANN, FILM)).video
    assert film is not None
    with pytest.raises(BadRequest, match=r"(?i)can't use file of type Video as Document"):
        await bot.send_document(ANN, film.file_id)


async def test_a_film_that_clients_do_not_play_arrives_as_a_document(bot: Bot) -> None:
    sent = await bot.send_video(ANN, b"\x1a\x45\xdf\xa3webm", filename="film.mp4")
    assert sent.video is None
    assert sent.document is not None


async def test_an_animation_is_a_document_as_well(bot: Bot) -> None:
    sent = await bot.send_animation(ANN, FILM)
    assert sent.animation is not None
    assert sent.document is not None


async def test_something_that_is_no_picture_is_no_photo(bot: Bot) -> None:
    assert (await bot.send_photo(ANN, JPEG)).photo
    with pytest.raises(BadRequest, match=r"(?i)image_process_failed"):
        await bot.send_photo(ANN, b"text")


async def test_a_thumbnail_that_is_no_jpeg_is_dropped_silently(bot: Bot) -> None:
    good = (await bot.send_video(ANN, FILM, thumbnail=JPEG)).video
    bad = (await bot.send_video(ANN, FILM, thumbnail=b"x")).video
    assert good is not None
    assert good.thumbnail is not None
    assert bad is not None
    assert bad.thumbnail is None


async def test_the_bytes_are_gone_when_the_stand_in_is(api: BotApi) -> None:
    async with serve(api.app) as url, Bot(api.token, base_url=f"{url}/bot") as bot:
        await bot.send_video(ANN, FILM)
        assert api.files[0].file.path.exists()
    assert not api.files[0].file.path.exists()
