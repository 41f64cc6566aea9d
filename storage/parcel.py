"""A claimed row of the outbox goes in, the parcel for one attempt comes out."""

from typing import Any

from sqlalchemy import Row

from bot.core.delivery import ANEW, Form, Parcel
from bot.core.watch import ChatId
from storage.codec import load_notice


def parcel_of(row: Row[Any]) -> Parcel:
    """*row* is as it was before the claim. Raises UnreadableError."""
    is_film = row.kind == "attach"
    edits = row.announced_in if is_film else row.message_id
    return Parcel(
        id=row.id,
        fence=row.fence + 1,
        revision=row.revision,
        notice=load_notice(row.payload),
        form=_form(row, edits),
        attempts=row.attempts + 1,
        chat_id=ChatId(row.chat_id),
        language=row.language,
        thread_id=row.thread_id,
        reply_to=row.reply_to,
        message_id=edits,
        file_id=row.file_id if is_film else None,
    )


def _form(row: Row[Any], edits: int | None) -> Form:
    form = Form(row.form)
    if row.kind == "card" and edits is not None:
        return Form.EDIT
    if row.kind != "attach" or edits is not None:
        return form
    form = ANEW.get(form, form)
    # Claimed before and never settled: as a message of its own it may be there already.
    return Form.NEW_LINK if form is Form.NEW and row.unsettled else form
