"""A task's ID and a format go in; a real film or PNG file that shows the ID comes out."""

import asyncio
import hashlib
import os
import secrets
from array import array
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import pi, sin
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal, cast

import av
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.video.stream import VideoStream

from sandbox.canvas import AMBER, NIGHT, SKY, SNOW, Canvas
from sandbox.padding import pad

Codec = Literal["h264", "hevc", "av1", "vp9"]
Container = Literal["mp4", "mov", "webm"]
ENCODERS: Mapping[Codec, tuple[str, dict[str, str]]] = {
    "h264": ("libx264", {"preset": "ultrafast"}),
    "hevc": ("libx265", {"preset": "ultrafast", "x265-params": "log-level=none"}),
    "av1": ("libsvtav1", {"preset": "12", "svtav1-params": "lp=1"}),
    "vp9": ("libvpx-vp9", {"deadline": "realtime", "cpu-used": "8"}),
}
SOUNDS: Mapping[Container, tuple[str, int]] = {
    "mp4": ("aac", 44_100),
    "mov": ("aac", 44_100),
    "webm": ("libopus", 48_000),
}
WAVE = array("h", (round(1_500 * sin(2 * pi * step / 100)) for step in range(100)))
"""One of a soft tone."""
BREATH = 1_000
"""Samples that are encoded at a time: whole waves."""


@dataclass(frozen=True, slots=True)
class Film:
    """Width and height are even; 720 × 1280 is portrait."""

    width: int = 1280
    height: int = 720
    seconds: float = 8
    fps: int = 12
    sound: bool = True
    codec: Codec = "h264"
    container: Container = "mp4"
    index_last: bool = False
    """As cameras write it: the frames come first."""


TINY = Film(160, 90, 1, 5)
"""For tests: made in milliseconds."""


class Films:
    """Owns a temporary directory; `close` removes it. The same order gives the same file."""

    def __init__(self) -> None:
        self._directory = TemporaryDirectory(prefix="sandbox-films-", ignore_cleanup_errors=True)
        self._lock = asyncio.Lock()

    def close(self) -> None:
        self._directory.cleanup()

    async def film(self, title: str, film: Film, size_bytes: int | None = None) -> Path:
        """*size_bytes*: to what it is padded; None: as it comes."""

        def make(path: Path) -> None:
            write_film(path, title, film)
            if size_bytes is not None:
                pad(path, size_bytes)

        return await self._once(f"{title} {film} {size_bytes}", f".{film.container}", make)

    async def image(self, title: str, film: Film, size_bytes: int | None = None) -> Path:
        """Same."""

        def make(path: Path) -> None:
            write_image(path, title, film)
            if size_bytes is not None:
                pad(path, size_bytes)

        return await self._once(f"{title} {film} {size_bytes}", ".png", make)

    async def _once(self, order: str, suffix: str, make: Callable[[Path], None]) -> Path:
        name = hashlib.sha256(order.encode()).hexdigest()[:16] + suffix
        path = Path(self._directory.name) / name
        async with self._lock:
            if not path.exists():
                await asyncio.to_thread(_whole, path, make)
        return path


def _whole(path: Path, make: Callable[[Path], None]) -> None:
    """A name exists only once its file is complete, even if the one who ordered it has left."""
    draft = path.with_name(f"{secrets.token_hex(8)}{path.suffix}")
    make(draft)
    draft.rename(path)


def write_film(path: Path, title: str, film: Film) -> None:
    os.environ.setdefault("SVT_LOG", "1")  # else it tells 20 lines about every film
    scene, (encoder, options) = _Scene(title, film), ENCODERS[film.codec]
    flags = {} if film.index_last or film.container == "webm" else {"movflags": "faststart"}
    with av.open(str(path), "w", format=film.container, options=flags) as container:
        stream = cast("VideoStream", container.add_stream(encoder, film.fps, options))
        stream.width, stream.height, stream.pix_fmt = film.width, film.height, "yuv420p"
        if film.codec == "hevc":
            stream.codec_context.codec_tag = "hvc1"  # what Apple's players look for
        sound = _sound(container, film)
        for number in range(round(film.seconds * film.fps)):
            frame = scene.at(number / film.fps).frame()
            frame.pts, frame.time_base = number, Fraction(1, film.fps)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
        if sound is not None:
            _hum(container, sound, film.seconds)


def _sound(container: OutputContainer, film: Film) -> AudioStream | None:
    """All streams are made before the first frame is written."""
    if not film.sound:
        return None
    codec, rate = SOUNDS[film.container]
    made = cast("AudioStream", container.add_stream(codec, rate))
    made.layout = "mono"
    return made


def _hum(container: OutputContainer, sound: AudioStream, seconds: float) -> None:
    rate = sound.rate
    breath = (WAVE * (BREATH // len(WAVE))).tobytes()
    for number in range(round(seconds * rate) // BREATH):
        frame = av.AudioFrame(format="s16", layout="mono", samples=BREATH)
        frame.planes[0].update(breath)
        frame.sample_rate, frame.pts, frame.time_base = rate, number * BREATH, Fraction(1, rate)
        container.mux(sound.encode(frame))
    container.mux(sound.encode())


def write_image(path: Path, title: str, film: Film) -> None:
    """PNG, whatever the name says."""
    still = _Scene(title, film).at(film.seconds / 2)
    with av.open(str(path), "w", format="image2", options={"update": "1"}) as container:
        stream = container.add_stream("png", rate=1)
        stream.width, stream.height, stream.pix_fmt = film.width, film.height, "rgb24"
        container.mux(stream.encode(still.frame().reformat(format="rgb24")))
        container.mux(stream.encode())


class _Scene:
    """The title stands, a ball bounces, a clock and a bar run."""

    def __init__(self, title: str, film: Film) -> None:
        self._film = film
        self._still = Canvas(film.width, film.height, NIGHT)
        self._still.text("REELBELL SANDBOX", 0.16, 24)
        self._still.text(title, 0.3, 30)

    def at(self, seconds: float) -> Canvas:
        width, height = self._film.width, self._film.height
        share = seconds / self._film.seconds
        canvas = self._still.copy()
        canvas.text(f"{seconds:.1f} s", 0.52, 10)
        canvas.rect(0, height * 15 // 16, width, height // 16, SKY)
        canvas.rect(0, height * 15 // 16, int(width * share), height // 16, SNOW)
        side = min(width, height) // 10
        fall = (abs(seconds % 1 - 0.5) * 2) ** 2
        top = height * 0.7 + fall * (height * 0.22 - side)
        canvas.rect(int((width - side) * share), int(top), side, side, AMBER)
        return canvas
