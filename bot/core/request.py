"""What a person asked of the bot, whatever Telegram wrapped it in."""

from dataclasses import dataclass
from enum import StrEnum

from bot.core.task import TaskId
from bot.core.watch import ChatId, UserId, WatchRef


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asked, and where the answer belongs."""

    chat_id: ChatId
    user_id: UserId
    language: str
    """A locale that we have, by the person's Telegram language."""
    private: bool
    message_id: int | None = None
    thread_id: int | None = None


@dataclass(frozen=True, slots=True)
class Start:
    """Without a task ID; a deep link that has one is an AskWatch."""


@dataclass(frozen=True, slots=True)
class AskHelp:
    pass


@dataclass(frozen=True, slots=True)
class AskWatch:
    task_ids: tuple[TaskId, ...]
    rejected: tuple[str, ...] = ()
    command: bool = False
    """Asked by /watch: then even nothing deserves an answer of its own."""


@dataclass(frozen=True, slots=True)
class AskList:
    pass


@dataclass(frozen=True, slots=True)
class AskStop:
    """Without IDs: the only watch there is, or a choice."""

    task_ids: tuple[TaskId, ...] = ()
    rejected: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AskStopAll:
    pass


@dataclass(frozen=True, slots=True)
class AskUnknown:
    """A command that we do not have."""


class Button(StrEnum):
    STOP = "stop"
    LADDER = "bell"
    AGAIN = "again"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class Press:
    query_id: str
    button: Button | None
    """None: not one of ours."""
    ref: WatchRef


@dataclass(frozen=True, slots=True)
class ChatLost:
    """The bot was blocked, removed or muted."""


@dataclass(frozen=True, slots=True)
class ChatBack:
    """The bot was unblocked, added or allowed to write."""


@dataclass(frozen=True, slots=True)
class ChatRenamed:
    """The group's id changed."""

    to: ChatId


Wish = (
    Start
    | AskHelp
    | AskWatch
    | AskList
    | AskStop
    | AskStopAll
    | AskUnknown
    | Press
    | ChatLost
    | ChatBack
    | ChatRenamed
)


@dataclass(frozen=True, slots=True)
class Request:
    asker: Asker
    wish: Wish
