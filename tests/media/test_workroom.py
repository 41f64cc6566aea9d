"""Whose the folders are that lie about, and what becomes of them."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bot.media.workroom import PREFIX, workroom

HOLD = """
import sys
from pathlib import Path
from bot.media.workroom import workroom

with workroom(Path(sys.argv[1])) as room:
    (room / "1").mkdir()
    (room / "1" / "raw").write_bytes(b"film")
    print(room, flush=True)
    sys.stdin.read()
"""


def _holder(parent: Path) -> tuple["subprocess.Popen[str]", Path]:
    """Another process with a room of its own."""
    process = subprocess.Popen(  # noqa: S603 — ours
        [sys.executable, "-c", HOLD, parent],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    return process, Path(process.stdout.readline().strip())


def test_a_room_is_gone_with_all_that_is_in_it(tmp_path: Path) -> None:
    with workroom(tmp_path / "new" / "parent") as room:
        (room / "1").mkdir()
        (room / "1" / "raw").write_bytes(b"film")
    assert not list((tmp_path / "new" / "parent").iterdir())


def test_a_room_is_gone_when_its_owner_fails(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), workroom(tmp_path):
        raise RuntimeError
    assert not list(tmp_path.iterdir())


def test_the_room_of_a_killed_process_is_removed_by_the_next(tmp_path: Path) -> None:
    process, left = _holder(tmp_path)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert (left / "1" / "raw").exists()
    with workroom(tmp_path) as room:
        assert list(tmp_path.iterdir()) == [room]


def test_the_room_of_a_living_process_is_left_alone(tmp_path: Path) -> None:
    process, theirs = _holder(tmp_path)
    with workroom(tmp_path) as ours, workroom(tmp_path) as another:
        assert {*tmp_path.iterdir()} == {theirs, ours, another}
        assert (theirs / "1" / "raw").exists()
    process.communicate()
    assert not theirs.exists()


def test_a_stranger_in_the_place_of_a_room_is_not_followed(tmp_path: Path) -> None:
    treasure = tmp_path / "treasure"
    treasure.mkdir()
    (treasure / "gold").touch()
    parent = tmp_path / "parent"
    parent.mkdir()
    (parent / f"{PREFIX}link").symlink_to(treasure)
    (parent / f"{PREFIX}file").touch()
    with workroom(parent):
        pass
    assert (treasure / "gold").exists()
