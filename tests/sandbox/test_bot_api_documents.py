"""Files as files: what stays a document, its thumbnail, and those that are told by their path."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import av
import pytest
from telegram import Bot, InputFile, InputMediaDocument, InputMediaVideo
from telegram.error import BadRequest

from sandbox.bot_api import NO_FLOOD_LIMITS, BotApi, Limits
from sandbox.films import TINY, write_film
from sandbox.serving import serve

ANN = 7
FILM = b"\0\0\0\x18ftypmp42" + b"film" * 100
JPEG = b"\xff\xd8\xff" + b"picture" * 20
LIMITS = Limits(private_burst=1000, upload_bytes=60_000)


async def talking(api: BotApi, *, local: bool = False) -> AsyncIterator[Bot]:
    api.private_chat(api.user(ANN, "Ann"))
    async with (
        serve(api.app) as url,
        Bot(api.token, base_url=f"{url}/bot", local_mode=local) as bot,
    ):
        yield bot


@pytest.fixture
async def api() -> BotApi:
    return BotApi(limits=LIMITS)


@pytest.fixture
async def bot(api: BotApi) -> AsyncIterator[Bot]:
    async for bot in talking(api):
        yield bot


@pytest.fixture
async def local() -> BotApi:
    return BotApi(limits=replace(LIMITS, local=True))


@pytest.fixture
async def neighbour(local: BotApi) -> AsyncIterator[Bot]:
    """A bot on the same disk as its server."""
    async for bot in talking(local, local=True):
        yield bot


@pytest.fixture
def film(tmp_path: Path) -> Path:
    path = tmp_path / "task_a1.mp4"
    write_film(path, "task_a1", TINY)
    return path


def size(path: Path) -> int:
    return path.stat().st_size


async def test_a_film_sent_as_a_document_stays_one_only_when_nobody_may_look(
    bot: Bot, film: Path
) -> None:
    looked = await bot.send_document(ANN, film)
    assert (looked.document, looked.video is None) == (None, False)
    kept = await bot.send_document(ANN, film, disable_content_type_detection=True)
    assert kept.video is None
    assert kept.document is not None
    assert (kept.document.file_name, kept.document.mime_type) == ("task_a1.mp4", "video/mp4")
    assert kept.document.file_size == size(film)


async def test_a_document_has_a_thumbnail_that_can_be_had(
    api: BotApi, bot: Bot, film: Path
) -> None:
    sent = await bot.send_document(
        ANN, film, thumbnail=JPEG, disable_content_type_detection=True, caption="as a file"
    )
    assert sent.document is not None
    assert sent.document.thumbnail is not None
    stored = api.stored(sent.document.thumbnail.file_unique_id)
    assert stored is not None
    assert stored.path.read_bytes() == JPEG
    assert [arrival.how for arrival in api.files] == ["upload"]


async def test_a_text_can_be_edited_into_a_document_that_is_uploaded(api: BotApi, bot: Bot) -> None:
    card = await bot.send_message(ANN, "ready")
    upload = InputFile(BytesIO(FILM), "a.mp4", attach=True, read_file_handle=False)
    edited = await card.edit_media(
        InputMediaDocument(upload, "as a file", disable_content_type_detection=True, thumbnail=JPEG)
    )
    assert not isinstance(edited, bool)
    assert edited.document is not None
    assert (edited.document.file_name, edited.caption) == ("a.mp4", "as a file")
    assert edited.document.thumbnail is not None
    assert len(api.messages(ANN)) == 1


async def test_a_path_is_no_file_for_a_server_that_is_not_local(api: BotApi, film: Path) -> None:
    async for bot in talking(api, local=True):
        with pytest.raises(BadRequest, match=r"(?i)wrong file identifier"):
            await bot.send_video(ANN, film)
    assert api.files == []


async def test_a_local_server_reads_a_film_and_its_thumbnail_from_the_disk(
    local: BotApi, neighbour: Bot, film: Path, tmp_path: Path
) -> None:
    thumbnail = tmp_path / "a thumbnail.jpg"
    thumbnail.write_bytes(JPEG)
    sent = await neighbour.send_video(ANN, film, thumbnail=thumbnail)
    assert local.called("sendVideo")[0].params["video"] == film.as_uri()
    assert sent.video is not None
    assert (sent.video.width, sent.video.file_name) == (TINY.width, "task_a1.mp4")
    assert sent.video.thumbnail is not None
    (arrival,) = local.files
    assert (arrival.how, arrival.file.size) == ("path", size(film))
    await asyncio.to_thread(film.unlink)
    again = await neighbour.send_video(ANN, sent.video.file_id)
    assert again.video is not None


async def test_a_local_server_edits_a_text_into_a_film_on_the_disk(
    local: BotApi, neighbour: Bot, film: Path
) -> None:
    card = await neighbour.send_message(ANN, "ready")
    edited = await card.edit_media(InputMediaVideo(film))
    assert not isinstance(edited, bool)
    assert edited.video is not None
    assert [arrival.how for arrival in local.files] == ["path"]


async def test_a_path_that_leads_nowhere_is_refused(neighbour: Bot, tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match=r"(?i)wrong file identifier"):
        await neighbour.send_video(ANN, (tmp_path / "gone.mp4").as_uri())


async def test_a_local_server_takes_larger_uploads(neighbour: Bot) -> None:
    sent = await neighbour.send_document(ANN, b"x" * 70_000)
    assert sent.document is not None
    assert sent.document.file_size == 70_000


@pytest.mark.parametrize(
    ("width", "height", "fits"), [(2100, 100, False), (2000, 100, True), (9000, 1002, False)]
)
async def test_a_picture_of_odd_proportions_is_no_photo(
    tmp_path: Path,
    width: int,
    height: int,
    fits: bool,  # noqa: FBT001 — a column of the table
) -> None:
    path = tmp_path / "picture.png"
    with av.open(str(path), "w", format="image2", options={"update": "1"}) as container:
        stream = container.add_stream("png", rate=1)
        stream.width, stream.height, stream.pix_fmt = width, height, "gray"
        container.mux(stream.encode(av.VideoFrame(width, height, "gray")))
        container.mux(stream.encode())
    async for bot in talking(BotApi(limits=NO_FLOOD_LIMITS)):
        if fits:
            assert (await bot.send_photo(ANN, path)).photo
            continue
        with pytest.raises(BadRequest, match=r"(?i)photo_invalid_dimensions"):
            await bot.send_photo(ANN, path)
