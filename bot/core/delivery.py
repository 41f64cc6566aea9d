"""One attempt to send: a parcel gets a receipt from the chat, and both make an outcome."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import assert_never

from bot.core.notice import Attachment, Milestone, Notice, Toast
from bot.core.watch import ChatId


class Form(StrEnum):
    """How a notice goes out. An attachment climbs down this list, the others stay on one rung."""

    NEW = "new"
    """A message of its own."""
    EDIT = "edit"
    """In place of *message_id*: safe to repeat, it can only say the same again."""
    EDIT_LINK = "edit_link"
    """In place of the announcement, the address of the file."""
    NEW_LINK = "new_link"


@dataclass(frozen=True, slots=True)
class Parcel:
    """A notice on its way, claimed for one attempt."""

    id: int
    fence: int
    revision: int
    notice: Notice
    form: Form
    attempts: int
    """This one included."""
    chat_id: ChatId
    language: str
    thread_id: int | None = None
    reply_to: int | None = None
    message_id: int | None = None
    """The message to edit."""
    file_id: str | None = None
    """Telegram's name of the result, once it has been sent to anybody."""


# What Telegram did, as far as one can know.


@dataclass(frozen=True, slots=True)
class Sent:
    """Done; *message_id* is None for what leaves no message, like the answer to a button."""

    message_id: int | None
    file_id: str | None = None


@dataclass(frozen=True, slots=True)
class FloodWait:
    """Not done: this chat has to rest."""

    wait: timedelta


@dataclass(frozen=True, slots=True)
class ChatGone:
    """Blocked, kicked, deleted: nothing can be sent until the chat comes back."""

    why: str


@dataclass(frozen=True, slots=True)
class ChatMoved:
    """The group became a supergroup and has a new id."""

    to: ChatId


@dataclass(frozen=True, slots=True)
class TopicGone:
    """The topic is closed or deleted; the chat itself is there."""


@dataclass(frozen=True, slots=True)
class MessageGone:
    """The message to edit was deleted, or can no longer be edited."""


@dataclass(frozen=True, slots=True)
class MediaRefused:
    """Telegram could not take the file this way; the chat is fine."""

    why: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """Telegram will never take this request: a bug of ours, or a missing right."""

    why: str


@dataclass(frozen=True, slots=True)
class NotSent:
    """Nothing reached Telegram, or it said so: safe to repeat."""

    why: str


@dataclass(frozen=True, slots=True)
class Unsure:
    """It may be done: the answer got lost."""

    why: str


@dataclass(frozen=True, slots=True)
class TokenRefused:
    """Telegram does not know us any more; nothing can be sent to anybody."""


Receipt = (
    Sent
    | TokenRefused
    | FloodWait
    | ChatGone
    | ChatMoved
    | TopicGone
    | MessageGone
    | MediaRefused
    | Rejected
    | NotSent
    | Unsure
)

# What is then right.


@dataclass(frozen=True, slots=True)
class Done:
    message_id: int | None = None
    file_id: str | None = None


@dataclass(frozen=True, slots=True)
class Again:
    at: datetime


@dataclass(frozen=True, slots=True)
class ChatRests:
    """Again, and nothing else to this chat before *until* either."""

    until: datetime


@dataclass(frozen=True, slots=True)
class Instead:
    """At once, in another form."""

    form: Form


@dataclass(frozen=True, slots=True)
class WithoutTopic:
    """At once, to the chat itself: the same people read it."""


@dataclass(frozen=True, slots=True)
class WithoutFileId:
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


Outcome = Done | Again | ChatRests | Instead | WithoutTopic | WithoutFileId | Parked | Moved | Never

ANEW = {Form.EDIT: Form.NEW, Form.EDIT_LINK: Form.NEW_LINK}
"""Where a film goes when its announcement is out of reach …"""
AS_LINK = {Form.EDIT: Form.EDIT_LINK, Form.NEW: Form.NEW_LINK, Form.EDIT_LINK: Form.NEW_LINK}
"""… and when Telegram refuses it."""
LONGEST_BACK_OFF = timedelta(minutes=1)
TOAST_LIFE = 3
"""Attempts after which nobody looks at a pressed button any more."""


def settle(parcel: Parcel, receipt: Receipt, now: datetime, dice: float) -> Outcome:
    """*dice* is in [0, 1)."""
    match receipt:
        case Sent(message_id, file_id):
            return Done(message_id, file_id)
        case _ if isinstance(parcel.notice, Toast) and parcel.attempts >= TOAST_LIFE:
            return Never("the button was let go")
        case FloodWait(wait):
            return ChatRests(now + wait + timedelta(seconds=dice))
        case ChatGone(why):
            return Parked(why)
        case ChatMoved(to):
            return Moved(to)
        case TopicGone() if parcel.thread_id is not None:
            return WithoutTopic()
        case TopicGone():
            return _down(parcel, ANEW, "topic gone")
        case MessageGone():  # a deleted card is a wish for quiet
            return _down(parcel, ANEW, "message deleted")
        case MediaRefused() if parcel.file_id is not None and parcel.form in (Form.EDIT, Form.NEW):
            return WithoutFileId()
        case MediaRefused(why) | Rejected(why):
            return _down(parcel, AS_LINK, why)
        case NotSent() | TokenRefused():
            return Again(now + _back_off(parcel, dice))
        case Unsure(why):
            return _unsure(parcel, why, now, dice)
        case _:
            assert_never(receipt)


def is_outage(receipt: Receipt) -> bool:
    """Says nothing about the chat, and that Telegram or the way to it is not well."""
    return isinstance(receipt, NotSent | Unsure)


def _down(parcel: Parcel, rungs: Mapping[Form, Form], why: str) -> Outcome:
    form = rungs.get(parcel.form) if isinstance(parcel.notice, Attachment) else None
    return Never(why) if form is None else Instead(form)


def _unsure(parcel: Parcel, why: str, now: datetime, dice: float) -> Outcome:
    """Repeat what is harmless twice; never a second film, never a second ring on the way."""
    match parcel.form, parcel.notice:
        case Form.NEW, Attachment():
            return Instead(Form.NEW_LINK)
        case Form.NEW, Milestone():
            return Never(f"unsure: {why}")
        case _:
            return Again(now + _back_off(parcel, dice))


def _back_off(parcel: Parcel, dice: float) -> timedelta:
    """1, 2, 4 s … to a minute, with up to a quarter of jitter on top."""
    step = timedelta(seconds=1 << min(parcel.attempts - 1, 6))
    return min(step, LONGEST_BACK_OFF) * (1 + dice / 4)
