"""Films in the outbox: a task's bytes travel once, and whoever else waits for it gets the id."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Integer,
    Row,
    and_,
    bindparam,
    case,
    or_,
    select,
)

from bot.core.delivery import WITH_FILE
from storage.tables import outbox, tasks

FILMS = ("attach", "file")
"""Kinds: as it is shown, and as a file to save."""
KEPT = case((outbox.c.kind == "file", tasks.c.kept_as_file), else_=tasks.c.kept)
"""What Telegram has of it, in the kind that is asked for."""
IS_FILM = outbox.c.kind.in_(FILMS)
TRAVELS = and_(IS_FILM, outbox.c.form.in_(list(WITH_FILE)), KEPT.is_(None))
"""Its bytes have to be fetched, by Telegram or by us."""


def has_room_for_film() -> ColumnElement[bool]:
    """It takes none, or the bound "films" leaves some for one that is not kept yet."""
    return or_(~TRAVELS, bindparam("films", type_=Integer) > 0)


def is_being_uploaded(now: BindParameter[datetime]) -> ColumnElement[bool]:
    """The first chat's copy will serve this one too: wait for it."""
    other = outbox.alias("upload")
    return and_(
        TRAVELS,
        select(other.c.id)
        .where(
            other.c.state == "pending",
            other.c.task == outbox.c.task,
            other.c.kind == outbox.c.kind,
            other.c.form.in_(list(WITH_FILE)),
            other.c.leased_until > now,
        )
        .exists(),
    )


def one_upload_per_task(rows: Sequence[Row[Any]], films: int) -> list[Row[Any]]:
    """At most so many *films* whose bytes travel."""
    travelling: set[tuple[int, str]] = set()
    chosen = []
    for row in rows:
        if row.kind in FILMS and row.form in WITH_FILE and row.kept is None:
            if (row.task, row.kind) in travelling or len(travelling) >= films:
                continue
            travelling.add((row.task, row.kind))
        chosen.append(row)
    return chosen
