"""Work that blocks, in turn."""

import asyncio
import threading

import pytest

from bot.media.bench import Bench, Stopped

MOMENT = 0.01


async def test_one_piece_at_a_time() -> None:
    bench = Bench()
    at_work: list[int] = []
    most: list[int] = []

    def piece(_: Stopped) -> None:
        at_work.append(1)
        threading.Event().wait(MOMENT)
        most.append(len(at_work))
        at_work.pop()

    await asyncio.gather(*(bench.work(piece) for _ in range(5)))
    assert most == [1] * 5


async def test_whoever_is_cancelled_leaves_nobody_at_work() -> None:
    bench = Bench()
    begun, ended = threading.Event(), threading.Event()

    def piece(stopped: Stopped) -> None:
        begun.set()
        while not stopped():
            threading.Event().wait(MOMENT)
        ended.set()

    working = asyncio.create_task(bench.work(piece))
    await asyncio.to_thread(begun.wait)
    working.cancel()
    with pytest.raises(asyncio.CancelledError):
        await working
    assert ended.is_set()
    assert await bench.work(lambda _: "next") == "next"


async def test_what_a_piece_raises_reaches_who_asked() -> None:
    def piece(_: Stopped) -> None:
        raise KeyError("x")

    with pytest.raises(KeyError):
        await Bench().work(piece)
