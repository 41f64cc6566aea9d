"""Real films, and what is read from them."""

import json
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import av
import pytest

from bot.core.film import Why
from bot.media.kinds import Kind, kind_of
from bot.media.probe import Look, probe_film
from tests.media.reels import Reel


def _look(path: Path, thumbnail: Path | None = None) -> Look:
    kind = kind_of(path.read_bytes()[:64])
    assert kind is not None
    look = probe_film(path, kind, path.stat().st_size, thumbnail)
    assert isinstance(look, Look)
    return look


FIRST = Reel()
LAST = Reel(movflags="")
SILENT = Reel(sound="")
HEVC = Reel(codec="libx265")
AV1 = Reel(codec="libsvtav1")
VP9 = Reel(codec="libvpx-vp9")
WEBM = Reel(codec="libvpx-vp9", sound="libopus", container="webm", movflags="")
MKV = Reel(container="matroska", movflags="")
MOV = Reel(container="mov")
PRORES = Reel(codec="prores", pixels="yuv422p10le", container="mov")
PIECES = Reel(movflags="frag_keyframe+empty_moov")


@pytest.mark.parametrize(
    ("reel", "kind", "odd"),
    [
        (FIRST, Kind.MP4, ""),
        (SILENT, Kind.MP4, ""),
        (MOV, Kind.MOV, ""),
        (MKV, Kind.MKV, ""),
        (HEVC, Kind.MP4, "HEVC"),
        (AV1, Kind.MP4, "AV1"),
        (VP9, Kind.MP4, "VP9"),
        (WEBM, Kind.WEBM, "WebM"),
        (PRORES, Kind.MOV, "ProRes"),
        (Reel(pixels="yuv420p10le"), Kind.MP4, "H.264 10 bit"),
        (Reel(pixels="yuv444p"), Kind.MP4, "H.264 4:4:4"),
        (Reel(pixels="yuv422p10le"), Kind.MP4, "H.264 4:2:2 10 bit"),
        (Reel(sound="libopus"), Kind.MP4, "Opus"),
        (Reel(sound="pcm_s16le", container="mov"), Kind.MOV, "PCM"),
    ],
    ids=str,
)
def test_what_telegram_cannot_play_has_a_name(
    tmp_path: Path, reel: Reel, kind: Kind, odd: str
) -> None:
    look = _look(reel.write(tmp_path / "film"))
    assert (look.kind, look.facts.odd) == (kind, odd)


@pytest.mark.parametrize("reel", [FIRST, LAST, HEVC, AV1, VP9, WEBM, MKV, MOV, PIECES], ids=str)
def test_any_film_tells_its_size_its_length_and_its_sound(tmp_path: Path, reel: Reel) -> None:
    path = reel.write(tmp_path / "film")
    look = _look(path)
    assert (look.facts.width, look.facts.height) == (160, 90)
    assert look.facts.size == path.stat().st_size
    assert look.facts.seconds == pytest.approx(1, abs=0.1)
    assert look.sound


def test_silence_is_heard(tmp_path: Path) -> None:
    assert not _look(SILENT.write(tmp_path / "film")).sound


@pytest.mark.parametrize(
    ("reel", "in_order"), [(FIRST, True), (LAST, False), (PIECES, False), (MOV, False)], ids=str
)
def test_only_an_mp4_with_one_index_before_its_frames_is_in_order(
    tmp_path: Path,
    reel: Reel,
    in_order: bool,  # noqa: FBT001 — a column of the table
) -> None:
    assert _look(reel.write(tmp_path / "film")).in_order is in_order


@pytest.mark.parametrize(
    ("reel", "shown"),
    [
        (Reel(turned=90), (90, 160)),
        (Reel(turned=-90), (90, 160)),
        (Reel(turned=180), (160, 90)),
        (Reel(width=90, height=160), (90, 160)),
        (Reel(width=120, height=90, squeezed=Fraction(4, 3)), (160, 90)),
        (Reel(width=120, height=90, squeezed=Fraction(4, 3), turned=90), (90, 160)),
        (Reel(squeezed=Fraction(100, 1)), (160, 90)),
    ],
    ids=str,
)
def test_a_film_is_as_large_as_it_is_shown(
    tmp_path: Path, reel: Reel, shown: tuple[int, int]
) -> None:
    facts = _look(reel.write(tmp_path / "film")).facts
    assert (facts.width, facts.height) == shown


@pytest.mark.parametrize(
    ("reel", "thumb"),
    [
        (Reel(width=1280, height=720, frames=1), (320, 180)),
        (Reel(width=720, height=1280, frames=1), (180, 320)),
        (Reel(width=1280, height=720, frames=1, turned=90), (180, 320)),
        (Reel(width=160, height=90), (160, 90)),
        (Reel(width=640, height=640, frames=2, noise=True), (320, 320)),
        (Reel(codec="libx265", width=640, height=360), (320, 180)),
    ],
    ids=str,
)
def test_a_thumbnail_is_a_jpeg_that_telegram_takes(
    tmp_path: Path, reel: Reel, thumb: tuple[int, int]
) -> None:
    look = _look(reel.write(tmp_path / "film"), tmp_path / "thumbnail.jpg")
    assert look.thumbnail == tmp_path / "thumbnail.jpg"
    data = look.thumbnail.read_bytes()
    assert data.startswith(b"\xff\xd8\xff")
    assert len(data) < 200_000
    with av.open(str(look.thumbnail)) as picture:
        stream = picture.streams.video[0]
        assert (stream.width, stream.height) == thumb


