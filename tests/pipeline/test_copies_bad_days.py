"""Archives in trouble, links that die, bugs: told once, tried again, and seldom."""

import logging
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path

import pytest

from bot.core.film import Unattached, Why
from bot.core.notice import LINK_LIVES
from bot.core.task import Media, MediaKind
from storage.database import Database
from tests.builders import FILM
from tests.pipeline.copying import BODY, Kept

NAME = "task_a1/1.mp4"


@pytest.fixture
def line(database: Database, tmp_path: Path) -> Kept:
    return Kept(database, tmp_path)


Trouble = AbstractContextManager[Callable[[], object]]
"""Mended by what it yields."""


@contextmanager
def _mounted(line: Kept, options: str, mended: str) -> Iterator[Callable[[], object]]:
    folder = line.shelf.folder
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", options, "none", str(folder)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:  # noqa: S603
        pytest.skip("only root may mount")
    try:
        yield lambda: _remount(folder, mended)
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)  # noqa: S603, S607


def _full(line: Kept) -> Trouble:
    line.host.there[FILM.url] = bytes(200_000)
    return _mounted(line, "size=64k", "size=1m")


def _read_only(line: Kept) -> Trouble:
    return _mounted(line, "ro", "rw")


def _remount(folder: Path, options: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{options}", str(folder)], check=True)  # noqa: S603, S607


def _away(line: Kept) -> Trouble:
    """A file is in its place."""
    line.shelf.folder.write_bytes(b"")
    return nullcontext(line.shelf.folder.unlink)


@pytest.mark.parametrize("trouble", [_away, _full, _read_only])
async def test_an_archive_in_trouble_is_told_once_and_tried_seldom(
    line: Kept,
    caplog: pytest.LogCaptureFixture,
    trouble: Callable[[Kept], Trouble],
) -> None:
    caplog.set_level(logging.INFO, "reelbell.archive")
    with trouble(line) as mend:
        await line.ends("task_a1")
        await line.ends("task_b1")
        for _ in range(60):
            await line.archives()
        tried = len(line.host.asked)
        assert 5 <= tried <= 8  # after 1, 2, 4 … minutes, for both together
        assert [one.message for one in caplog.records] == ["archive.down"]
        mend()
        for _ in range(60):
            await line.archives()
        assert len(line.shelf.files()) == 2
    said = [one.message for one in caplog.records]
    assert sorted(said) == ["archive.down", "archive.up", "copy.kept", "copy.kept"]
    assert list(line.temporary.iterdir()) == []


@pytest.mark.parametrize("why", [Why.GONE, Why.UNREACHABLE, Why.SLOW, Why.NOT_MEDIA])
async def test_what_may_pass_is_tried_until_the_link_must_be_dead(line: Kept, why: Why) -> None:
    line.host.there[FILM.url] = Unattached(why)
    await line.ends()
    while (await line.row())["archive_at"] is not None:
        await line.archives(minutes=60)
    lived = line.clock() - LINK_LIVES - (await line.row())["ended_at"]  # type: ignore[operator]
    assert 0 <= lived.total_seconds() <= 3600
    assert len(line.host.asked) < 80
    assert await line.archives(minutes=10_000) == 0


async def test_what_passed_is_copied(line: Kept) -> None:
    line.host.there[FILM.url] = Unattached(Why.UNREACHABLE)
    await line.ends()
    assert await line.archives() == 1
    line.host.there[FILM.url] = BODY
    assert await line.archives() == 1
    assert line.shelf.files() == {NAME: BODY}


@pytest.mark.parametrize("why", [Why.TOO_BIG, Why.FORBIDDEN, Why.BROKEN, Why.EXPIRED])
async def test_what_nobody_can_have_is_given_up_at_once(
    line: Kept, caplog: pytest.LogCaptureFixture, why: Why
) -> None:
    line.host.there[FILM.url] = Unattached(why)
    await line.ends()
    assert await line.archives() == 1
    assert (await line.row())["archive_at"] is None
    assert [one.message for one in caplog.records] == ["copy.given_up"]


async def test_a_bug_costs_one_copy_one_appointment_and_the_others_nothing(line: Kept) -> None:
    line.host.there["https://cdn.example/bad.mp4"] = "no bytes"  # type: ignore[assignment]
    await line.ends("task_a1", media=Media(MediaKind.VIDEO, "https://cdn.example/bad.mp4"))
    await line.ends("task_b1")
    assert await line.archives() == 2
    assert list(line.shelf.files()) == ["task_b1/1.mp4"]
    assert await line.archives() == 1
