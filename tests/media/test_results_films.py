"""A film in any shape: what goes by URL, what is carried, and what it looks like then."""

from pathlib import Path

import pytest

from bot.core.film import Shape
from bot.media.kinds import Kind
from bot.media.limits import Limits
from bot.media.pictures import size_of
from bot.media.probe import Look, probe_film
from sandbox.padding import pad
from tests.media.fetching import film_of
from tests.media.reels import Reel
from tests.media.shelf import HEAD, HOST, Shelf


async def test_a_film_that_telegram_can_fetch_stays_where_it_is(shelf: Shelf, room: Path) -> None:
    path = Reel().write(shelf.folder / "a.mp4")
    async with film_of(shelf, room, "a.mp4") as film:
        assert (film.shape, film.path, film.url) == (Shape.VIDEO, None, f"{HOST}a.mp4")
        assert (film.name, film.streams) == ("task_a1.mp4", True)
        assert film.facts.size == path.stat().st_size
        assert (film.facts.width, film.facts.height, film.facts.odd) == (160, 90, "")
        assert film.facts.seconds == pytest.approx(1, abs=0.1)
        assert film.thumbnail is not None
        assert size_of(film.thumbnail.read_bytes(), Kind.JPEG) == (160, 90)
    assert not shelf.downloads


async def test_a_large_film_is_looked_at_by_its_beginning(shelf: Shelf, room: Path) -> None:
    pad(Reel(turned=90).write(shelf.folder / "a.mp4"), 9_900_000)
    async with film_of(shelf, room, "a.mp4") as film:
        assert film.path is None
        assert film.facts.size == 9_900_000
        assert (film.facts.width, film.facts.height) == (90, 160)
        assert film.thumbnail is not None
        assert _bytes_in(room) < 200_000
    assert not shelf.downloads


def _bytes_in(room: Path) -> int:
    return sum(path.stat().st_size for path in room.rglob("*") if path.is_file())


async def test_an_index_that_goes_on_behind_the_beginning_is_not_looked_into(
    shelf: Shelf, room: Path
) -> None:
    """A box that says nothing makes it large. Not even the first frame would be seen."""
    data = Reel(movflags="").write(shelf.folder / "a.mp4").read_bytes()
    at = data.index(b"moov") - 4
    gap = (2 * HEAD).to_bytes(4, "big") + b"free" + bytes(2 * HEAD - 8)
    index = data[at:]
    size = (len(index) + len(gap)).to_bytes(4, "big")
    moved = b"".join((data[:32], size, b"moov", gap, index[8:], data[32:at]))
    (shelf.folder / "a.mp4").write_bytes(_shifted(moved, len(index) + len(gap)))
    async with film_of(shelf, room, "a.mp4") as film:
        assert film.path is not None
        assert (film.facts.width, film.streams) == (160, True)


async def test_a_film_that_telegram_would_not_look_into_is_carried(
    shelf: Shelf, room: Path
) -> None:
    """Beyond 10 MB the chat would show neither its size nor its length, nor a picture."""
    pad(Reel().write(shelf.folder / "a.mp4"), 10_000_001)
    async with film_of(shelf, room, "a.mp4") as film:
        assert film.path is not None
        assert film.facts.width == 160


@pytest.mark.parametrize(
    ("name", "label"), [("a.mov", "video/mp4"), ("a", "video/mp4"), ("a.mp4", "video/quicktime")]
)
async def test_what_telegram_would_take_for_another_kind_is_carried(
    shelf: Shelf, room: Path, name: str, label: str
) -> None:
    Reel().write(shelf.folder / "film").rename(shelf.folder / name)
    shelf.labels[name[1:]] = label
    async with film_of(shelf, room, name) as film:
        assert film.path is not None
        assert film.name == "task_a1.mp4"


def _shifted(data: bytes, by: int) -> bytes:
    """All chunks lie *by* bytes further on."""
    moved = bytearray(data)
    at = 0
    while (at := data.find(b"stco", at)) >= 0:
        for place in range(at + 12, at + 12 + 4 * int.from_bytes(data[at + 8 : at + 12], "big"), 4):
            offset = int.from_bytes(data[place : place + 4], "big") + by
            moved[place : place + 4] = offset.to_bytes(4, "big")
        at += 4
    return bytes(moved)


@pytest.mark.parametrize(
    "reel",
    [
        Reel(sound=""),
        Reel(movflags=""),
        Reel(movflags="frag_keyframe+empty_moov"),
        Reel(container="mov"),
        Reel(container="matroska", movflags=""),
    ],
    ids=str,
)
async def test_what_telegram_would_not_play_from_its_url_is_carried(
    shelf: Shelf, room: Path, reel: Reel
) -> None:
    """By URL a silent film becomes an animation, and one whose index comes last a grey square."""
    reel.write(shelf.folder / "a.mp4")
    async with film_of(shelf, room, "a.mp4") as film:
        assert (film.shape, film.name, film.streams) == (Shape.VIDEO, "task_a1.mp4", True)
        assert film.path is not None
        look = probe_film(film.path, Kind.MP4, film.path.stat().st_size, None)
        assert isinstance(look, Look)
        assert look.in_order
        assert (look.facts, look.facts.odd) == (film.facts, "")
        assert film.thumbnail is not None


