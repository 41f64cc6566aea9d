"""A host's name goes in, its addresses come out, or an error while somebody still waits."""

import asyncio
import socket
from concurrent.futures import ThreadPoolExecutor

from aiohttp.abc import AbstractResolver, ResolveResult

PATIENCE = 5.0
"""Seconds."""
THREADS = 16


class OwnThreads(AbstractResolver):
    """The system's resolver, which blocks: a name server that is silent keeps a thread for long.

    Of the threads that all share there are few; without them nothing would be read or written.
    """

    def __init__(self, patience: float = PATIENCE) -> None:
        self._patience = patience
        self._threads = ThreadPoolExecutor(THREADS, "names")

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Raises OSError, of which TimeoutError is one."""
        asking = asyncio.get_running_loop().run_in_executor(
            self._threads, _addresses, host, port, family
        )
        async with asyncio.timeout(self._patience):
            return await asking

    async def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)


def _addresses(host: str, port: int, family: socket.AddressFamily) -> list[ResolveResult]:
    found = socket.getaddrinfo(
        host, port, family=family, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG
    )
    return [
        ResolveResult(
            hostname=host,
            host=str(address[0]),
            port=int(address[1]),
            family=kind,
            proto=proto,
            flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
        )
        for kind, _, proto, _, address in found
    ]
