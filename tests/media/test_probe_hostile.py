"""Files that want to harm whoever looks at them, or were harmed themselves."""

import random
import resource
import struct
import tracemalloc
from pathlib import Path

import pytest

from bot.core.film import Why
from bot.media.boxes import MOST_SAMPLES, has_index_in, survey
from bot.media.kinds import Kind, kind_of
from bot.media.pictures import read_picture
from bot.media.probe import Look, probe_film, probe_picture
from bot.media.remux import remux
from tests.media.reels import HTML, JSON, XML, Reel, paint

PLAYLIST = b"#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:0\n#EXTINF:10,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n"


@pytest.mark.parametrize(
    "start",
    [b"", b"\0" * 4096, HTML, JSON, XML, PLAYLIST, b"ffconcat version 1.0\nfile /etc/hosts"],
)
def test_what_is_no_media_is_none(start: bytes) -> None:
    assert kind_of(start) is None


def test_a_play_list_that_poses_as_a_film_names_nothing_that_is_opened(tmp_path: Path) -> None:
    film = Reel().write(tmp_path / "film.mp4")
    trap = tmp_path / "trap"
    trap.write_bytes(PLAYLIST.replace(b"/etc/passwd", bytes(film)))
    assert probe_film(trap, Kind.MP4, 4096, None) is Why.BROKEN
    assert probe_film(trap, Kind.MKV, 4096, None) is Why.BROKEN


@pytest.mark.parametrize(
    "reel", [Reel(), Reel(movflags=""), Reel(movflags="frag_keyframe+empty_moov")]
)
def test_a_film_that_ends_too_early_is_broken(tmp_path: Path, reel: Reel) -> None:
    path = reel.write(tmp_path / "film")
    data = path.read_bytes()
    for length in range(32, len(data) - 1, 97):
        path.write_bytes(data[:length])
        look = probe_film(path, Kind.MP4, length, None)
        pieces_left = isinstance(look, Look) and "frag" in reel.movflags
        assert look is Why.BROKEN or pieces_left


def test_a_film_whose_frames_are_rubbish_is_broken(tmp_path: Path) -> None:
    path = Reel(sound="").write(tmp_path / "film")
    data = path.read_bytes()
    at = data.index(b"mdat") + 4
    path.write_bytes(data[:at] + bytes(len(data) - at))
    assert probe_film(path, Kind.MP4, len(data), tmp_path / "t.jpg") is Why.BROKEN


@pytest.mark.parametrize(
    ("reel", "kind"),
    [
        (Reel(), Kind.MP4),
        (Reel(movflags="frag_keyframe+empty_moov"), Kind.MP4),
        (Reel(codec="libx265"), Kind.MP4),
        (Reel(codec="libvpx-vp9", sound="libopus", container="webm", movflags=""), Kind.WEBM),
        (Reel(container="matroska", movflags=""), Kind.MKV),
    ],
    ids=str,
)
def test_no_damage_makes_a_look_raise(tmp_path: Path, reel: Reel, kind: Kind) -> None:
    path = reel.write(tmp_path / "film")
    whole = path.read_bytes()
    dice = random.Random(5)  # noqa: S311 — the same damage each time
    for _ in range(150):
        data = bytearray(whole)
        for _ in range(dice.choice((1, 3, 20, 200))):
            data[dice.randrange(len(data))] = dice.choice((0, 1, 0x7F, 0xFF, dice.randrange(256)))
        path.write_bytes(data[: dice.choice((len(data), dice.randrange(16, len(data))))])
        look = probe_film(path, kind, path.stat().st_size, tmp_path / "t.jpg")
        assert isinstance(look, Look | Why)
        if isinstance(look, Look):
            remux(path, kind, tmp_path / "out", lambda: False)


def _patched(path: Path, box: bytes, at: int, number: int) -> Path:
    """The first *box*'s four bytes after *at* of its contents say *number*."""
    data = bytearray(path.read_bytes())
    place = data.index(box) + 4 + at
    data[place : place + 4] = struct.pack(">I", number)
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    ("box", "at", "number"),
    [
        (b"stsz", 8, 0xA000000),
        (b"stsz", 4, 0x7FFFFFFF),
        (b"stsz", 12, 0x7FFFFFFF),
        (b"stsc", 12, 0x7FFFFFFF),
        (b"trun", 4, 0xA000000),
    ],
)
def test_an_index_that_claims_the_world_is_not_read(
    tmp_path: Path, box: bytes, at: int, number: int
) -> None:
    """FFmpeg would take memory for each frame that is claimed, or for all of a large one."""
    reel = Reel(movflags="frag_keyframe+empty_moov") if box == b"trun" else Reel()
    path = _patched(reel.write(tmp_path / "film"), box, at, number)
    assert not survey(path, path.stat().st_size).is_sane
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    look = probe_film(path, Kind.MP4, path.stat().st_size, None)
    assert isinstance(look, Look)
    assert look.facts.width is None
    assert look.facts.odd == "MP4"
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000


