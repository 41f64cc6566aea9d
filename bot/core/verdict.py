"""A parcel and its receipt go in, what is then right comes out."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import assert_never

from bot.core.delivery import (
    ANEW,
    LINKED,
    UPLOADED,
    WITH_FILE,
    ChatGone,
    ChatMoved,
    Doubt,
    FloodWait,
    Form,
    MediaRefused,
    MessageGone,
    NotAsked,
    NotSent,
    Parcel,
    Receipt,
    Rejected,
    ReplyGone,
    Sent,
    TokenRefused,
    TopicGone,
    Unfit,
    Unsure,
)
from bot.core.film import Unattached, Why
from bot.core.notice import (
    LINK_LIVES,
    AsFile,
    Attachment,
    Ended,
    FilmNotice,
    GaveUp,
    Milestone,
    Toast,
)
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

DOWN = UPLOADED | {
    Form.EDIT_UPLOAD: Form.EDIT_LINK,
    Form.NEW_UPLOAD: Form.NEW_LINK,
    Form.EDIT_LINK: Form.NEW_LINK,
}
"""Where a film goes when Telegram does not take it."""
AS_LINK = LINKED | {Form.EDIT_LINK: Form.NEW_LINK}
"""Where it goes when nothing else would be taken either."""
PLAINLY = {Form.NEW: Form.PLAIN, Form.NEW_LINK: Form.PLAIN}
LONGEST_BACK_OFF = timedelta(minutes=1)
TOAST_LIFE = 3
"""Attempts after which nobody looks at a pressed button any more."""
ENOUGH = 3
"""Attempts after which an answer that cannot be read is believed, and a slow file is a link."""
HOST_PAUSES = (timedelta(seconds=5), timedelta(seconds=20))
"""After which a host that does not answer is tried again: a film is worth half a minute."""
FRESH_WITHIN = timedelta(seconds=60)
"""A look at the provider, and its answer, which usually takes one second."""


def settle(parcel: Parcel, receipt: Receipt, now: datetime, dice: float) -> Outcome:
    """*dice* is in [0, 1).

    What may be done already is repeated where twice does no harm: an edit says the same again, an
    announcement or an answer is a repeated line, and that is better than none. They are repeated
    until Telegram is understood, at most once a minute: each doubtful attempt of an outage costs
    one line at worst, and the gate that an outage closes lets few of them through.
    """
    match receipt:
        case Sent(message_id, kept):
            return Done(message_id, kept)
        case _ if isinstance(parcel.notice, Toast) and parcel.attempts >= TOAST_LIFE:
            return Never("the button was let go")
        case FloodWait(wait):
            return ChatRests(now + wait + timedelta(seconds=dice))
        case ChatGone(why):
            return Parked(why)
        case ChatMoved(to):
            return Moved(to)
        case TopicGone():
            return _without_topic(parcel)
        case MessageGone():  # a deleted card is a wish for quiet
            return _film_in(parcel, ANEW) or Never("message deleted")
        case ReplyGone():
            return Never("nothing to reply to") if parcel.reply_to is None else WithoutReply()
        case MediaRefused() if parcel.kept is not None and parcel.form in WITH_FILE:
            return WithoutKept()
        case MediaRefused(why) | Rejected(why):
            return _refused(parcel, why, DOWN if isinstance(receipt, MediaRefused) else AS_LINK)
        case Unfit(unattached):
            return _unfit(parcel, unattached, now)
        case TokenRefused() | NotSent() | NotAsked():
            return Again(now + _back_off(parcel, dice))
        case Unsure():
            return _unsure(parcel, receipt, now, dice)
        case _:
            assert_never(receipt)


def _film_in(parcel: Parcel, rungs: Mapping[Form, Form]) -> Instead | None:
    form = rungs.get(parcel.form) if isinstance(parcel.notice, FilmNotice) else None
    return None if form is None else _as(parcel, form, Why.REFUSED)


def _as(parcel: Parcel, form: Form, why: Why) -> Instead:
    """A film that becomes a link says why; one that is a link already has said it."""
    becomes_link = parcel.form in WITH_FILE and form not in WITH_FILE
    return Instead(form, Unattached(why) if becomes_link else None)


def _without_topic(parcel: Parcel) -> Outcome:
    """In the chat itself, and if that is closed as well, an end reaches the one who asked."""
    if parcel.thread_id is not None:
        return WithoutTopic()
    is_end = isinstance(parcel.notice, Ended | GaveUp | FilmNotice)
    otherwise = InPrivate() if is_end and parcel.chat_id < 0 else Never("topic gone")
    return _film_in(parcel, ANEW) or otherwise


def _refused(parcel: Parcel, why: str, rungs: Mapping[Form, Form]) -> Outcome:
    """Whatever the words were refused for, without markup and buttons they are only words."""
    plain = None if isinstance(parcel.notice, Toast) else PLAINLY.get(parcel.form)
    return _film_in(parcel, rungs) or (Never(why) if plain is None else Instead(plain))


def _unfit(parcel: Parcel, found: Unattached, now: datetime) -> Outcome:
    """Once the provider is asked for a fresh link; what may pass is tried a few times."""
    film = parcel.notice
    if not isinstance(film, FilmNotice) or parcel.form not in LINKED:
        return Never(found.why)
    match found.why:
        case Why.GONE if not film.asked_again:
            return FreshLink(now + FRESH_WITHIN)
        case Why.GONE if film.task.ended_at and film.task.ended_at + LINK_LIVES <= now:
            return Instead(LINKED[parcel.form], Unattached(Why.EXPIRED))
        case Why.UNREACHABLE | Why.NO_ROOM if parcel.attempts <= len(HOST_PAUSES):
            return Again(now + HOST_PAUSES[parcel.attempts - 1])
        case _:
            return Instead(LINKED[parcel.form], found)


def _unsure(parcel: Parcel, receipt: Unsure, now: datetime, dice: float) -> Outcome:
    """Never a second film, never a second ring on the way."""
    often = parcel.attempts >= ENOUGH
    slow = often and receipt.doubt is Doubt.PATIENCE
    match parcel.form, parcel.notice:
        case ((Form.NEW | Form.NEW_UPLOAD), (Attachment() | AsFile())):
            return Instead(Form.NEW_LINK, Unattached(Why.UNSURE))
        case ((Form.NEW | Form.PLAIN), Milestone()):
            return Never(f"unsure: {receipt.why}")
        case ((Form.EDIT | Form.EDIT_UPLOAD), Attachment()) if slow:
            return _as(parcel, DOWN[parcel.form], Why.SLOW)
        case _ if often and receipt.doubt is Doubt.ANSWER:
            return Never(f"unsure: {receipt.why}")
        case _:
            return Again(now + _back_off(parcel, dice))


def _back_off(parcel: Parcel, dice: float) -> timedelta:
    """1, 2, 4 s … to a minute, with up to a quarter of jitter on top."""
    step = timedelta(seconds=1 << min(parcel.attempts - 1, 6))
    return min(step, LONGEST_BACK_OFF) * (1 + dice / 4)
