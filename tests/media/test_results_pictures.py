"""Pictures, one or several."""

import struct
from pathlib import Path

import pytest

from bot.core.film import Facts, Film, Shape, Unattached, Why
from bot.media.kinds import Kind
from bot.media.limits import Limits, shape_of_picture
from tests.media.fetching import fetched, film_of, why_not
from tests.media.reels import HTML, Reel, paint
from tests.media.shelf import HOST, Shelf


@pytest.mark.parametrize(("name", "codec"), [("a.png", "png"), ("a.jpg", "mjpeg")])
async def test_a_picture_that_telegram_can_fetch_stays_where_it_is(
    shelf: Shelf, room: Path, name: str, codec: str
) -> None:
    path = paint(shelf.folder / name, codec, 640, 480)
    async with film_of(shelf, room, name) as film:
        assert film == Film(
            Shape.PHOTO,
            f"task_a1{path.suffix}",
            HOST + name,
            None,
            Facts(path.stat().st_size, 640, 480),
        )
    assert not shelf.downloads


async def test_a_picture_that_is_called_a_film_is_a_picture(shelf: Shelf, room: Path) -> None:
    paint(shelf.folder / "a.mp4", "png")
    async with film_of(shelf, room, "a.mp4") as film:
        assert (film.shape, film.name) == (Shape.PHOTO, "task_a1.png")
        assert film.path is not None


@pytest.mark.parametrize(
    "limit", [{"photo_by_url": 100}, {"photo_by_url": 100, "photo_upload": 100}]
)
async def test_a_larger_picture_is_carried_and_a_very_large_one_is_a_file(
    shelf: Shelf, room: Path, limit: dict[str, int]
) -> None:
    paint(shelf.folder / "a.png", "png")
    async with film_of(shelf, room, "a.png", limits=Limits(**limit)) as film:
        assert film.shape is (Shape.FILE if "photo_upload" in limit else Shape.PHOTO)
        assert film.path is not None


@pytest.mark.parametrize(
    ("width", "height", "shape"),
    [
        (5000, 5000, Shape.PHOTO),
        (5001, 5000, Shape.FILE),
        (2000, 100, Shape.PHOTO),
        (2001, 100, Shape.FILE),
        (100, 2001, Shape.FILE),
    ],
)
def test_what_is_too_wide_or_too_long_is_a_file(width: int, height: int, shape: Shape) -> None:
    assert shape_of_picture(Kind.JPEG, Facts(1000, width, height), 10_000_000) is shape


async def test_a_picture_that_is_too_wide_is_not_offered(shelf: Shelf, room: Path) -> None:
    path = paint(shelf.folder / "a.png", "png")
    data = bytearray(path.read_bytes())
    data[16:24] = struct.pack(">II", 9000, 2000)
    path.write_bytes(data)
    async with film_of(shelf, room, "a.png") as film:
        assert film.shape is Shape.FILE
        assert film.path is not None


@pytest.mark.parametrize(
    ("name", "codec", "odd"), [("a.webp", "libwebp", "WebP"), ("a.gif", "gif", "GIF")]
)
async def test_what_telegram_would_make_something_else_of_is_a_file(
    shelf: Shelf, room: Path, name: str, codec: str, odd: str
) -> None:
    path = paint(shelf.folder / name, codec)
    async with film_of(shelf, room, name) as film:
        assert (film.shape, film.name) == (Shape.FILE, f"task_a1{path.suffix}")
        assert (film.facts.width, film.facts.height, film.facts.odd) == (64, 48, odd)


async def test_several_pictures_are_one_album_in_their_order(shelf: Shelf, room: Path) -> None:
    names = ["c.png", "a.png", "b.jpg"]
    for at, name in enumerate(names):
        paint(shelf.folder / name, "mjpeg" if name.endswith("jpg") else "png", 64 + 2 * at)
    async with fetched(shelf, room, *names) as films:
        assert not isinstance(films, Unattached)
        assert [film.url for film in films] == [HOST + name for name in names]
        assert [film.facts.width for film in films] == [64, 66, 68]
        assert [film.name for film in films] == ["task_a1-1.png", "task_a1-2.png", "task_a1-3.jpg"]
        assert {film.shape for film in films} == {Shape.PHOTO}


async def test_an_album_holds_ten(shelf: Shelf, room: Path) -> None:
    for number in range(12):
        paint(shelf.folder / f"{number}.png")
    async with fetched(shelf, room, *(f"{number}.png" for number in range(12))) as films:
        assert not isinstance(films, Unattached)
        assert [film.url for film in films] == [f"{HOST}{number}.png" for number in range(10)]


@pytest.mark.parametrize("other", ["webp", "mp4"])
async def test_with_one_file_among_them_all_are_files(shelf: Shelf, room: Path, other: str) -> None:
    """An album of documents takes nothing else, and none of them by URL."""
    paint(shelf.folder / "a.png")
    paint(shelf.folder / "b.webp", "libwebp")
    Reel().write(shelf.folder / "b.mp4")
    paint(shelf.folder / "c.jpg", "mjpeg")
    names = ["a.png", f"b.{other}", "c.jpg"]
    async with fetched(shelf, room, *names) as films:
        assert not isinstance(films, Unattached)
        assert [film.shape for film in films] == [Shape.FILE] * 3
        for film, name in zip(films, names, strict=True):
            assert film.path is not None
            assert film.path.read_bytes() == (shelf.folder / name).read_bytes()


async def test_what_cannot_be_had_is_left_out_of_an_album(shelf: Shelf, room: Path) -> None:
    paint(shelf.folder / "a.png")
    (shelf.folder / "b.png").write_bytes(HTML)
    shelf.troubles["c.png"] = Unattached(Why.GONE)
    paint(shelf.folder / "d.png")
    async with fetched(shelf, room, "a.png", "b.png", "c.png", "d.png") as films:
        assert not isinstance(films, Unattached)
        assert [film.name for film in films] == ["task_a1-1.png", "task_a1-4.png"]


async def test_an_album_of_which_nothing_can_be_had_says_what_may_pass(
    shelf: Shelf, room: Path
) -> None:
    (shelf.folder / "a.png").write_bytes(HTML)
    shelf.troubles["b.png"] = Unattached(Why.UNREACHABLE)
    assert (await why_not(shelf, room, "a.png", "b.png")).why is Why.UNREACHABLE
    assert (await why_not(shelf, room, "a.png", "a.png")).why is Why.NOT_MEDIA


async def test_an_album_as_files_is_the_very_bytes(shelf: Shelf, room: Path) -> None:
    paint(shelf.folder / "a.png")
    paint(shelf.folder / "b.jpg", "mjpeg")
    async with fetched(shelf, room, "a.png", "b.jpg", as_file=True) as films:
        assert not isinstance(films, Unattached)
        for film, name in zip(films, ("a.png", "b.jpg"), strict=True):
            assert film.shape is Shape.FILE
            assert film.path is not None
            assert film.path.read_bytes() == (shelf.folder / name).read_bytes()