@pytest.mark.parametrize("box", [b"stts", b"ctts", b"stco", b"elst"])
def test_no_other_table_takes_memory_for_what_it_claims(tmp_path: Path, box: bytes) -> None:
    path = Reel().write(tmp_path / "film")
    if box not in path.read_bytes():
        path = Reel(codec="libx265").write(tmp_path / "film")
    path = _patched(path, box, 4, 0x7FFFFFFF)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert isinstance(probe_film(path, Kind.MP4, path.stat().st_size, None), Look | Why)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000


def test_a_frame_larger_than_anybody_shows_is_not_decoded(tmp_path: Path) -> None:
    reel = Reel(width=8192, height=4352, frames=1, sound="")
    path = reel.write(tmp_path / "film")
    look = probe_film(path, Kind.MP4, path.stat().st_size, tmp_path / "t.jpg")
    assert isinstance(look, Look)
    assert (look.facts.width, look.facts.height) == (8192, 4352)
    assert look.thumbnail is None


def test_a_frame_that_is_larger_than_the_index_says_is_not_decoded(tmp_path: Path) -> None:
    path = Reel(width=8192, height=4352, frames=1, sound="").write(tmp_path / "film")
    data = path.read_bytes()
    entry = data.index(b"avc1", data.index(b"stsd")) + 4 + 24
    path.write_bytes(data[:entry] + struct.pack(">HH", 160, 90) + data[entry + 4 :])
    look = probe_film(path, Kind.MP4, len(data), tmp_path / "t.jpg")
    assert isinstance(look, Look)
    assert look.thumbnail is None
    assert look.facts.height == 4352


def test_a_picture_that_would_fill_the_memory_is_not_unpacked(tmp_path: Path) -> None:
    path = paint(tmp_path / "bomb.png")
    data = bytearray(path.read_bytes())
    data[16:24] = struct.pack(">II", 60_000, 60_000)
    path.write_bytes(data)
    look = probe_picture(path, Kind.PNG)
    assert isinstance(look, Look)
    assert (look.facts.width, look.facts.height) == (60_000, 60_000)


def test_boxes_that_turn_in_circles_end(tmp_path: Path) -> None:
    path = tmp_path / "film"
    path.write_bytes(b"\0\0\0\x08free" * 100_000)
    assert not survey(path, 800_000).is_sane
    path.write_bytes(b"\0\0\0\x01ftypisom\0\0\0\0" + b"\0\0\0\x04moov" * 10)
    assert not survey(path, 96).has_index


@pytest.mark.parametrize("kind", [Kind.PNG, Kind.JPEG, Kind.GIF, Kind.WEBP])
def test_no_start_of_a_picture_makes_a_look_raise(tmp_path: Path, kind: Kind) -> None:
    codec = {Kind.PNG: "png", Kind.JPEG: "mjpeg", Kind.GIF: "gif", Kind.WEBP: "libwebp"}[kind]
    whole = paint(tmp_path / "picture", codec).read_bytes()
    for length in range(len(whole)):
        (tmp_path / "cut").write_bytes(whole[:length])
        size = read_picture(tmp_path / "cut", kind)
        assert size in (None, (64, 48))


def test_an_index_counts_only_when_all_of_it_is_there() -> None:
    start = b"\0\0\0\x10ftypisom\0\0\0\0"
    index = struct.pack(">I", 40) + b"moov" + bytes(32)
    assert has_index_in(start + index)
    assert not has_index_in(start + index[:-1])
    assert not has_index_in(start + b"\0\0\0\x08mdat" + index)
    assert not has_index_in(start)


@pytest.mark.parametrize("count", [3_000_000, MOST_SAMPLES])
def test_a_look_at_an_index_of_millions_ends_early_and_fits_in_little_memory(
    tmp_path: Path, count: int
) -> None:
    """As Python's integers they would fill ten times as much."""
    sizes = struct.pack(">III", 0, 0, count) + bytes(4 * count)
    box = struct.pack(">I", len(sizes) + 8) + b"stsz" + sizes
    index = struct.pack(">I", len(box) + 8) + b"moov" + box
    path = tmp_path / "film"
    path.write_bytes(index * 3)
    tracemalloc.start()
    layout = survey(path, len(index) * 3)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert not layout.is_sane
    assert layout.samples == count * (1 if count > MOST_SAMPLES else 2)
    assert most < 3 * len(box)


def test_what_hides_behind_too_many_boxes_is_not_taken_for_sane(tmp_path: Path) -> None:
    """On whatever levels they are."""
    inner = b"\0\0\0\x08free" * 60_000
    claim = struct.pack(">IIII", 20, 0x7374737A, 0, 1) + struct.pack(">I", 900_000_000)
    first = struct.pack(">I", len(inner) + 8) + b"moov" + inner
    second = struct.pack(">I", len(inner) + len(claim) + 8) + b"moov" + inner + claim
    path = tmp_path / "film"
    path.write_bytes(first + second)
    assert not survey(path, len(first + second)).is_sane
    path.write_bytes(first)
    assert survey(path, len(first)).is_sane


def test_whoever_is_stopped_looks_no_further(tmp_path: Path) -> None:
    path = Reel().write(tmp_path / "film")
    size = path.stat().st_size
    assert survey(path, size).samples > 0
    assert survey(path, size, lambda: True).samples == 0
