"""A result of a task goes in, the name of its copy in the archive comes out."""

import re
from dataclasses import dataclass
from hashlib import sha256

from bot.core.task import Media, TaskId

SCHEME = "archive:"
LONGEST = 200
"""Bytes of a folder's name; file systems take 255."""
_SUFFIX = re.compile(r"\.[a-z0-9]{1,8}")
_NOT_PLAIN = re.compile(r"[^a-z0-9_-]")


@dataclass(frozen=True, slots=True)
class Unkept:
    """The archive did not take it; it may later."""

    why: str
    """For the operator; holds no secret."""


def name_in_archive(task_id: TaskId, number: int, suffix: str) -> str:
    """*number* from 1 on, *suffix* with its dot. 'task_a1/1.mp4'.

    Capitals are encoded as well: there are file systems that do not tell them from small letters.
    """
    folder = _NOT_PLAIN.sub(_encoded, task_id)
    if len(folder) > LONGEST:  # what starts with a bare %% nothing else is encoded to
        folder = f"%%{sha256(task_id.encode()).hexdigest()}"
    suffix = suffix.lower()
    return f"{folder}/{number}{suffix if _SUFFIX.fullmatch(suffix) else ''}"


def in_archive(media: Media, names: tuple[str, ...]) -> Media:
    """The copies of *media*, in the same order; *names* are not empty."""
    first, *more = (SCHEME + name for name in names)
    return Media(media.kind, first, tuple(more))


def _encoded(found: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in found[0].encode())
