"""Nouns of the core go in, JSON text for a column comes out, and back."""

from typing import Any, get_args

from pydantic import TypeAdapter

from bot.core.film import Kept
from bot.core.notice import Notice
from bot.core.task import Task

_TASK = TypeAdapter(Task)
_KEPT = TypeAdapter(Kept)
_NAMES = TypeAdapter(tuple[str, ...])
_NOTICES: dict[str, TypeAdapter[Any]] = {
    kind.__name__: TypeAdapter(kind) for kind in get_args(Notice)
}


class UnreadableError(ValueError):
    """A stored text that this version of the program cannot understand."""


def dump_task(task: Task) -> str:
    return _TASK.dump_json(task, exclude_defaults=True).decode()


def load_task(text: str) -> Task:
    """Raises UnreadableError."""
    try:
        return _TASK.validate_json(text)
    except ValueError as error:
        raise UnreadableError("not a task") from error


def dump_kept(kept: Kept) -> str:
    return _KEPT.dump_json(kept, exclude_defaults=True).decode()


def load_kept(text: str) -> Kept:
    """Raises UnreadableError."""
    try:
        return _KEPT.validate_json(text)
    except ValueError as error:
        raise UnreadableError("not what Telegram keeps") from error


def dump_names(names: tuple[str, ...]) -> str:
    return _NAMES.dump_json(names).decode()


def load_names(text: str) -> tuple[str, ...]:
    """Raises UnreadableError."""
    try:
        return _NAMES.validate_json(text)
    except ValueError as error:
        raise UnreadableError("not names") from error


def dump_notice(notice: Notice) -> str:
    """The name of the class, then its value: 'Card {…}'."""
    name = type(notice).__name__
    return f"{name} {_NOTICES[name].dump_json(notice, exclude_defaults=True).decode()}"


def load_notice(text: str) -> Notice:
    """Raises UnreadableError."""
    name, _, body = text.partition(" ")
    adapter = _NOTICES.get(name)
    if adapter is None:
        raise UnreadableError(f"no notice is called {name[:40]!r}")
    try:
        notice: Notice = adapter.validate_json(body)
    except ValueError as error:
        raise UnreadableError(f"not a {name}") from error
    return notice
