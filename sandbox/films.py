"""A task's ID and a format go in; a real MP4 or PNG file that shows the ID comes out."""

import asyncio
import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory

import av

from sandbox.canvas import AMBER, NIGHT, SKY, SNOW, Canvas

BOX_HEADER = 8


@dataclass(frozen=True, slots=True)
class Film:
    """Width and height are even; 720 × 1280 is portrait."""

    width: int = 1280
    height: int = 720
    seconds: float = 8
    fps: int = 12


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

        return await self._once(f"{title} {film} {size_bytes}", ".mp4", make)

    async def image(self, title: str, film: Film) -> Path:
        return await self._once(
            f"{title} {film}", ".png", lambda path: write_image(path, title, film)
        )

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
    """Silent H.264, its index before its frames."""
    scene = _Scene(title, film)
    with av.open(str(path), "w", format="mp4", options={"movflags": "faststart"}) as container:
        stream = container.add_stream("libx264", rate=film.fps, options={"preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = film.width, film.height, "yuv420p"
        for number in range(round(film.seconds * film.fps)):
            frame = scene.at(number / film.fps).frame()
            frame.pts, frame.time_base = number, Fraction(1, film.fps)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())


def write_image(path: Path, title: str, film: Film) -> None:
    """PNG, whatever the name says."""
    still = _Scene(title, film).at(film.seconds / 2)
    with av.open(str(path), "w", format="image2", options={"update": "1"}) as container:
        stream = container.add_stream("png", rate=1)
        stream.width, stream.height, stream.pix_fmt = film.width, film.height, "rgb24"
        container.mux(stream.encode(still.frame().reformat(format="rgb24")))
        container.mux(stream.encode())


def pad(path: Path, size_bytes: int) -> None:
    """Add a `free` box; on most disks its zeros take no room."""
    gap = size_bytes - path.stat().st_size
    if gap == 0:
        return
    if gap < BOX_HEADER:
        raise ValueError(f"the film has {path.stat().st_size} bytes: no room for {size_bytes}")
    with path.open("ab") as file:
        file.write(gap.to_bytes(4, "big") + b"free")
        file.truncate(size_bytes)


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
