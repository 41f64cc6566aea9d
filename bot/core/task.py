"""A provider's task, and what one look at it may have read."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

TaskId = NewType("TaskId", str)


class Status(StrEnum):
    NEW = "new"
    """Nobody has told us anything about it yet."""
    QUEUED = "queued"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    UNKNOWN = "unknown"
    """The provider does not know it, and the grace is over."""
    REFUSED = "refused"
    """The provider will not speak of it: not an ID it accepts, or another account's task."""

    @property
    def is_end(self) -> bool:
        return self not in (Status.NEW, Status.QUEUED, Status.RUNNING)


class Endpoint(StrEnum):
    """Where the provider keeps a task; the answers look alike."""

    VIDEOS = "videos"
    IMAGES = "images"


class MediaKind(StrEnum):
    VIDEO = "video"
    IMAGE = "image"


class Refusal(StrEnum):
    BAD_ID = "bad_id"
    NOT_YOURS = "not_yours"


@dataclass(frozen=True, slots=True)
class Media:
    """Where the result can be fetched for 3 days: an absolute http(s) URL, a bearer secret."""

    kind: MediaKind
    url: str
    more: tuple[str, ...] = ()
    """The others, when there are several images."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What the provider said of a task that it knows. Texts are untrusted and may be empty."""

    status: Status
    percent: int | None = None
    """0 to 100, clamped; None when nothing usable was said."""
    model: str = ""
    media: Media | None = None
    error: str = ""
    cost: str = ""
    created_at: datetime | None = None
    completed_at: datetime | None = None
    strange_word: str = ""
    """The status word, when it is one that we have never heard of."""


@dataclass(frozen=True, slots=True)
class NotFound:
    """No such task, as far as the provider knows now."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The provider understood and will not answer for this ID, ever."""

    why: Refusal


@dataclass(frozen=True, slots=True)
class KeyRefused:
    """The key is wrong; says nothing about the task."""


@dataclass(frozen=True, slots=True)
class Throttled:
    """Asked too often. *until* is None when the provider did not say how long."""

    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Unavailable:
    """No answer, or an answer that only says 'not now'."""

    why: str


@dataclass(frozen=True, slots=True)
class Nonsense:
    """An answer that cannot be understood; never a statement about the task."""

    why: str


Reading = Snapshot | NotFound | Refused | KeyRefused | Throttled | Unavailable | Nonsense


class Trouble(StrEnum):
    """Why the last look told nothing about the task."""

    KEY = "key"
    THROTTLED = "throttled"
    UNAVAILABLE = "unavailable"
    NONSENSE = "nonsense"


@dataclass(frozen=True, slots=True)
class Task:
    """All that is known of one task under one key."""

    id: TaskId
    status: Status = Status.NEW
    percent: int | None = None
    model: str = ""
    media: Media | None = None
    error: str = ""
    cost: str = ""
    refusal: Refusal | None = None
    started_at: datetime | None = None
    """When it was created at the provider, else when it was first seen."""
    changed_at: datetime | None = None
    """When status or percent last moved."""
    ended_at: datetime | None = None
    missing_since: datetime | None = None
    misses: int = 0
    fileless_since: datetime | None = None
    trouble: Trouble | None = None
    troubles: int = 0
    """Looks in a row that told nothing about the task."""
    trouble_since: datetime | None = None
    endpoint: Endpoint = Endpoint.VIDEOS
    """Where to ask next: until it is found anywhere, in turns."""
