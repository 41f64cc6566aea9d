"""One attempt to send, as values: a parcel goes to the chat and gets a receipt."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from bot.core.film import Kept, Unattached
from bot.core.notice import FilmNotice, Notice
from bot.core.watch import ChatId


class Form(StrEnum):
    """How a notice goes out. A film climbs down this list, a text from NEW to PLAIN."""

    NEW = "new"
    """A message of its own. A film: by its id, by its URL, or uploaded where neither can be."""
    EDIT = "edit"
    """In place of *message_id*: safe to repeat, it can only say the same again."""
    NEW_UPLOAD = "new_upload"
    EDIT_UPLOAD = "edit_upload"
    """Uploaded by us, as Telegram did not take the URL."""
    EDIT_LINK = "edit_link"
    """In place of the announcement, the address of the file."""
    NEW_LINK = "new_link"
    PLAIN = "plain"
    """A message of its own without markup or buttons, for what was refused for them."""


WITH_FILE = frozenset({Form.NEW, Form.EDIT, Form.NEW_UPLOAD, Form.EDIT_UPLOAD})
"""A film in one of these forms is the film itself."""
IN_PLACE = (Form.EDIT, Form.EDIT_UPLOAD)
"""A film in one of these takes the place of its announcement."""
ANEW = {
    Form.EDIT: Form.NEW,
    Form.EDIT_UPLOAD: Form.NEW_UPLOAD,
    Form.EDIT_LINK: Form.NEW_LINK,
}
"""As a message of its own, when the one to edit is out of reach."""
UPLOADED = {Form.EDIT: Form.EDIT_UPLOAD, Form.NEW: Form.NEW_UPLOAD}
LINKED = {
    Form.EDIT: Form.EDIT_LINK,
    Form.EDIT_UPLOAD: Form.EDIT_LINK,
    Form.NEW: Form.NEW_LINK,
    Form.NEW_UPLOAD: Form.NEW_LINK,
}
"""In words, in the same place."""


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
    kept: Kept | None = None
    """The result, once it has been sent to anybody: by Telegram's own name for it."""
    archived: tuple[str, ...] = ()
    """Its copies, by their names in the archive."""


def needs_bytes(parcel: Parcel) -> bool:
    """It goes out as a film that Telegram does not have yet."""
    is_film = isinstance(parcel.notice, FilmNotice) and parcel.form in WITH_FILE
    return is_film and parcel.kept is None


def messages(parcel: Parcel) -> int:
    """As how many it counts, so far as one knows: an album that Telegram has is several."""
    return 1 if parcel.kept is None else max(1, len(parcel.kept.file_ids))


# What Telegram did, as far as one can know.


@dataclass(frozen=True, slots=True)
class Sent:
    """Done; *message_id* is None for what leaves no message, like the answer to a button."""

    message_id: int | None
    kept: Kept | None = None


@dataclass(frozen=True, slots=True)
class FloodWait:
    """Not done: this chat has to rest."""

    wait: timedelta


@dataclass(frozen=True, slots=True)
class ChatGone:
    """Blocked, kicked, muted, deleted: nothing can be sent until the chat comes back."""

    why: str


@dataclass(frozen=True, slots=True)
class ChatMoved:
    """The group became a supergroup and has a new id."""

    to: ChatId


@dataclass(frozen=True, slots=True)
class TopicGone:
    """The topic is closed or deleted (the General one, too, can be); the chat itself is there."""


@dataclass(frozen=True, slots=True)
class MessageGone:
    """The message to edit was deleted, or can no longer be edited."""


@dataclass(frozen=True, slots=True)
class ReplyGone:
    """The message to reply to was deleted."""


@dataclass(frozen=True, slots=True)
class MediaRefused:
    """Telegram could not take the file this way; the chat is fine."""

    why: str


@dataclass(frozen=True, slots=True)
class Unfit:
    """Telegram was not asked: the file cannot be had, or not be sent."""

    unattached: Unattached


@dataclass(frozen=True, slots=True)
class Rejected:
    """Telegram will never take this request as it is: a bug of ours, or a missing right."""

    why: str


@dataclass(frozen=True, slots=True)
class TokenRefused:
    """Not done, and nothing will be, to any chat, until the operator mends the token."""


@dataclass(frozen=True, slots=True)
class NotSent:
    """Nothing reached Telegram: safe to repeat."""

    why: str


@dataclass(frozen=True, slots=True)
class NotAsked:
    """Nor tried: the process ends, or another has taken over. It says nothing about Telegram."""


class Doubt(StrEnum):
    """Why nobody knows whether it was done."""

    OUTAGE = "outage"
    """Telegram, or the way to it, is not well."""
    ANSWER = "answer"
    """It said yes, in words that we cannot read: most likely done."""
    PATIENCE = "patience"
    """We hung up, because a file took too long."""
    SHUTDOWN = "shutdown"


@dataclass(frozen=True, slots=True)
class Unsure:
    """It may be done: the answer got lost."""

    why: str
    doubt: Doubt = Doubt.PATIENCE


Receipt = (
    Sent
    | FloodWait
    | ChatGone
    | ChatMoved
    | TopicGone
    | MessageGone
    | ReplyGone
    | MediaRefused
    | Unfit
    | Rejected
    | TokenRefused
    | NotSent
    | NotAsked
    | Unsure
)


def is_outage(receipt: Receipt) -> bool:
    """It speaks of Telegram's health, or of the way to it, and not of this message or chat."""
    match receipt:
        case NotSent() | Unsure(doubt=Doubt.OUTAGE):
            return True
        case _:
            return False
