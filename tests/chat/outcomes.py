"""A receipt goes in; what then becomes of each kind of message comes out, in a word."""

from typing import assert_never

from bot.core.delivery import Form, Parcel, Receipt
from bot.core.notice import Attachment, Card, Ended, Help, Milestone, Toast
from bot.core.outcome import (
    Again,
    ChatRests,
    Done,
    FreshLink,
    InPrivate,
    Instead,
    Moved,
    Never,
    Outcome,
    Parked,
    WithoutKept,
    WithoutReply,
    WithoutTopic,
)
from bot.core.verdict import settle
from tests.builders import NOON, a_parcel
from tests.chat.samples import first


def parcels() -> dict[str, Parcel]:
    """Each on its first attempt, none in a topic, none a reply."""
    return {
        "answer": a_parcel(Help(50)),
        "ring": a_parcel(first(Milestone)),
        "card": a_parcel(first(Card), Form.EDIT, message_id=7),
        "end": a_parcel(first(Ended)),
        "film": a_parcel(first(Attachment), Form.EDIT, message_id=7),
        "new film": a_parcel(first(Attachment)),
        "toast": a_parcel(first(Toast)),
    }


def outcomes(receipt: Receipt) -> str:
    """In the order of parcels()."""
    return " ".join(_word(settle(one, receipt, NOON, 0)) for one in parcels().values())


def _word(outcome: Outcome) -> str:
    match outcome:
        case Done():
            return "done"
        case Again():
            return "again"
        case ChatRests():
            return "rest"
        case Instead(form):
            return form.value
        case WithoutTopic() | WithoutReply() | WithoutKept():
            return "without"
        case FreshLink():
            return "fresh"
        case InPrivate():
            return "private"
        case Parked():
            return "park"
        case Moved():
            return "move"
        case Never():
            return "never"
        case _:
            assert_never(outcome)
