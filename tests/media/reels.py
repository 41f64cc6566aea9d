"""Real films and pictures of all sorts, and what is none of them, made with PyAV."""

import os
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

os.environ.setdefault("SVT_LOG", "0")  # an encoder that tells its life on stderr

RATE = 48_000
SOUND_BLOCK = 1024
QUIETLY = {
    "libx264": {"preset": "ultrafast"},
    "libx265": {"preset": "ultrafast", "x265-params": "log-level=none"},
    "libsvtav1": {"preset": "12"},
}
HTML = b"<!doctype html><title>Sign in</title><p>Please sign in to see this video."
JSON = b'{"code": 403, "message": "the link has expired"}'
XML = b"<?xml version='1.0'?><Error><Code>AccessDenied</Code></Error>"


@dataclass(frozen=True, slots=True)
class Reel:
    codec: str = "libx264"
    sound: str = "aac"
    """Empty: silent."""
    container: str = "mp4"
    movflags: str = "faststart"
    """Empty: the index comes last."""
    width: int = 160
    height: int = 90
    frames: int = 10
    fps: int = 10
    pixels: str = "yuv420p"
    turned: int = 0
    """Degrees, counter-clockwise."""
    squeezed: Fraction | None = None
    """Width of a pixel to its height."""
    black: int = 0
    """Frames, at the start."""
    noise: bool = False
    """Each frame different, and hard to pack."""
    looks_ahead: bool = False
    """Frames that follow from later ones, as careful encoders make them (H.264 only)."""
    lit: str = "all"
    """Or 'right': the left half is black."""

    def write(self, path: Path) -> Path:
        flags = {"movflags": self.movflags} if self.movflags else {}
        with av.open(str(path), "w", format=self.container, options=flags) as film:
            pictures = self._pictures(film)
            sound = film.add_stream(self.sound, rate=RATE) if self.sound else None
            for number in range(self.frames):
                film.mux(pictures.encode(self._frame(number)))
            film.mux(pictures.encode())
            if isinstance(sound, AudioStream):
                self._hum(film, sound)
        return path

    def _pictures(self, film: OutputContainer) -> VideoStream:
        quietly = {"preset": "medium"} if self.looks_ahead else QUIETLY.get(self.codec)
        pictures = film.add_stream(self.codec, rate=self.fps, options=quietly)
        assert isinstance(pictures, VideoStream)
        pictures.width, pictures.height, pictures.pix_fmt = self.width, self.height, self.pixels
        if self.squeezed is not None:
            pictures.codec_context.sample_aspect_ratio = self.squeezed
        if self.turned:
            pictures.set_display_rotation(self.turned)
        return pictures

    def _frame(self, number: int) -> VideoFrame:
        frame = VideoFrame(self.width, self.height, "yuv420p")
        shade = 16 if number < self.black else 180
        for plane, fill in zip(frame.planes, (shade, 128, 128), strict=True):
            size = plane.buffer_size
            plane.update(os.urandom(size) if self.noise else bytes([fill]) * size)
        if self.lit == "right":
            stride = frame.planes[0].line_size
            row = bytes([16]) * (self.width // 2) + bytes([shade]) * (stride - self.width // 2)
            frame.planes[0].update(row * self.height)
        frame = frame.reformat(format=self.pixels)
        frame.pts, frame.time_base = number, Fraction(1, self.fps)
        return frame

    def _hum(self, film: OutputContainer, sound: AudioStream) -> None:
        for at in range(0, RATE * self.frames // self.fps, SOUND_BLOCK):
            piece = av.AudioFrame(sound.format.name, "stereo", SOUND_BLOCK)
            for plane in piece.planes:
                plane.update(bytes(plane.buffer_size))
            piece.pts, piece.sample_rate, piece.time_base = at, RATE, Fraction(1, RATE)
            film.mux(sound.encode(piece))
        film.mux(sound.encode())


def paint(path: Path, codec: str = "png", width: int = 64, height: int = 48) -> Path:
    """One picture: 'png', 'mjpeg', 'libwebp' or 'gif'."""
    pixels = {"png": "rgb24", "mjpeg": "yuvj420p", "libwebp": "yuv420p", "gif": "rgb8"}[codec]
    container = {"gif": "gif", "libwebp": "webp"}.get(codec, "image2")
    options = {"update": "1"} if container == "image2" else {}
    with av.open(str(path), "w", format=container, options=options) as file:
        stream = file.add_stream(codec, rate=1)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = width, height, pixels
        file.mux(stream.encode(Reel(width=width, height=height)._frame(0).reformat(format=pixels)))
        file.mux(stream.encode())
    return path
