"""The cast and the provider's stand-in go in; the aiohttp application of the page comes out."""

from collections.abc import AsyncIterator
from pathlib import Path

from aiohttp import web

from sandbox.page.cast import Cast
from sandbox.page.deeds import Deeds
from sandbox.page.guard import add_headers, only_from_here, only_what_is_possible
from sandbox.page.stream import Stream
from sandbox.page.switches import Switches
from sandbox.page.teller import Teller
from sandbox.page.workshop import Workshop
from sandbox.telegram.bell import Bell
from sandbox.video_api import VideoApi

WEB = Path(__file__).with_name("web")
PLAYABLE = ("video/mp4", "video/webm", "image/jpeg", "image/png", "image/gif", "image/webp")


def page_app(cast: Cast, videos: VideoApi) -> web.Application:
    bell = Bell()
    cast.api.bell.rings_also(bell)
    videos.bell.rings_also(bell)
    switches = Switches(cast.api, videos)
    pages = _Pages(cast, videos, switches, Stream(bell))
    app = web.Application(middlewares=[only_from_here, only_what_is_possible])
    app.on_response_prepare.append(add_headers)
    app.router.add_get("/", pages.index)
    app.router.add_get("/events", pages.events)
    app.router.add_get("/files/{unique}", pages.file)
    app.router.add_static("/web", WEB)
    Deeds(cast).add_routes(app.router)
    Workshop(videos, switches, bell).add_routes(app.router)
    app.cleanup_ctx.append(pages.lifetime)
    return app


class _Pages:
    def __init__(self, cast: Cast, videos: VideoApi, switches: Switches, stream: Stream) -> None:
        self._cast = cast
        self._videos = videos
        self._switches = switches
        self._stream = stream

    async def lifetime(self, app: web.Application) -> AsyncIterator[None]:
        app.on_shutdown.append(self._close)
        yield

    async def _close(self, app: web.Application) -> None:
        del app
        self._stream.close()

    async def index(self, request: web.Request) -> web.FileResponse:
        del request
        return web.FileResponse(WEB / "index.html")

    async def events(self, request: web.Request) -> web.StreamResponse:
        teller = Teller(self._cast, self._videos, self._switches)
        return await self._stream.tell(request, teller)

    async def file(self, request: web.Request) -> web.StreamResponse:
        """Only what a browser plays is called by its type; all else is for saving."""
        found = self._cast.api.stored(request.match_info["unique"])
        if found is None:
            raise web.HTTPNotFound(text="no such file")
        kind = found.mime if found.mime in PLAYABLE else "application/octet-stream"
        return web.FileResponse(found.path, headers={"Content-Type": kind})
