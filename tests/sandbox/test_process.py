"""`python -m sandbox` as a process: it starts, it ends however it is ended, and leaves nothing."""

import asyncio
import os
import re
import signal
import socket
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import psutil
import pytest

CODE = Path(__file__).parents[2]


@asynccontextmanager
async def sandbox(folder: Path, *options: str) -> AsyncIterator[Process]:
    """Its temporary files are in *folder*."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "sandbox",
        *options,
        stdout=PIPE,
        stderr=PIPE,
        cwd=CODE,
        env={"PATH": os.environ["PATH"], "TMPDIR": str(folder)},
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
            await process.wait()


async def serves(process: Process) -> str:
    assert process.stdout is not None
    while line := (await process.stdout.readline()).decode():
        if found := re.search(r"http://127\.0\.0\.1:\d+", line):
            return found[0]
    raise AssertionError("it never said where the page is")


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
async def test_it_ends_with_its_bot_and_its_files_however_it_is_ended(
    tmp_path: Path, how: signal.Signals
) -> None:
    """A closed terminal left the bot behind, asking a server that was no more."""
    async with sandbox(tmp_path, "--port", "0") as process:
        await serves(process)
        [bot] = psutil.Process(process.pid).children()
        process.send_signal(how)
        assert await asyncio.wait_for(process.wait(), 20) == 0
    assert not bot.is_running()
    assert not os.listdir(tmp_path)  # noqa: PTH208 — ASYNC240 minds the other spelling


async def test_it_says_that_the_bot_was_killed(tmp_path: Path) -> None:
    async with sandbox(tmp_path, "--port", "0") as process:
        await serves(process)
        [bot] = psutil.Process(process.pid).children()
        bot.kill()
        _, errors = await asyncio.wait_for(process.communicate(), 20)
    assert process.returncode == 1
    assert "killed by signal 9" in errors.decode().splitlines()[-1]


async def test_a_port_in_use_is_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        async with sandbox(tmp_path, "--port", str(port)) as process:
            _, errors = await asyncio.wait_for(process.communicate(), 20)
    assert process.returncode == 2
    [line] = errors.decode().splitlines()
    assert "--port" in line


@pytest.mark.parametrize("port", ["99999", "-1", "door"])
async def test_what_is_no_port_is_refused(tmp_path: Path, port: str) -> None:
    async with sandbox(tmp_path, "--port", port) as process:
        _, errors = await asyncio.wait_for(process.communicate(), 20)
    assert process.returncode == 2
    assert b"Traceback" not in errors
