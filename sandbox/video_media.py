"""A finished task goes in; its film, its picture, or what some host gives instead comes out."""

from pathlib import Path
from typing import assert_never

from aiohttp import web

from sandbox.films import Film, Films
from sandbox.scripts import Script
from sandbox.video_faults import broken_off, drip

HUGE = 10_000_000_000
CHUNK = bytes(1 << 16)
PAGE = "<!doctype html><title>Sign in</title><p>Please sign in to see this video."


class Shelf:
    def __init__(self, films: Films, usual: Film) -> None:
        self._films = films
        self._usual = usual

    async def give(
        self, request: web.Request, script: Script, drip_seconds: float
    ) -> web.StreamResponse:
        match script.media:
            case "film":
                return web.FileResponse(await self._file(script))
            case "403" | "404":
                return web.Response(status=int(script.media), text="<Error>AccessDenied</Error>")
            case "html":
                return web.Response(text=PAGE, content_type="text/html")
            case "empty":
                return web.Response(body=b"", content_type="video/mp4")
            case "unlabelled":
                labels = {"Content-Type": "application/octet-stream"}
                return web.FileResponse(await self._file(script), headers=labels)
            case "mislabelled":
                return web.FileResponse(
                    await self._image(script), headers={"Content-Type": "video/mp4"}
                )
            case "truncated":
                return await broken_off(request, await self._bytes(script), "video/mp4")
            case "slow":
                return await drip(request, await self._bytes(script), "video/mp4", drip_seconds)
            case "huge" | "endless":
                return await _flood(request, await self._bytes(script), script.media == "huge")
            case "redirect":
                return await self._after_a_redirect(request, script)
            case _:
                assert_never(script.media)

    async def _after_a_redirect(self, request: web.Request, script: Script) -> web.StreamResponse:
        if "moved" in request.query:
            return web.FileResponse(await self._file(script))
        return web.Response(status=302, headers={"Location": str(request.rel_url % {"moved": "1"})})

    async def _file(self, script: Script) -> Path:
        if script.shows_image:
            return await self._image(script)
        return await self._films.film(script.task_id, script.film or self._usual, script.size)

    async def _image(self, script: Script) -> Path:
        return await self._films.image(script.task_id, script.film or self._usual)

    async def _bytes(self, script: Script) -> bytes:
        return (await self._file(script)).read_bytes()


async def _flood(request: web.Request, start: bytes, promised: bool) -> web.StreamResponse:  # noqa: FBT001 — one header
    """Begins well and lasts until the client leaves, or 10 GB."""
    response = web.StreamResponse(headers={"Content-Type": "video/mp4"})
    if promised:
        response.content_length = HUGE
    await response.prepare(request)
    await response.write(start)
    for _ in range((HUGE - len(start)) // len(CHUNK)):
        await response.write(CHUNK)
    return response
