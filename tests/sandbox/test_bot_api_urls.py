"""Media that Telegram fetches by itself: once per URL, within its limits, and what it refuses."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import av
import pytest
from aiohttp import web
from telegram import Bot, InputMediaVideo
from telegram.error import BadRequest, TimedOut

from sandbox.bot_api import BotApi, Limits
from sandbox.serving import serve

ANN = 7
LIMITS = Limits(private_burst=1000, upload_bytes=60_000, url_bytes=5_000, photo_url_bytes=500)
FILM = b"\0\0\0\x18ftypmp42" + b"film" * 100
JPEG = b"\xff\xd8\xff" + b"picture" * 20


class Host:
    """A web server that counts how often each of its files was asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.open = asyncio.Event()
        self.open.set()
        self.files: dict[str, tuple[bytes, str]] = {
            "/film.mp4": (FILM, "video/mp4"),
            "/big.mp4": (b"x" * 5_001, "video/mp4"),
            "/page.mp4": (b"<html>", "text/html"),
            "/large.jpg": (JPEG * 10, "image/jpeg"),
            "/small.jpg": (JPEG, "image/jpeg"),
        }

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_get("/{path:.*}", self._give)
        return app

    async def _give(self, request: web.Request) -> web.Response:
        self.asked.append(request.path)
        await self.open.wait()
        if request.path not in self.files:
            raise web.HTTPNotFound
        body, kind = self.files[request.path]
        return web.Response(body=body, content_type=kind)


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


@pytest.fixture
def host() -> Host:
    return Host()


@pytest.fixture
async def site(host: Host) -> AsyncIterator[str]:
    async with serve(host.app()) as url:
        yield url


async def test_a_url_is_fetched_once_and_is_one_file(
    api: BotApi, bot: Bot, host: Host, site: str
) -> None:
    sent = await bot.send_video(ANN, f"{site}/film.mp4")
    again = await bot.send_video(ANN, f"{site}/film.mp4")
    assert sent.video == again.video
    assert host.asked == ["/film.mp4"]
    assert [arrival.how for arrival in api.files] == ["url", "cache"]
    with pytest.raises(BadRequest, match="not modified"):
        await again.edit_media(InputMediaVideo(f"{site}/film.mp4"))


async def test_the_first_failure_of_a_url_is_remembered_too(
    api: BotApi, bot: Bot, host: Host, site: str
) -> None:
    film = host.files.pop("/film.mp4")
    for _ in range(2):
        with pytest.raises(BadRequest, match=r"(?i)failed to get http url content"):
            await bot.send_video(ANN, f"{site}/film.mp4")
        host.files["/film.mp4"] = film
    assert host.asked == ["/film.mp4"]
    assert (await bot.send_video(ANN, f"{site}/film.mp4?v=2")).video
    api.forget_urls()
    assert (await bot.send_video(ANN, f"{site}/film.mp4")).video


@pytest.mark.parametrize(
    ("kind", "path", "words"),
    [
        ("video", "/big.mp4", "wrong file identifier/http url specified"),
        ("video", "/page.mp4", "wrong type of the web page content"),
        ("video", "/small.jpg", "wrong type of the web page content"),
        ("video", "/none.mp4", "failed to get http url content"),
        ("photo", "/large.jpg", "wrong file identifier/http url specified"),
        ("photo", "/film.mp4", "wrong type of the web page content"),
        ("document", "/film.mp4", "wrong type of the web page content"),
    ],
)
async def test_a_url_that_telegram_cannot_use_is_refused(
    bot: Bot, site: str, kind: str, path: str, words: str
) -> None:
    with pytest.raises(BadRequest, match=f"(?i){words}"):
        await getattr(bot, f"send_{kind}")(ANN, site + path)


async def test_a_server_that_is_not_there_cannot_be_fetched_from(bot: Bot) -> None:
    with pytest.raises(BadRequest, match=r"(?i)failed to get http url content"):
        await bot.send_video(ANN, "http://127.0.0.1:1/film.mp4")


async def test_a_client_that_leaves_does_not_undo_what_it_asked_for(
    api: BotApi, bot: Bot, host: Host, site: str
) -> None:
    host.open.clear()
    with pytest.raises(TimedOut):
        await bot.send_video(ANN, f"{site}/film.mp4", read_timeout=0.05)
    assert api.messages(ANN) == []
    host.open.set()
    await api.until(lambda: api.messages(ANN))
    await api.until(lambda: [call.status for call in api.called("sendVideo")] == [0])


async def test_a_photo_by_url_arrives(bot: Bot, site: str) -> None:
    assert (await bot.send_photo(ANN, f"{site}/small.jpg")).photo[0].file_size == len(JPEG)


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


async def test_a_silent_film_by_url_may_come_back_as_an_animation(
    host: Host, site: str, tmp_path: Path
) -> None:
    host.files["/silent.mp4"] = (a_real_film(tmp_path / "film.mp4"), "video/mp4")
    api = BotApi(limits=Limits(silent_url_becomes_animation=True))
    api.private_chat(api.user(ANN, "Ann"))
    async with serve(api.app) as url, Bot(api.token, base_url=f"{url}/bot") as bot:
        sent = await bot.send_video(ANN, f"{site}/silent.mp4")
    assert sent.video is None
    assert sent.animation is not None


@pytest.mark.parametrize(("looked_into", "seen"), [(10**7, (64, 48, 2)), (100, (0, 0, 0))])
async def test_what_telegram_fetches_is_as_it_sees_it_and_not_as_the_bot_says(
    host: Host, site: str, tmp_path: Path, looked_into: int, seen: tuple[int, int, int]
) -> None:
    """And it looks only into what is small."""
    host.files["/film.mp4"] = (a_real_film(tmp_path / "film.mp4"), "video/mp4")
    thumbnail = tmp_path / "thumbnail.jpg"
    thumbnail.write_bytes(JPEG)
    api = BotApi(
        limits=Limits(url_looked_into_bytes=looked_into, silent_url_becomes_animation=False)
    )
    api.private_chat(api.user(ANN, "Ann"))
    async with serve(api.app) as url, Bot(api.token, base_url=f"{url}/bot") as bot:
        video = (
            await bot.send_video(
                ANN, f"{site}/film.mp4", width=640, height=480, duration=9, thumbnail=thumbnail
            )
        ).video
    assert video is not None
    assert (video.width, video.height, video._duration.seconds) == seen
    assert video.thumbnail is None
