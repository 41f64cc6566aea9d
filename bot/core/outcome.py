"""What is right after an attempt to send."""

from dataclasses import dataclass
from datetime import datetime

from bot.core.delivery import Form
from bot.core.film import Kept, Unattached
from bot.core.watch import ChatId


@dataclass(frozen=True, slots=True)
class Done:
    message_id: int | None = None
    kept: Kept | None = None


@dataclass(frozen=True, slots=True)
class Again:
    at: datetime


@dataclass(frozen=True, slots=True)
class ChatRests:
    """Again, and nothing else to this chat before *until* either."""

    until: datetime


@dataclass(frozen=True, slots=True)
class Instead:
    """At once, in another form; a link says why it is one."""

    form: Form
    unattached: Unattached | None = None


@dataclass(frozen=True, slots=True)
class FreshLink:
    """Again at *at*; until then the provider is asked, once, for a link that lives."""

    at: datetime


@dataclass(frozen=True, slots=True)
class WithoutTopic:
    """At once, to the chat itself: the same people read it."""


@dataclass(frozen=True, slots=True)
class InPrivate:
    """At once, to the person who asked: nobody else gets to read it."""


@dataclass(frozen=True, slots=True)
class WithoutReply:
    """At once, as a message that answers none."""


@dataclass(frozen=True, slots=True)
class WithoutKept:
    """At once, from the URL: Telegram has forgotten the file."""


@dataclass(frozen=True, slots=True)
class Parked:
    """Waits until the chat comes back."""

    why: str


@dataclass(frozen=True, slots=True)
class Moved:
    """At once, to the chat's new id."""

    to: ChatId


@dataclass(frozen=True, slots=True)
class Never:
    why: str


Outcome = (
    Done
    | Again
    | ChatRests
    | Instead
    | FreshLink
    | WithoutTopic
    | InPrivate
    | WithoutReply
    | WithoutKept
    | Parked
    | Moved
    | Never
)
