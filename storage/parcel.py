"""A claimed row of the outbox goes in, the parcel for one attempt comes out."""

from dataclasses import replace
from typing import Any

from sqlalchemy import Row

from bot.core.delivery import ANEW, LINKED, WITH_FILE, Form, Parcel
from bot.core.film import Unattached, Why
from bot.core.notice import FilmNotice, Notice, Reminder
from bot.core.watch import ChatId
from storage.codec import load_kept, load_names, load_notice, load_task
from storage.uploads import FILMS


def parcel_of(row: Row[Any]) -> Parcel:
    """*row* is as it was before the claim. Raises UnreadableError."""
    edits = row.announced_in if row.kind == "attach" else row.message_id
    form = _form(row, edits)
    return Parcel(
        id=row.id,
        fence=row.fence + 1,
        revision=row.revision,
        notice=_notice(row, form),
        form=form,
        attempts=row.attempts + 1,
        chat_id=ChatId(row.chat_id),
        language=row.language,
        thread_id=row.thread_id,
        reply_to=row.reply_to,
        message_id=edits,
        kept=None if row.kind not in FILMS or row.kept is None else load_kept(row.kept),
        archived=() if row.archived is None else load_names(row.archived),
    )


def _notice(row: Row[Any], form: Form) -> Notice:
    """About a film, with the address that is known now: there may be a fresh one.

    Asked about anew by somebody else, the task may have none at the moment.
    """
    notice = load_notice(row.payload)
    if not isinstance(notice, FilmNotice | Reminder):
        return notice
    known = notice.task if row.task_state is None else load_task(row.task_state)
    if known.media is not None:
        notice = replace(notice, task=replace(notice.task, media=known.media))
    if isinstance(notice, Reminder) or form in WITH_FILE or notice.unattached is not None:
        return notice
    return replace(notice, unattached=Unattached(Why.UNSURE))  # its process ended meanwhile


def _form(row: Row[Any], edits: int | None) -> Form:
    form = Form(row.form)
    if row.kind == "card" and edits is not None:
        return Form.EDIT
    if row.kind not in FILMS or (edits is not None and form in ANEW):
        return form
    form = ANEW.get(form, form)
    # Claimed before and never settled: as a message of its own it may be there already.
    return LINKED[form] if form in WITH_FILE and row.unsettled else form
