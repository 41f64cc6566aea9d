"""Results that are none, or none that can be had; and what is left on the disk: nothing."""

import asyncio
import shutil
from pathlib import Path

import pytest

from bot.core.film import Progress, Unattached, Why
from bot.core.task import Media, MediaKind
from bot.media.bench import Bench
from bot.media.disk import Disk
from bot.media.finish import safe_name
from bot.media.limits import CLOUD, Limits
from bot.media.results import Results
from sandbox.padding import pad
from tests.media.fetching import fetched, film_of, why_not
from tests.media.reels import HTML, JSON, XML, Reel, paint
from tests.media.shelf import HEAD, HOST, Shelf


@pytest.mark.parametrize("data", [HTML, JSON, XML, b"", b"gone", bytes(1000)])
async def test_what_is_no_media_is_not_fetched(shelf: Shelf, room: Path, data: bytes) -> None:
    (shelf.folder / "a.mp4").write_bytes(data)
    assert (await why_not(shelf, room, "a.mp4")).why is Why.NOT_MEDIA
    assert (await why_not(shelf, room, "a.mp4", as_file=True)).why is Why.NOT_MEDIA
    assert not shelf.downloads


async def test_what_is_too_big_is_not_fetched(shelf: Shelf, room: Path) -> None:
    Reel().write(shelf.folder / "a.mp4")
    shelf.claims = 10_000_000_000
    assert await why_not(shelf, room, "a.mp4") == Unattached(Why.TOO_BIG, 10_000_000_000)
    shelf.claims = 51_000_000
    assert await why_not(shelf, room, "a.mp4") == Unattached(Why.TOO_BIG, 51_000_000)
    assert not shelf.downloads


async def test_what_turns_out_to_be_too_big_is_given_up(shelf: Shelf, room: Path) -> None:
    pad(Reel().write(shelf.folder / "a.mp4"), 2_000_000)
    shelf.tells_size = False
    limits = Limits(upload=1_900_000)
    assert (await why_not(shelf, room, "a.mp4", limits=limits)).why is Why.TOO_BIG


@pytest.mark.parametrize("why", [Why.UNREACHABLE, Why.GONE, Why.FORBIDDEN, Why.SLOW])
async def test_what_the_fetcher_says_is_handed_on(shelf: Shelf, room: Path, why: Why) -> None:
    shelf.troubles["a.mp4"] = Unattached(why, 7)
    assert await why_not(shelf, room, "a.mp4") == Unattached(why, 7)


async def test_a_download_that_breaks_off_leaves_nothing(shelf: Shelf, room: Path) -> None:
    pad(Reel(movflags="").write(shelf.folder / "a.mp4"), 2 * HEAD)
    shelf.cut_at = 1000
    assert await why_not(shelf, room, "a.mp4") == Unattached(Why.UNREACHABLE, 2 * HEAD)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
@pytest.mark.parametrize("movflags", ["", "faststart"])
async def test_a_film_that_ends_too_early_at_its_host_is_broken(
    shelf: Shelf, room: Path, movflags: str, share: float
) -> None:
    path = Reel(movflags=movflags).write(shelf.folder / "a.mp4")
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    assert (await why_not(shelf, room, "a.mp4")).why is Why.BROKEN


async def test_a_picture_that_ends_too_early_is_broken(shelf: Shelf, room: Path) -> None:
    path = paint(shelf.folder / "a.jpg", "mjpeg", 640, 480)
    path.write_bytes(path.read_bytes()[:-100])
    shelf.labels[".jpg"] = "application/octet-stream"
    assert (await why_not(shelf, room, "a.jpg")).why is Why.BROKEN


