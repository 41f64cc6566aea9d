"""The films are real: they decode, start at once, and are as large as ordered."""

from dataclasses import replace
from pathlib import Path

import av
import pytest

from sandbox.films import TINY, Codec, Container, Film, Films, write_film, write_image
from sandbox.padding import outline, pad

TASK = "task_c2501e2846d2bf1d06428da9"


def boxes(path: Path) -> list[bytes]:
    """The names of the outermost ones."""
    return [name for name, _, _ in outline(path)]


def frames(path: Path) -> list[av.VideoFrame]:
    with av.open(str(path)) as container:
        return list(container.decode(video=0))


@pytest.fixture
def film(tmp_path: Path) -> Path:
    path = tmp_path / "film.mp4"
    write_film(path, TASK, TINY)
    return path


@pytest.mark.parametrize("order", [TINY, Film(90, 160, 1, 5), Film()])
def test_a_film_is_h264_with_sound_of_the_ordered_size_and_length(
    tmp_path: Path, order: Film
) -> None:
    path = tmp_path / "film.mp4"
    write_film(path, TASK, order)
    with av.open(str(path)) as container:
        (picture,) = container.streams.video
        assert picture.codec_context.name == "h264"
        assert picture.pix_fmt == "yuv420p"
        assert (picture.width, picture.height) == (order.width, order.height)
        (sound,) = container.streams.audio
        assert sound.codec_context.name == "aac"
        heard = sum(frame.samples for frame in container.decode(sound)) / sound.rate
        assert heard == pytest.approx(order.seconds, abs=0.1)
        container.seek(0)
        assert (container.duration or 0) / av.time_base == pytest.approx(order.seconds, abs=0.05)
        assert sum(1 for _ in container.decode(video=0)) == order.seconds * order.fps


def test_a_silent_film_has_no_sound(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    write_film(path, TASK, replace(TINY, sound=False))
    with av.open(str(path)) as container:
        assert not container.streams.audio


@pytest.mark.parametrize("kind", ["mp4", "mov"])
def test_the_index_comes_before_the_frames_unless_ordered_last(
    tmp_path: Path, kind: Container
) -> None:
    path = tmp_path / f"film.{kind}"
    for index_last in (False, True):
        write_film(path, TASK, replace(TINY, container=kind, index_last=index_last))
        names = boxes(path)
        assert names[0] == b"ftyp"
        assert (names.index(b"moov") > names.index(b"mdat")) == index_last


@pytest.mark.parametrize(
    ("codec", "container", "known_as"),
    [
        ("hevc", "mp4", "hevc"),
        ("av1", "mp4", "libdav1d"),
        ("vp9", "mp4", "vp9"),
        ("vp9", "webm", "vp9"),
        ("h264", "mov", "h264"),
        ("hevc", "mov", "hevc"),
    ],
)
def test_films_that_telegram_does_not_play_are_real_too(
    tmp_path: Path, codec: Codec, container: Container, known_as: str
) -> None:
    path = tmp_path / f"film.{container}"
    write_film(path, TASK, replace(TINY, codec=codec, container=container))
    with av.open(str(path)) as film:
        assert film.streams.video[0].codec_context.name == known_as
        assert len(list(film.decode(video=0))) == TINY.fps
        assert len(film.streams.audio) == 1
    start = path.read_bytes()[:16]
    major = {"mp4": b"ftypisom", "mov": b"ftypqt  ", "webm": b"\x1a\x45\xdf\xa3"}[container]
    assert major in start


def test_something_moves(film: Path) -> None:
    pictures = {bytes(frame.planes[0]) for frame in frames(film)}
    assert len(pictures) == TINY.fps


def test_each_task_has_its_own_film(film: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.mp4"
    write_film(other, TASK.replace("c", "d"), TINY)
    assert bytes(frames(film)[0].planes[0]) != bytes(frames(other)[0].planes[0])


@pytest.mark.parametrize("size", [3_000_000, 49_000_000, 49_999_999, 60_000_001, 5_000_000_000])
def test_a_padded_film_is_as_large_as_ordered_and_still_plays(film: Path, size: int) -> None:
    pad(film, size)
    assert film.stat().st_size == size
    assert boxes(film)[-1] == b"free"
    assert sum(length for *_, length in outline(film)) == size
    assert len(frames(film)) == TINY.fps


def test_an_index_that_comes_last_stays_the_last_when_a_film_is_padded(tmp_path: Path) -> None:
    film = tmp_path / "film.mp4"
    write_film(film, TASK, replace(TINY, index_last=True))
    pad(film, 19_000_000)
    assert film.stat().st_size == 19_000_000
    assert boxes(film)[-2:] == [b"free", b"moov"]
    assert len(frames(film)) == TINY.fps


def test_a_webm_and_a_picture_can_be_padded_too(tmp_path: Path) -> None:
    film, picture = tmp_path / "film.webm", tmp_path / "picture.png"
    write_film(film, TASK, replace(TINY, codec="vp9", container="webm"))
    write_image(picture, TASK, TINY)
    for path, shown in ((film, TINY.fps), (picture, 1)):
        pad(path, 300_001)
        assert path.stat().st_size == 300_001
        assert len(frames(path)) == shown


def test_a_film_cannot_shrink_and_a_box_needs_a_header(film: Path) -> None:
    size = film.stat().st_size
    pad(film, size)
    assert film.stat().st_size == size
    for impossible in (size - 1, size + 7):
        with pytest.raises(ValueError, match="no room"):
            pad(film, impossible)
    assert len(frames(film)) == TINY.fps


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
