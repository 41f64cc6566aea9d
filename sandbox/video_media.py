"""A finished task goes in; its film, its picture, or what some host gives instead comes out."""

from dataclasses import replace
from mimetypes import guess_type
from pathlib import Path
from typing import assert_never

from aiohttp import web

from sandbox.films import Film, Films
from sandbox.scripts import Script
from sandbox.video_faults import Faults, broken_off, drip

MP4 = "video/mp4"
HUGE = 10_000_000_000
CHUNK = bytes(1 << 16)
BROKEN = b"\0\0\0\x20ftypisom\0\0\2\0isomiso2avc1mp41" + b"\0\0\4\0moov" + b"reelbell" * 4_000
PAGE = "<!doctype html><title>Sign in</title><p>Please sign in to see this video."


class Shelf:
    def __init__(self, films: Films, usual: Film, faults: Faults) -> None:
        self._films = films
        self._usual = usual
        self._faults = faults

    async def give(self, request: web.Request, script: Script) -> web.StreamResponse:
        match script.media:
            case "film":
                return web.FileResponse(await self._file(request, script))
            case "403" | "404" | "410" | "500":
                return web.Response(status=int(script.media), text="<Error>AccessDenied</Error>")
            case "html":
                return web.Response(text=PAGE, content_type="text/html")
            case "disguised":
                return web.Response(body=PAGE.encode(), content_type=MP4)
            case "empty":
                return web.Response(body=b"", content_type=MP4)
            case "broken":
                return web.Response(body=BROKEN, content_type=MP4)
            case "unlabelled":
                return await self._labelled(request, script, "application/octet-stream")
            case "mislabelled":
                return await self._labelled(request, replace(script, outcome="image"), MP4)
            case "redirect":
                return await self._after_a_redirect(request, script)
            case "loop" | "inward":
                return _elsewhere(
                    request.path_qs if script.media == "loop" else self._faults.inward
                )
            case "truncated" | "slow" | "whole" | "huge" | "endless":
                return await self._odd(request, script)
            case _:
                assert_never(script.media)

    async def _odd(self, request: web.Request, script: Script) -> web.StreamResponse:
        """Good bytes, in a bad way; no part of them can be asked for."""
        file = await self._file(request, script)
        kind = guess_type(file.name)[0] or MP4
        match script.media:
            case "truncated":
                return await broken_off(request, file.read_bytes(), kind)
            case "slow":
                return await drip(request, file.read_bytes(), kind, self._faults.drip_seconds)
            case "whole":
                return web.Response(body=file.read_bytes(), content_type=kind)
            case _:
                return await _flood(request, file.read_bytes(), script.media == "huge")

    async def _labelled(
        self, request: web.Request, script: Script, kind: str
    ) -> web.StreamResponse:
        file = await self._file(request, script)
        return web.FileResponse(file, headers={"Content-Type": kind})

    async def _after_a_redirect(self, request: web.Request, script: Script) -> web.StreamResponse:
        if "moved" in request.query:
            return web.FileResponse(await self._file(request, script))
        return _elsewhere(str(request.rel_url.update_query(moved="1")))

    async def _file(self, request: web.Request, script: Script) -> Path:
        film = script.film or self._usual
        if not script.shows_image:
            return await self._films.film(script.task_id, film, script.size)
        part = request.query.get("part", "")
        return await self._films.image(f"{script.task_id} {part}".rstrip(), film, script.size)


def _elsewhere(location: str) -> web.Response:
    return web.Response(status=302, headers={"Location": location})


async def _flood(request: web.Request, start: bytes, promised: bool) -> web.StreamResponse:  # noqa: FBT001 — one header
    """Begins well and lasts until the client leaves, or 10 GB."""
    response = web.StreamResponse(headers={"Content-Type": MP4})
    if promised:
        response.content_length = HUGE
    await response.prepare(request)
    await response.write(start)
    for _ in range((HUGE - len(start)) // len(CHUNK)):
        await response.write(CHUNK)
    return response
