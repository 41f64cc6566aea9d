"""A host's name goes in, its addresses come out, or an error while somebody still waits."""

import asyncio
import socket
from collections.abc import Callable
from contextlib import suppress
from threading import Thread

from aiohttp.abc import AbstractResolver, ResolveResult

PATIENCE = 5.0
"""Seconds."""
THREADS = 16
Ask = Callable[[str, int, socket.AddressFamily], list[ResolveResult]]


class OwnThreads(AbstractResolver):
    """The system's resolver, which blocks: a name server that is silent keeps a thread for long.

    Of the threads that all share there are few; without them nothing would be read or written. A
    process that ends does not wait for ours.
    """

    def __init__(
        self, patience: float = PATIENCE, threads: int = THREADS, ask: Ask | None = None
    ) -> None:
        """*ask* blocks, and raises OSError or UnicodeError; None: the system."""
        self._patience = patience
        self._addresses = ask or _addresses
        self._free = asyncio.Semaphore(threads)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Raises OSError, of which TimeoutError is one."""
        async with asyncio.timeout(self._patience):
            await self._free.acquire()
            found = asyncio.get_running_loop().create_future()
            Thread(target=self._ask, args=(found, host, port, family), daemon=True).start()
            return list(await found)

    def _ask(
        self,
        found: "asyncio.Future[list[ResolveResult]]",
        host: str,
        port: int,
        family: socket.AddressFamily,
    ) -> None:
        try:
            answer: list[ResolveResult] | OSError = self._addresses(host, port, family)
        except OSError as error:
            answer = error
        except UnicodeError:  # a name that no name server could be asked for
            answer = OSError(0, "no name")
        with suppress(RuntimeError):  # the process has ended
            found.get_loop().call_soon_threadsafe(self._tell, found, answer)

    def _tell(
        self,
        found: "asyncio.Future[list[ResolveResult]]",
        answer: list[ResolveResult] | OSError,
    ) -> None:
        """A thread is free only when it has ended, whether or not anybody still waits."""
        self._free.release()
        if found.done():
            return
        if isinstance(answer, OSError):
            found.set_exception(answer)
        else:
            found.set_result(answer)

    async def close(self) -> None:
        """There is nothing to wait for."""


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
