"""The file of a result: what is known of it, how it goes into a chat, and why it may not."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Shape(StrEnum):
    """As what a chat shows it."""

    VIDEO = "video"
    """Plays in place: MP4 with H.264, and AAC or silence."""
    PHOTO = "photo"
    FILE = "file"
    """Has to be opened, by a program that understands it."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the bytes told, as far as they did. None and empty: unknown."""

    size: int | None = None
    """Bytes."""
    width: int | None = None
    height: int | None = None
    """Pixels, as it is shown: a film that is turned by its metadata has them turned."""
    seconds: float | None = None
    odd: str = ""
    """What Telegram cannot play, as people call it: 'HEVC', 'AV1', 'VP9', 'WebM', 'MOV' …"""


@dataclass(frozen=True, slots=True)
class Film:
    """Ready to go: *path* is uploaded; without one Telegram fetches *url*."""

    shape: Shape
    name: str
    """Of the file, as whoever saves it sees it: 'task_a1.mp4'."""
    url: str
    """Http(s), the provider's own: a bearer secret."""
    path: Path | None = None
    facts: Facts = Facts()
    thumbnail: Path | None = None
    """JPEG, at most 320 × 320 and 200,000 bytes."""
    streams: bool = False
    """Its index comes before its frames: it plays while it loads."""


class Why(StrEnum):
    """Why a result is not in the chat itself."""

    TOO_BIG = "too_big"
    EXPIRED = "expired"
    """The provider's link is older than it lives, and was dead when the file was asked for."""
    GONE = "gone"
    """The link is dead before its time."""
    NOT_MEDIA = "not_media"
    """A web page, an error, nothing at all: neither a film nor a picture."""
    BROKEN = "broken"
    """Begins like a film or a picture, and is none that can be read."""
    SLOW = "slow"
    UNREACHABLE = "unreachable"
    """No answer, an error of the server's, or one cut short: it may pass."""
    NO_ROOM = "no_room"
    """Our own disk is full, or out of order: it may pass."""
    FORBIDDEN = "forbidden"
    """Its host is none that we may ask."""
    REFUSED = "refused"
    """Telegram did not take it."""
    UNSURE = "unsure"
    """It may be in the chat already; a second one would be worse than a link."""
    TOO_LATE = "too_late"
    """The chat was out of reach until the link had died."""


@dataclass(frozen=True, slots=True)
class Unattached:
    """There is a link in its place, if anything."""

    why: Why
    size: int | None = None
    """Bytes, where that is known."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What Telegram keeps of a result that was sent, to be sent again without its bytes."""

    shape: Shape
    """As Telegram took it, whatever it was offered as: its id is good for nothing else."""
    file_ids: tuple[str, ...]
    """More than one: an album."""
    facts: Facts = Facts()


@dataclass(slots=True)
class Progress:
    """How far a film is on its way through us; whoever moves its bytes counts them here."""

    size: int = 0
    """Bytes to move, as far as known."""
    came: int = 0
    went: int = 0

    @property
    def percent(self) -> int | None:
        """Of both ways together, 0 to 99; None as long as nobody knows."""
        if self.size <= 0:
            return None
        return min(99, (self.came + self.went) * 100 // (2 * self.size))
