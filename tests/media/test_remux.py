"""Films whose index comes last, or that are in another kind of file, and what becomes of them."""

from fractions import Fraction
from pathlib import Path

import av
import pytest

from bot.media.kinds import Kind, kind_of
from bot.media.probe import Look, probe_film
from bot.media.remux import remux
from tests.media.reels import Reel


def _never() -> bool:
    return False


def _look(path: Path) -> Look:
    kind = kind_of(path.read_bytes()[:64])
    assert kind is not None
    look = probe_film(path, kind, path.stat().st_size, None)
    assert isinstance(look, Look)
    return look


def _packets(path: Path) -> list[list[bytes]]:
    with av.open(str(path)) as film:
        packets = [(packet.stream.type, bytes(packet)) for packet in film.demux() if packet.size]
    return [[data for of, data in packets if of == kind] for kind in ("video", "audio")]


@pytest.mark.parametrize(
    "reel",
    [
        Reel(movflags=""),
        Reel(movflags="", sound=""),
        Reel(movflags="frag_keyframe+empty_moov"),
        Reel(container="mov", movflags=""),
        Reel(container="matroska", movflags=""),
        Reel(movflags="", turned=90),
        Reel(movflags="", squeezed=Fraction(4, 3)),
        Reel(movflags="", frames=1),
    ],
    ids=str,
)
def test_the_same_frames_come_out_in_an_mp4_that_begins_with_its_index(
    tmp_path: Path, reel: Reel
) -> None:
    source, target = reel.write(tmp_path / "film"), tmp_path / "copy"
    was = _look(source)
    assert remux(source, was.kind, target, _never)
    now = _look(target)
    assert (now.kind, now.in_order) == (Kind.MP4, True)
    assert (now.facts.width, now.facts.height) == (was.facts.width, was.facts.height)
    assert now.facts.seconds == pytest.approx(was.facts.seconds, abs=0.1)
    assert (now.sound, now.facts.odd) == (was.sound, "")
    assert _packets(target) == _packets(source)


def test_a_film_that_does_not_tell_the_order_of_its_frames_is_left_as_it_is(tmp_path: Path) -> None:
    """Matroska names none for the first ones: without them the rest would be a wreck."""
    reel = Reel(container="matroska", movflags="", frames=60, noise=True, looks_ahead=True)
    source = reel.write(tmp_path / "film")
    with av.open(str(source)) as film:
        assert any(one.dts is None and one.size for one in film.demux(video=0))
    assert not remux(source, Kind.MKV, tmp_path / "copy", _never)


def test_sound_and_frames_stay_together(tmp_path: Path) -> None:
    source, target = Reel(movflags="").write(tmp_path / "film"), tmp_path / "copy"
    assert remux(source, Kind.MP4, target, _never)

    def starts(path: Path) -> list[float]:
        with av.open(str(path)) as film:
            picture = next(film.decode(video=0)).time
            film.seek(0)
            return [picture, next(film.decode(audio=0)).time or 0.0]

    assert starts(target) == pytest.approx(starts(source), abs=0.01)


def test_whoever_stops_it_finds_no_half_a_film(tmp_path: Path) -> None:
    source, target = Reel(movflags="").write(tmp_path / "film"), tmp_path / "copy"
    asked: list[int] = []

    def soon() -> bool:
        asked.append(1)
        return len(asked) > 5

    assert not remux(source, Kind.MP4, target, soon)
    assert not target.exists()


def test_what_cannot_be_put_into_an_mp4_leaves_nothing(tmp_path: Path) -> None:
    source, target = tmp_path / "film", tmp_path / "copy"
    source.write_bytes(b"\0\0\0\x18ftypisom\0\0\0\0isommp42" + bytes(1000))
    assert not remux(source, Kind.MP4, target, _never)
    assert not target.exists()
    assert not remux(Reel().write(source), Kind.MP4, tmp_path / "no" / "where", _never)


def test_an_index_that_names_the_same_bytes_again_and_again_fills_no_disk(tmp_path: Path) -> None:
    reel = Reel(width=640, height=480, noise=True, frames=40, sound="")
    source, target = reel.write(tmp_path / "film"), tmp_path / "copy"
    data = bytearray(source.read_bytes())
    sizes = data.index(b"stsz") + 4 + 12
    largest = len(data) // 2
    for number in range(1, 40):  # each but the first claims half of the file
        data[sizes + number * 4 : sizes + number * 4 + 4] = largest.to_bytes(4, "big")
    chunks = data.index(b"stco") + 4
    assert int.from_bytes(data[chunks + 4 : chunks + 8], "big") >= 1
    source.write_bytes(data)
    assert not remux(source, Kind.MP4, target, _never)
    assert not target.exists()