async def test_a_full_disk_is_waited_for(shelf: Shelf, room: Path) -> None:
    Reel(sound="").write(shelf.folder / "a.mp4")
    media = Media(MediaKind.VIDEO, f"{HOST}a.mp4")
    full = Results(shelf, Disk(room, spare=shutil.disk_usage(room).total), Bench(), CLOUD)
    async with full.fetch(
        media, name="a", as_file=False, whole=False, progress=Progress()
    ) as films:
        assert isinstance(films, Unattached)
        assert films.why is Why.NO_ROOM
    assert not shelf.downloads


async def test_what_is_promised_to_one_film_is_not_there_for_the_next(room: Path) -> None:
    disk = Disk(room, spare=0)
    half = shutil.disk_usage(room).free // 2 + (1 << 30)
    with disk.promised(half) as first, disk.promised(half) as second:
        assert (first, second) == (True, False)
    with disk.promised(half) as again:
        assert again


async def test_a_room_that_is_gone_raises_nothing(shelf: Shelf, tmp_path: Path) -> None:
    Reel(sound="").write(shelf.folder / "a.mp4")
    found = await why_not(shelf, tmp_path / "gone", "a.mp4")
    assert found.why is Why.NO_ROOM


def _files(room: Path) -> list[str]:
    return [path.name for path in room.rglob("*") if path.is_file()]


async def test_whoever_leaves_in_the_middle_of_a_download_leaves_no_file(
    shelf: Shelf, room: Path
) -> None:
    pad(Reel(movflags="").write(shelf.folder / "a.mp4"), 2 * HEAD)
    shelf.gate = asyncio.Event()
    fetch = asyncio.create_task(why_not(shelf, room, "a.mp4"))
    await shelf.reached.wait()
    assert _files(room) == ["raw"]
    fetch.cancel()
    with pytest.raises(asyncio.CancelledError):
        await fetch
    assert not _files(room)


async def test_whoever_fails_with_a_film_in_hand_leaves_no_file(shelf: Shelf, room: Path) -> None:
    Reel(sound="").write(shelf.folder / "a.mp4")

    async def fail() -> None:
        async with film_of(shelf, room, "a.mp4") as film:
            assert film.path is not None
            assert film.path.exists()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()
    assert not _files(room)


async def test_several_fetches_do_not_meet(shelf: Shelf, room: Path) -> None:
    Reel(sound="").write(shelf.folder / "a.mp4")
    Reel(sound="", width=320).write(shelf.folder / "b.mp4")
    fetching = Results(shelf, Disk(room), Bench(), CLOUD)

    async def width(name: str) -> int | None:
        media = Media(MediaKind.VIDEO, HOST + name)
        async with fetching.fetch(
            media, name="same", as_file=False, whole=False, progress=Progress()
        ) as films:
            assert not isinstance(films, Unattached)
            return films[0].facts.width

    widths = await asyncio.gather(*(width(name) for name in ("a.mp4", "b.mp4") * 4))
    assert widths == [160, 320] * 4


@pytest.mark.parametrize("tells_size", [True, False])
async def test_progress_counts_to_the_size(
    shelf: Shelf,
    room: Path,
    tells_size: bool,  # noqa: FBT001 — a column of the table
) -> None:
    pad(Reel(movflags="").write(shelf.folder / "a.mp4"), 2 * HEAD)
    shelf.tells_size = tells_size
    progress = Progress()
    async with fetched(shelf, room, "a.mp4", progress=progress):
        assert progress.came == 2 * HEAD
        assert progress.size == (2 * HEAD if tells_size else 0)


@pytest.mark.parametrize(
    ("task_id", "name"),
    [
        ("task_c2501e2846d2bf1d06428da9", "task_c2501e2846d2bf1d06428da9"),
        ("../../etc/passwd", "etc_passwd"),
        ("a/b\\c:d\0e", "a_b_c_d_e"),
        ("...", "result"),
        ("", "result"),
        ("视频", "result"),
        ("x" * 128, "x" * 64),
    ],
)
def test_a_task_id_becomes_a_name_for_any_disk(task_id: str, name: str) -> None:
    assert safe_name(task_id) == name
