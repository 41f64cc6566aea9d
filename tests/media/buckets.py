"""As much of S3 as uploads and downloads take: whole objects, uploads in parts, ranges."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web

from sandbox.serving import serve

MADE = "<InitiateMultipartUploadResult><UploadId>{}</UploadId></InitiateMultipartUploadResult>"
DONE = "<CompleteMultipartUploadResult><ETag>etag</ETag></CompleteMultipartUploadResult>"
XML = "application/xml"


@dataclass
class Bucket:
    endpoint: str = ""
    objects: dict[str, bytes] = field(default_factory=dict)
    """By their paths, the bucket's name first."""
    uploads: dict[str, dict[int, bytes]] = field(default_factory=dict)
    refuses: int = 0
    """With this status, everything that is written; 0: nothing."""
    held: asyncio.Event | None = None
    """The end of an upload in parts waits for it."""
    ending: asyncio.Event = field(default_factory=asyncio.Event)
    """All parts are there."""
    asked: list[str] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(f"{request.method} {request.path_qs}")
        if "X-Amz-Date" not in request.headers:
            return web.Response(status=403)
        if request.method == "GET":
            return self._give(request)
        if self.refuses:
            return web.Response(status=self.refuses, text="<Error/>", content_type=XML)
        return await self._take(request)

    def _give(self, request: web.Request) -> web.StreamResponse:
        body = self.objects.get(request.path)
        if body is None:
            return web.Response(status=404, text="<Error/>", content_type=XML)
        said = {"ETag": '"etag"', "Last-Modified": "Tue, 24 Nov 2026 12:00:00 GMT"}
        if request.http_range.start is None:
            return web.Response(body=body, headers=said)
        part = body[request.http_range]
        if not part:
            return web.Response(status=416, headers={"Content-Range": f"bytes */{len(body)}"})
        first = request.http_range.start
        said["Content-Range"] = f"bytes {first}-{first + len(part) - 1}/{len(body)}"
        return web.Response(status=206, body=part, headers=said)

    async def _take(self, request: web.Request) -> web.StreamResponse:
        asked = request.query
        body = await request.read()
        if "uploads" in asked:
            self.uploads[request.path] = {}
            return web.Response(text=MADE.format("u1"), content_type=XML)
        if "partNumber" in asked:
            self.uploads[request.path][int(asked["partNumber"])] = body
        elif request.method == "POST":
            self.ending.set()
            if self.held is not None:
                await self.held.wait()
            parts = self.uploads.pop(request.path)
            self.objects[request.path] = b"".join(parts[number] for number in sorted(parts))
            return web.Response(text=DONE, content_type=XML)
        elif request.method == "DELETE":
            self.uploads.pop(request.path, None)
        else:
            self.objects[request.path] = body
        return web.Response(headers={"ETag": '"etag"'})


@asynccontextmanager
async def a_bucket() -> AsyncIterator[Bucket]:
    bucket = Bucket()
    app = web.Application(client_max_size=64 * 2**20)
    app.router.add_route("*", "/{path:.*}", bucket.answer)
    async with serve(app, "127.0.0.1") as bucket.endpoint:
        yield bucket
