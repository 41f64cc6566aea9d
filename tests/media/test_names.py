"""The system's resolver on threads of its own."""

import asyncio
import socket
from threading import Event

import pytest
from aiohttp.abc import ResolveResult

from bot.media.names import OwnThreads


class Silent:
    """A name server that does not answer until it is told to."""

    def __init__(self) -> None:
        self.asked = 0
        self.speaks = Event()

    def __call__(self, host: str, port: int, family: socket.AddressFamily) -> list[ResolveResult]:
        self.asked += 1
        assert self.speaks.wait(30)
        return []


async def test_a_name_has_its_addresses() -> None:
    found = await OwnThreads().resolve("localhost", 80, socket.AF_INET)
    assert [(one["host"], one["port"], one["family"]) for one in found] == [
        ("127.0.0.1", 80, socket.AF_INET)
    ]


@pytest.mark.parametrize("name", ["no-such-name.invalid", "x" * 300, "a..b"])
async def test_a_name_that_nobody_has_is_an_error_of_the_system(name: str) -> None:
    with pytest.raises(OSError, match=r"\[Errno"):
        await OwnThreads().resolve(name, 80)


async def test_whoever_has_waited_enough_goes_on(silent: Silent) -> None:
    with pytest.raises(TimeoutError):
        await OwnThreads(patience=0.01, ask=silent).resolve("slow.example", 80)
    silent.speaks.set()


async def test_silent_name_servers_keep_no_thread_that_others_need(silent: Silent) -> None:
    """And only so many of their own."""
    resolver = OwnThreads(threads=40, ask=silent)
    asked = [asyncio.create_task(resolver.resolve("slow.example", 80)) for _ in range(100)]
    while silent.asked < 40:
        await asyncio.to_thread(len, "somebody else's work")
    assert await asyncio.to_thread(lambda: "read") == "read"
    silent.speaks.set()
    assert await asyncio.gather(*asked) == [[]] * 100


@pytest.fixture
def silent() -> Silent:
    return Silent()
