"""A port on loopback where nobody should go; how many came all the same is counted."""

import asyncio
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

WITHIN = "what only this machine may see"
ANSWER = f"HTTP/1.1 200 OK\r\nContent-Length: {len(WITHIN)}\r\nConnection: close\r\n\r\n{WITHIN}"


class Trap:
    def __init__(self) -> None:
        self.url = ""
        self.accepted = 0
        """Connections, whatever was sent on them."""

    async def take(self, reader: StreamReader, writer: StreamWriter) -> None:
        self.accepted += 1
        with suppress(OSError, asyncio.IncompleteReadError):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(ANSWER.encode())
            await writer.drain()
        writer.close()


@asynccontextmanager
async def trap(host: str = "127.0.0.1") -> AsyncIterator[Trap]:
    """Listens for as long as the block lasts."""
    made = Trap()
    async with await asyncio.start_server(made.take, host, 0) as server:
        port = server.sockets[0].getsockname()[1]
        made.url = f"http://{f'[{host}]' if ':' in host else host}:{port}/latest/meta-data"
        yield made
