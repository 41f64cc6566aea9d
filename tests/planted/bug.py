"""A bug as a value: what to change where, and who has to notice."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Change:
    file: str
    old: str
    """Exactly once in the file."""
    new: str


@dataclass(frozen=True, slots=True)
class Bug:
    name: str
    changes: tuple[Change, ...]
    catchers: tuple[str, ...]
    """As pytest names them."""


def planted(name: str, file: str, old: str, new: str, *catchers: str) -> Bug:
    return Bug(name, (Change(file, old, new),), catchers)