@pytest.mark.parametrize(
    ("name", "label", "size"),
    [
        ("a.mp4", "application/octet-stream", None),
        ("a.mp4", "text/html", None),
        ("a", "video/mp4", None),
        ("a.mp4", "video/mp4", 20_500_000),
    ],
)
async def test_what_telegram_would_not_take_from_its_url_is_carried(
    shelf: Shelf, room: Path, name: str, label: str, size: int | None
) -> None:
    path = Reel().write(shelf.folder / name)
    if size is not None:
        pad(path, size)
    shelf.labels[path.suffix] = label
    async with film_of(shelf, room, name) as film:
        assert film.path is not None
        assert film.path.read_bytes() == path.read_bytes()
        assert (film.shape, film.streams, film.facts.size) == (
            Shape.VIDEO,
            True,
            path.stat().st_size,
        )


async def test_a_film_of_a_size_that_nobody_tells_is_carried(shelf: Shelf, room: Path) -> None:
    Reel().write(shelf.folder / "a.mp4")
    shelf.tells_size = False
    async with film_of(shelf, room, "a.mp4") as film:
        assert film.path is not None
    assert shelf.downloads == ["a.mp4"]


async def test_a_film_whose_first_frame_is_far_away_is_carried(shelf: Shelf, room: Path) -> None:
    """Its turn and its thumbnail would not be known."""
    reel = Reel(width=1920, height=1080, frames=1, noise=True)
    assert reel.write(shelf.folder / "a.mp4").stat().st_size > HEAD
    async with film_of(shelf, room, "a.mp4") as film:
        assert film.path is not None
        assert film.thumbnail is not None


@pytest.mark.parametrize(
    ("reel", "name", "odd"),
    [
        (Reel(codec="libx265"), "task_a1.mp4", "HEVC"),
        (Reel(codec="libsvtav1"), "task_a1.mp4", "AV1"),
        (Reel(codec="libvpx-vp9"), "task_a1.mp4", "VP9"),
        (
            Reel(codec="libvpx-vp9", sound="libopus", container="webm", movflags=""),
            "task_a1.webm",
            "WebM",
        ),
        (Reel(pixels="yuv420p10le"), "task_a1.mp4", "H.264 10 bit"),
        (Reel(sound="pcm_s16le", container="mov"), "task_a1.mov", "PCM"),
    ],
    ids=str,
)
async def test_what_telegram_cannot_play_is_a_file(
    shelf: Shelf, room: Path, reel: Reel, name: str, odd: str
) -> None:
    path = reel.write(shelf.folder / "a.mp4")
    async with film_of(shelf, room, "a.mp4") as film:
        assert (film.shape, film.name, film.facts.odd) == (Shape.FILE, name, odd)
        assert film.path is not None
        assert film.path.read_bytes() == path.read_bytes()
        assert not film.streams


@pytest.mark.parametrize("reel", [Reel(), Reel(movflags=""), Reel(container="mov")], ids=str)
async def test_as_a_file_it_is_the_very_bytes(shelf: Shelf, room: Path, reel: Reel) -> None:
    path = reel.write(shelf.folder / "a.mp4")
    async with film_of(shelf, room, "a.mp4", as_file=True) as film:
        assert film.shape is Shape.FILE
        assert film.path is not None
        assert film.path.read_bytes() == path.read_bytes()
        assert film.name == film.path.name == f"task_a1.{reel.container}"
        assert film.thumbnail is None
        assert film.facts.width == 160


async def test_as_a_file_even_what_cannot_be_read_is_given(shelf: Shelf, room: Path) -> None:
    path = Reel().write(shelf.folder / "a.mp4")
    path.write_bytes(path.read_bytes()[:1500])
    async with film_of(shelf, room, "a.mp4", as_file=True) as film:
        assert film.path is not None
        assert film.path.stat().st_size == 1500


async def test_whoever_wants_it_whole_gets_it_from_us(shelf: Shelf, room: Path) -> None:
    path = Reel().write(shelf.folder / "a.mp4")
    async with film_of(shelf, room, "a.mp4", whole=True) as film:
        assert film.shape is Shape.VIDEO
        assert film.path is not None
        assert film.path.read_bytes() == path.read_bytes()


async def test_a_server_of_ones_own_takes_more(shelf: Shelf, room: Path) -> None:
    pad(Reel().write(shelf.folder / "a.mp4"), 3_000_000)
    async with film_of(
        shelf, room, "a.mp4", limits=Limits(video_by_url=1_000_000, upload=4_000_000)
    ) as film:
        assert film.path is not None
