"""An address goes in; the same comes out under another port, and can break off and come back."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit


class Tunnel:
    def __init__(self, host: str, port: int) -> None:
        self._host = host
        self._far_port = port
        self._port = 0
        self._server: asyncio.Server | None = None
        self._ends: set[asyncio.StreamWriter] = set()

    @property
    def address(self) -> str:
        return f"http://{self._host}:{self._port}"

    async def open(self) -> None:
        """Always under the same port."""
        self._server = await asyncio.start_server(self._carry, self._host, self._port)
        self._port = self._server.sockets[0].getsockname()[1]

    def cut(self) -> None:
        """Whoever is connected is cut off, and nobody gets in."""
        if self._server is not None:
            self._server.close()
        for end in self._ends:
            end.transport.abort()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection(self._host, self._far_port)
        ends = {writer, far_writer}
        self._ends |= ends
        await asyncio.gather(_pump(reader, far_writer), _pump(far_reader, writer))
        self._ends -= ends


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Until either end is gone."""
    with suppress(ConnectionError):
        while piece := await reader.read(1 << 16):
            writer.write(piece)
            await writer.drain()
    writer.close()


@asynccontextmanager
async def tunnel_to(address: str) -> AsyncIterator[Tunnel]:
    far = urlsplit(address)
    tunnel = Tunnel(far.hostname or "", far.port or 0)
    await tunnel.open()
    try:
        yield tunnel
    finally:
        tunnel.cut()
