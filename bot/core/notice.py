"""What a chat is to be told, as values; the sentences are in the locale files."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.core.film import Unattached
from bot.core.milestones import Ladder
from bot.core.task import Task, TaskId
from bot.core.watch import WatchRef

LINK_LIVES = timedelta(days=3)
"""From the end of the task: the provider's promise for its URLs."""


@dataclass(frozen=True, slots=True)
class Card:
    """The status message of a watch: sent once, then edited in place."""

    ref: WatchRef
    task: Task
    ladder: Ladder
    at: datetime
    stopped: bool = False


@dataclass(frozen=True, slots=True)
class Milestone:
    ref: WatchRef
    task: Task
    mark: int
    elapsed: timedelta | None


@dataclass(frozen=True, slots=True)
class Ended:
    """The end of a task. With media it announces what is attached next; else it is all."""

    ref: WatchRef
    task: Task


@dataclass(frozen=True, slots=True)
class Attachment:
    """The result itself, put in the place of the announcement."""

    ref: WatchRef
    task: Task
    unattached: Unattached | None = None
    """There is a link in its place, or only words."""
    asked_again: bool = False
    """The link was dead, and the provider was asked for a fresh one."""


@dataclass(frozen=True, slots=True)
class AsFile:
    """The result once more, as the very bytes that the provider made."""

    ref: WatchRef
    task: Task
    unattached: Unattached | None = None
    asked_again: bool = False


FilmNotice = Attachment | AsFile


@dataclass(frozen=True, slots=True)
class Reminder:
    """The link that stands in the place of a film dies soon."""

    ref: WatchRef
    task: Task


@dataclass(frozen=True, slots=True)
class Attaching:
    """The announcement, while its film is on the way: how much of it is."""

    ref: WatchRef
    task: Task
    percent: int


@dataclass(frozen=True, slots=True)
class GaveUp:
    ref: WatchRef
    task: Task
    after: timedelta


@dataclass(frozen=True, slots=True)
class Welcome:
    pass


@dataclass(frozen=True, slots=True)
class Help:
    limit: int
    """Tasks that one person may watch at the same time."""


@dataclass(frozen=True, slots=True)
class Hint:
    """Nothing in the message looked like a task ID."""


@dataclass(frozen=True, slots=True)
class WatchWhat:
    """/watch without an ID."""


@dataclass(frozen=True, slots=True)
class BadIds:
    """Meant as IDs, but no provider could have made them. Clipped for display."""

    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TooMany:
    asked: int
    active: int
    limit: int


@dataclass(frozen=True, slots=True)
class NoRoom:
    """The disk is almost full: what is watched goes on, and nothing is added."""


@dataclass(frozen=True, slots=True)
class AlreadyWatched:
    task_ids: tuple[TaskId, ...]


@dataclass(frozen=True, slots=True)
class WatchList:
    """Active watches of a chat, oldest first; *more* were left out."""

    rows: tuple[tuple[WatchRef, Task], ...]
    more: int = 0


@dataclass(frozen=True, slots=True)
class Stopped:
    task_ids: tuple[TaskId, ...]


@dataclass(frozen=True, slots=True)
class StopWhich:
    """/stop without an ID, and more than one to choose from."""

    among: WatchList


@dataclass(frozen=True, slots=True)
class NotWatched:
    """/stop with IDs that this chat does not watch."""

    task_ids: tuple[TaskId, ...]


@dataclass(frozen=True, slots=True)
class NotAllowed:
    """The operator has not listed this person."""


@dataclass(frozen=True, slots=True)
class UnknownCommand:
    pass


@dataclass(frozen=True, slots=True)
class KeyTrouble:
    """For those who can mend it: the provider refuses the operator's key."""

    since: datetime


class ToastText(StrEnum):
    STOPPED = "stopped"
    LADDER = "ladder"
    AGAIN = "again"
    GONE = "gone"
    """The same words for a stale button, a foreign one and an invented one."""
    NOT_ALLOWED = "not_allowed"
    TOO_MANY = "too_many"
    NO_ROOM = "no_room"
    FILE = "file"
    FILE_ALREADY = "file_already"


@dataclass(frozen=True, slots=True)
class Toast:
    """The short answer to a pressed button."""

    query_id: str
    text: ToastText
    ladder: Ladder = ()


Answer = (
    Welcome
    | Help
    | Hint
    | WatchWhat
    | BadIds
    | TooMany
    | NoRoom
    | AlreadyWatched
    | WatchList
    | Stopped
    | StopWhich
    | NotWatched
    | NotAllowed
    | UnknownCommand
    | KeyTrouble
)
News = Card | Milestone | Ended | Attachment | AsFile | Reminder | Attaching | GaveUp
Notice = News | Answer | Toast
