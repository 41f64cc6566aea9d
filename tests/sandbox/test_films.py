"""The films are real: they decode, start at once, and are as large as ordered."""

from pathlib import Path

import av
import pytest

from sandbox.films import TINY, Film, Films, pad, write_film, write_image

TASK = "task_c2501e2846d2bf1d06428da9"
Box = tuple[bytes, int]


def boxes(path: Path) -> list[Box]:
    """Name and size of the outermost boxes."""
    found, place = [], 0
    with path.open("rb") as file:
        while header := file.read(8):
            size = int.from_bytes(header[:4], "big")
            found.append((header[4:], size))
            place += size
            file.seek(place)
    return found


def frames(path: Path) -> list[av.VideoFrame]:
    with av.open(str(path)) as container:
        return list(container.decode(video=0))


@pytest.fixture
def film(tmp_path: Path) -> Path:
    path = tmp_path / "film.mp4"
    write_film(path, TASK, TINY)
    return path


@pytest.mark.parametrize("order", [TINY, Film(90, 160, 1, 5), Film()])
def test_a_film_is_silent_h264_of_the_ordered_size_and_length(tmp_path: Path, order: Film) -> None:
    path = tmp_path / "film.mp4"
    write_film(path, TASK, order)
    with av.open(str(path)) as container:
        (picture,) = container.streams.video
        assert picture.codec_context.name == "h264"
        assert picture.pix_fmt == "yuv420p"
        assert (picture.width, picture.height) == (order.width, order.height)
        assert not container.streams.audio
        assert (container.duration or 0) / av.time_base == pytest.approx(order.seconds, abs=0.05)
        assert sum(1 for _ in container.decode(video=0)) == order.seconds * order.fps


def test_the_index_comes_before_the_frames(film: Path) -> None:
    names = [name for name, _ in boxes(film)]
    assert names[0] == b"ftyp"
    assert names.index(b"moov") < names.index(b"mdat")


def test_something_moves(film: Path) -> None:
    pictures = {bytes(frame.planes[0]) for frame in frames(film)}
    assert len(pictures) == TINY.fps


def test_each_task_has_its_own_film(film: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.mp4"
    write_film(other, TASK.replace("c", "d"), TINY)
    assert bytes(frames(film)[0].planes[0]) != bytes(frames(other)[0].planes[0])


@pytest.mark.parametrize("size", [19_000_000, 30_000_000, 49_999_999, 60_000_001])
def test_a_padded_film_is_as_large_as_ordered_and_still_plays(film: Path, size: int) -> None:
    pad(film, size)
    assert film.stat().st_size == size
    assert boxes(film)[-1][0] == b"free"
    assert sum(length for _, length in boxes(film)) == size
    assert len(frames(film)) == TINY.fps


def test_a_film_cannot_shrink_and_a_box_needs_a_header(film: Path) -> None:
    size = film.stat().st_size
    pad(film, size)
    assert film.stat().st_size == size
    for impossible in (size - 1, size + 7):
        with pytest.raises(ValueError, match="no room"):
            pad(film, impossible)


def test_an_image_is_a_png_of_the_ordered_size(tmp_path: Path) -> None:
    path = tmp_path / "image.png"
    write_image(path, TASK, TINY)
    assert path.read_bytes().startswith(b"\x89PNG\r\n\x1a\n")
    (picture,) = frames(path)
    assert (picture.width, picture.height) == (160, 90)


async def test_the_same_order_is_made_once(tmp_path: Path) -> None:
    films = Films()
    first = await films.film(TASK, TINY)
    made = first.stat().st_mtime_ns
    assert await films.film(TASK, TINY) == first
    assert first.stat().st_mtime_ns == made
    assert await films.film(TASK, TINY, 20_000) != first
    assert await films.image(TASK, TINY) != first
    films.close()
    assert not first.exists()


@pytest.mark.parametrize("title", ["", "汉字 <b>&", "x" * 128, "veo3.1:1764899481-jTkhPerTVj"])
def test_any_title_can_be_drawn(tmp_path: Path, title: str) -> None:
    write_image(tmp_path / "image.png", title, TINY)
    assert frames(tmp_path / "image.png")
