"""The system's resolver on threads of its own."""

import asyncio
import socket

import pytest

from bot.media.names import OwnThreads


async def test_a_name_has_its_addresses() -> None:
    names = OwnThreads()
    found = await names.resolve("localhost", 80, socket.AF_INET)
    await names.close()
    assert [(one["host"], one["port"], one["family"]) for one in found] == [
        ("127.0.0.1", 80, socket.AF_INET)
    ]


async def test_a_name_that_nobody_has_is_an_error_of_the_system() -> None:
    names = OwnThreads()
    with pytest.raises(OSError, match=r"\[Errno"):
        await names.resolve("no-such-name.invalid", 80)
    await names.close()


async def test_whoever_has_waited_enough_goes_on() -> None:
    names = OwnThreads(patience=0)
    with pytest.raises(TimeoutError):
        await names.resolve("localhost", 80)
    await names.close()


async def test_many_who_wait_for_names_keep_no_thread_that_others_need() -> None:
    names = OwnThreads()
    asked = [asyncio.create_task(names.resolve("localhost", 80)) for _ in range(100)]
    assert await asyncio.to_thread(lambda: "read") == "read"
    await asyncio.gather(*asked)
    await names.close()
