"""Hosts on loopback: listeners nobody may reach, servers of files, and names for them."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field

from aiohttp import AddrInfoType, web
from aiohttp.abc import AbstractResolver, ResolveResult

from bot.media.guard import Guard
from sandbox.serving import serve
from tests.provider.servers import Asked

INSIDE = "127.0.0.1"
"""Private, as it is."""
OUTSIDE = "127.0.0.2"
"""Public, in the eyes of the judge of these tests."""

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Listener:
    port: int = 0
    accepted: int = 0
    """TCP connections, whatever was said on them."""


@asynccontextmanager
async def listening() -> AsyncIterator[Listener]:
    """On 127.0.0.1 and, where there is one, on ::1: whoever gets through is given a secret."""
    listener = Listener()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        del reader
        listener.accepted += 1
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecret")
        writer.close()

    async with await asyncio.start_server(talk, INSIDE, 0) as server:
        listener.port = server.sockets[0].getsockname()[1]
        async with AsyncExitStack() as too:
            with suppress(OSError):  # a machine without IPv6 has nobody there either
                await too.enter_async_context(
                    await asyncio.start_server(talk, "::1", listener.port)
                )
            yield listener


@dataclass
class Names(AbstractResolver):
    """A name has a list of addresses; several lists: one per look-up, the last one stays."""

    known: dict[str, list[list[str]]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def say(self, name: str, *answers: Sequence[str]) -> None:
        self.known[name] = [list(one) for one in answers]

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        self.asked.append(host)
        answers = self.known.get(host.rstrip("."))
        if answers is None:
            found = socket.getaddrinfo(host, port, family, flags=socket.AI_NUMERICHOST)
            addresses = [str(one[4][0]) for one in found]
        else:
            addresses = answers.pop(0) if len(answers) > 1 else answers[0]
        return [_result(host, address, port) for address in addresses]

    async def close(self) -> None:
        """Nothing is open."""


def _result(host: str, address: str, port: int) -> ResolveResult:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    return ResolveResult(hostname=host, host=address, port=port, family=family, proto=0, flags=0)


@dataclass
class Site:
    port: int
    asked: Asked = field(default_factory=Asked)

    def url(self, path: str = "/film.mp4", host: str = OUTSIDE) -> str:
        return f"http://{host}:{self.port}{path}"


@asynccontextmanager
async def hosting(handler: Handler, host: str = OUTSIDE) -> AsyncIterator[Site]:
    """Over every path."""
    asked = Asked()

    async def remembered(request: web.Request) -> web.StreamResponse:
        asked.targets.append(request.raw_path)
        names = {name.lower() for name in request.headers}
        asked.headers.append({name: request.headers.getall(name) for name in names})
        return await handler(request)

    app = web.Application()
    app.router.add_route("*", "/{anywhere:.*}", remembered)
    async with serve(app, host) as base:
        yield Site(int(base.rpartition(":")[2]), asked)


@asynccontextmanager
async def replying(reply: bytes, host: str = OUTSIDE) -> AsyncIterator[Site]:
    """Below HTTP: each connection gets *reply* for its first request and is closed."""
    asked = Asked()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        asked.targets.append(head.split(b" ")[1].decode())
        writer.write(reply)
        writer.close()

    async with await asyncio.start_server(talk, host, 0) as server:
        yield Site(server.sockets[0].getsockname()[1], asked)


def a_file(body: bytes, content_type: str = "video/mp4", **headers: str) -> Handler:
    """With parts, as storages have it; an underscore in a header's name stands for a hyphen."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}

    async def handler(request: web.Request) -> web.StreamResponse:
        asked = request.http_range
        if asked.start is None:
            return web.Response(body=body, content_type=content_type, headers=named)
        part = body[asked]
        if not part:
            named_size = {"Content-Range": f"bytes */{len(body)}"}
            return web.Response(status=416, headers=named_size)
        last = asked.start + len(part) - 1
        place = {"Content-Range": f"bytes {asked.start}-{last}/{len(body)}"}
        return web.Response(
            status=206, body=part, content_type=content_type, headers={**named, **place}
        )

    return handler


def a_page(status: int = 200, body: bytes = b"<html>", **headers: str) -> Handler:
    """The whole of it, whatever part was asked for."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}

    async def handler(request: web.Request) -> web.StreamResponse:
        return web.Response(status=status, body=body, headers=named)

    return handler


def leading(*steps: str) -> Handler:
    """To *steps* in turn, from /0 to the first of them, from /1 to the second, and so on."""

    async def handler(request: web.Request) -> web.StreamResponse:
        step = int(request.path.strip("/") or 0)
        if step >= len(steps):
            return web.Response(body=b"arrived")
        return web.Response(status=302, headers={"Location": steps[step]})

    return handler


def a_stream(chunks: Iterator[bytes], pause: float = 0, status: int = 200) -> Handler:
    """Of unsaid length; after the last chunk nothing comes, not even the end."""

    async def handler(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(status=status)
        await response.prepare(request)
        for chunk in chunks:
            await response.write(chunk)
            await asyncio.sleep(pause)
        return await asyncio.Future()

    return handler


class _Counted(socket.socket):
    tally: "Tally"

    def recv(self, size: int, flags: int = 0, /) -> bytes:
        data = super().recv(size, flags)
        self.tally.received += len(data)
        return data


@dataclass
class Tally:
    """What its sockets have taken from the network, wherever it went."""

    guard: Guard
    received: int = 0

    def socket(self, info: AddrInfoType) -> socket.socket:
        with self.guard.socket(info) as admitted:
            counted = _Counted(fileno=admitted.detach())
        counted.tally = self
        return counted