def _quarters(thumbnail: Path) -> tuple[int, int, int, int]:
    """Brightness at the left, the right, the top and the bottom."""
    with av.open(str(thumbnail)) as picture:
        frame = next(picture.decode(video=0)).reformat(64, 64, "gray")
    rows = [bytes(frame.planes[0])[at * 64 : at * 64 + 64] for at in range(64)]
    return rows[32][8], rows[32][55], rows[8][32], rows[55][32]


@pytest.mark.parametrize(
    ("turned", "bright"), [(0, 1), (90, 2), (-90, 3), (180, 0)], ids=["not", "left", "right", "180"]
)
def test_a_thumbnail_stands_upright(tmp_path: Path, turned: int, bright: int) -> None:
    """The right half of the frame is lit; turned counter-clockwise, that is the upper one."""
    reel = Reel(lit="right", turned=turned, frames=1)
    look = _look(reel.write(tmp_path / "film"), tmp_path / "thumbnail.jpg")
    assert look.thumbnail is not None
    quarters = _quarters(look.thumbnail)
    opposite = {0: 1, 1: 0, 2: 3, 3: 2}[bright]
    assert quarters[bright] > 150
    assert quarters[opposite] < 40


def test_a_film_that_begins_in_the_dark_shows_its_first_light(tmp_path: Path) -> None:
    look = _look(Reel(black=5).write(tmp_path / "film"), tmp_path / "thumbnail.jpg")
    assert look.thumbnail is not None
    assert min(_quarters(look.thumbnail)) > 150


def test_a_film_that_stays_dark_shows_the_dark(tmp_path: Path) -> None:
    look = _look(Reel(black=10).write(tmp_path / "film"), tmp_path / "thumbnail.jpg")
    assert look.thumbnail is not None
    assert max(_quarters(look.thumbnail)) < 40


def test_a_film_of_one_frame_is_a_film(tmp_path: Path) -> None:
    look = _look(Reel(frames=1).write(tmp_path / "film"), tmp_path / "thumbnail.jpg")
    assert look.thumbnail is not None
    assert (look.facts.width, look.facts.height) == (160, 90)


def test_music_is_no_film(tmp_path: Path) -> None:
    with av.open(str(tmp_path / "song"), "w", format="mp4") as song:
        sound = song.add_stream("aac", rate=48_000)
        Reel()._hum(song, sound)
    assert probe_film(tmp_path / "song", Kind.MP4, 1 << 20, None) is Why.NOT_MEDIA


def test_the_beginning_of_a_film_suffices_for_all_of_it(tmp_path: Path) -> None:
    reel = Reel(width=640, height=480, noise=True)
    path = reel.write(tmp_path / "film")
    whole = _look(path, tmp_path / "of-all.jpg")
    size, start = path.stat().st_size, path.read_bytes()[:600_000]
    with path.open("wb") as file:
        file.write(start)
        file.truncate(size)
    look = probe_film(path, Kind.MP4, len(start), tmp_path / "of-the-start.jpg")
    assert isinstance(look, Look)
    assert (look.facts, look.sound, look.in_order) == (whole.facts, whole.sound, whole.in_order)
    assert (tmp_path / "of-the-start.jpg").read_bytes() == (tmp_path / "of-all.jpg").read_bytes()


@pytest.mark.parametrize("there", [20_000, 300_000])
def test_a_hole_is_not_taken_for_a_frame(tmp_path: Path, there: int) -> None:
    """What is there of the first one could be decoded, half of it grey."""
    path = Reel(width=640, height=480, noise=True).write(tmp_path / "film")
    size, start = path.stat().st_size, path.read_bytes()[:there]
    with path.open("wb") as file:
        file.write(start)
        file.truncate(size)
    look = probe_film(path, Kind.MP4, len(start), tmp_path / "thumbnail.jpg")
    assert isinstance(look, Look)
    assert look.thumbnail is None
    assert (look.facts.width, look.facts.height) == (640, 480)


MEASURE = """
import json, resource, sys
from pathlib import Path
from bot.media.kinds import Kind
from bot.media.probe import probe_film

def came():
    return int(Path("/proc/self/io").read_text().split()[1])

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024

small, large, thumbnail = map(Path, sys.argv[1:])
probe_film(small, Kind.MP4, small.stat().st_size, thumbnail)
read, memory = came(), peak()
look = probe_film(large, Kind.MP4, large.stat().st_size, thumbnail)
print(json.dumps([came() - read, peak() - memory, str(look.thumbnail)]))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="counts as Linux does")
def test_a_large_film_is_not_read_whole(tmp_path: Path) -> None:
    """In a process of its own, where nobody else reads; a small film has warmed it up."""
    small = Reel().write(tmp_path / "small")
    large = Reel(width=1280, height=720, frames=60, noise=True).write(tmp_path / "large")
    assert large.stat().st_size > 40_000_000
    files = map(str, (small, large, tmp_path / "thumbnail.jpg"))
    command = [sys.executable, "-c", MEASURE, *files]
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 — ours
    read, memory, thumbnail = json.loads(done.stdout)
    assert read < 5_000_000
    assert memory < 25_000_000
    assert thumbnail == str(tmp_path / "thumbnail.jpg")
