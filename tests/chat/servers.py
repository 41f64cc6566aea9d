"""Servers instead of the Bot API's stand-in, for what that one cannot be made to say."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from aiohttp import web

from sandbox.serving import serve


@asynccontextmanager
async def saying(
    status: int, body: str, kind: str = "application/json", **good: str
) -> AsyncIterator[str]:
    """Always the same, whatever the question, but for methods with a *good* answer."""

    async def answer(request: web.Request) -> web.Response:
        told = good.get(request.path.rpartition("/")[2])
        if told is not None:
            return web.Response(text=told, content_type="application/json")
        return web.Response(status=status, text=body, content_type=kind)

    app = web.Application()
    app.router.add_route("*", "/{anywhere:.*}", answer)
    async with serve(app) as url:
        yield url


@asynccontextmanager
async def cutting(reply: bytes) -> AsyncIterator[str]:
    """Below HTTP: takes in the whole request, writes *reply* and closes."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        await reader.readexactly(length_in(head))
        writer.write(reply)
        writer.close()

    async with talking(talk) as url:
        yield url


@asynccontextmanager
async def refusing_at_once(status: int) -> AsyncIterator[str]:
    """Answers when it has seen the head, and then takes in what comes, as nginx does."""
    body = b'{"ok":false,"error_code":%d,"description":"Request Entity Too Large"}' % status

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        head = f"HTTP/1.1 {status} No\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        writer.write(head.encode() + body)
        await writer.drain()
        while await reader.read(1 << 16):
            pass
        writer.close()

    async with talking(talk) as url:
        yield url


@asynccontextmanager
async def deaf() -> AsyncIterator[str]:
    """Lets people in, and listens to nothing that they say."""
    over = asyncio.Event()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await over.wait()
        writer.close()

    async with talking(talk, limit=1 << 12) as url:
        yield url
        over.set()


def length_in(head: bytes) -> int:
    """Of the body that follows."""
    lengths = [line for line in head.split(b"\r\n") if line.lower().startswith(b"content-len")]
    return int(lengths[0].split(b":")[1]) if lengths else 0


@asynccontextmanager
async def talking(
    talk: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]],
    limit: int = 1 << 16,
) -> AsyncIterator[str]:
    server = await asyncio.start_server(talk, "127.0.0.1", 0, limit=limit)
    async with server:
        host, port = server.sockets[0].getsockname()
        yield f"http://{host}:{port}"
