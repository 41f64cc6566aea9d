"""What the stand-in cannot do: servers that misbehave below, or beside, the provider's JSON."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web

from sandbox.serving import serve

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Asked:
    """All that has reached a server, in order."""

    targets: list[str] = field(default_factory=list)
    """As they stood in the request line."""
    headers: list[dict[str, list[str]]] = field(default_factory=list)
    """Names in lower case."""

    def __len__(self) -> int:
        return len(self.targets)

    def all(self, name: str) -> list[list[str]]:
        """One list per request, with each of the header's values."""
        return [headers.get(name, []) for headers in self.headers]


@dataclass
class Upstream:
    base: str
    asked: Asked = field(default_factory=Asked)


@asynccontextmanager
async def answering(handler: Handler) -> AsyncIterator[Upstream]:
    """Over every path."""
    asked = Asked()

    async def remembered(request: web.Request) -> web.StreamResponse:
        asked.targets.append(request.raw_path)
        names = {name.lower() for name in request.headers}
        asked.headers.append({name: request.headers.getall(name) for name in names})
        return await handler(request)

    app = web.Application()
    app.router.add_route("*", "/{anywhere:.*}", remembered)
    async with serve(app) as base:
        yield Upstream(base, asked)


@asynccontextmanager
async def replying(reply: bytes) -> AsyncIterator[Upstream]:
    """Below HTTP: each connection gets *reply* for its first request and is closed."""
    asked = Asked()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        asked.targets.append(head.split(b" ")[1].decode())
        writer.write(reply)
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    async with server:
        host, port = server.sockets[0].getsockname()
        yield Upstream(f"http://{host}:{port}", asked)


def saying(body: bytes, status: int = 200, **headers: str) -> Handler:
    """JSON, always the same; an underscore in a header's name stands for a hyphen."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}

    async def handler(request: web.Request) -> web.StreamResponse:
        return web.Response(
            body=body, status=status, headers=named, content_type="application/json"
        )

    return handler
