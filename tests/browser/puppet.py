"""A page whose bot says what the test makes it say; no real bot, no tasks."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import av
from telegram import Bot

from sandbox.bot_api import NO_FLOOD_LIMITS, BotApi
from sandbox.films import Film, write_film, write_image
from sandbox.page import Cast, page_app
from sandbox.page.cast import ANN
from sandbox.serving import serve
from sandbox.video_api import VideoApi
from tests.browser.town import Place

CHAT = Place(str(ANN), ANN, "Ann")
WIDE, TALL = Film(320, 180, 30, 5), Film(180, 320, 30, 5)


@dataclass(frozen=True, slots=True)
class Puppet:
    api: BotApi
    bot: Bot
    page: str
    """The address."""
    folder: Path

    def film(self, title: str, film: Film = WIDE) -> Path:
        path = self.folder / f"{title}.mp4"
        write_film(path, title, film)
        return path

    def picture(self, title: str, film: Film = WIDE) -> bytes:
        path = self.folder / f"{title}.png"
        write_image(path, title, film)
        return path.read_bytes()

    def thumbnail(self, film: Film = WIDE) -> bytes:
        """A grey JPEG, half as large."""
        path = self.folder / "thumbnail.jpg"
        grey = av.VideoFrame(film.width // 2, film.height // 2, "yuvj420p")
        for plane in grey.planes:
            plane.update(b"\x80" * plane.buffer_size)
        with av.open(str(path), "w", format="image2", options={"update": "1"}) as container:
            stream = container.add_stream("mjpeg", rate=1)
            stream.width, stream.height, stream.pix_fmt = grey.width, grey.height, "yuvj420p"
            container.mux(stream.encode(grey))
            container.mux(stream.encode())
        return path.read_bytes()


@asynccontextmanager
async def on_strings() -> AsyncIterator[Puppet]:
    api, videos = BotApi(limits=NO_FLOOD_LIMITS), VideoApi()
    cast = Cast(api)
    api.private_chat(cast.people[ANN])
    with TemporaryDirectory() as folder:
        async with (
            serve(page_app(cast, videos)) as page,
            serve(videos.app),
            serve(api.app) as url,
            Bot(api.token, base_url=f"{url}/bot") as bot,
        ):
            yield Puppet(api, bot, page, Path(folder))
