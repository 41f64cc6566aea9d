"""A file goes in; what it is and how large its picture is comes out."""

from dataclasses import dataclass
from pathlib import Path

try:
    import av
except ImportError:  # pragma: no cover — PyAV is optional: without it nothing is measured
    PROBING = False
else:
    PROBING = True

IMAGE_STARTS = (b"\xff\xd8\xff", b"\x89PNG\r\n", b"GIF8", b"RIFF", b"BM")


@dataclass(frozen=True, slots=True)
class Facts:
    """Zeros mean "not known"."""

    width: int = 0
    height: int = 0
    duration: int = 0
    """Whole seconds, as Telegram counts them."""
    silent: bool = False
    """A film that is known to have no sound."""


def measure(path: Path) -> Facts:
    """Blocks for some milliseconds."""
    if not PROBING:
        return Facts()
    try:
        with av.open(str(path)) as container:
            if not container.streams.video:
                return Facts()
            picture = container.streams.video[0]
            seconds = (container.duration or 0) / av.time_base
            silent = not container.streams.audio
            return Facts(picture.width, picture.height, round(seconds), silent)
    except (OSError, ValueError):
        return Facts()


def starts_like_an_image(path: Path) -> bool:
    return _start(path).startswith(IMAGE_STARTS)


def starts_like_a_jpeg(path: Path) -> bool:
    return _start(path).startswith(IMAGE_STARTS[0])


def plays_as_video(path: Path, name: str) -> bool:
    """Matroska and QuickTime arrive as plain files."""
    odd = name.lower().endswith((".webm", ".mkv", ".mov", ".avi"))
    return not odd and not _start(path).startswith(b"\x1a\x45\xdf\xa3")


def _start(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(12)
