"""What was asked and what was seen, as small values: all that the oracle knows of a run."""

import re
from dataclasses import dataclass
from typing import Any, Literal

from sandbox.bot_api import Version

End = Literal["film", "failed"]
Kind = Literal[
    "card",
    "milestone",
    "announce",
    "film",
    "link",
    "failed",
    "verdict",  # any other end: gave up, no such task, refused, finished without a file
    "answer",
]
ENDS: frozenset[Kind] = frozenset({"film", "link", "failed", "verdict"})
TASK = re.compile(r"task_[0-9a-z]+")
MILESTONE = re.compile(r"🎬 (\d+)% · (task_[0-9a-z]+)")
OF_A_CARD = ("🔎", "🤔", "⏳", "🎬", "✅", "❌", "🤷", "🚫", "✖ Stopped")


@dataclass(frozen=True, slots=True)
class Promise:
    """A chat waits for a task, and the provider has this end for it."""

    chat: int
    task: str
    end: End
    asked_in: int = 0
    """The message that asked."""


@dataclass(frozen=True, slots=True)
class Errand:
    """A command or a pressed button."""

    chat: int
    what: str
    ref: str
    """The message's id, or the query's."""
    expects: str
    """Words of the right answer."""


@dataclass(frozen=True, slots=True)
class Line:
    """One change of one message of the bot's."""

    chat: int
    message: int
    at: float
    """Seconds of `time.time()`."""
    change: Literal["sent", "edited", "deleted"]
    kind: Kind
    task: str = ""
    mark: int | None = None
    """Of a milestone."""
    text: str = ""
    reply_to: int | None = None
    file: str = ""
    """Its name, which holds the task's id."""

    def __str__(self) -> str:
        return (
            f"{self.at % 10_000:9.2f} {self.chat} #{self.message} {self.change:7}"
            f" {self.kind:9} {self.task} {self.text[:60]!r}"
        )


def read_lines(chat: int, history: list[Version]) -> list[Line]:
    """Without what people said."""
    return [_line(chat, one) for one in history if one.message["from"]["is_bot"]]


def _line(chat: int, version: Version) -> Line:
    message = version.message
    text = str(message.get("text") or message.get("caption") or "")
    kind, task, mark = _meaning(message, text)
    replied = message.get("reply_to_message")
    media = message.get("video") or message.get("animation") or message.get("document") or {}
    return Line(
        chat=chat,
        message=message["message_id"],
        at=version.at,
        change=version.change,
        kind=kind,
        task=task,
        mark=mark,
        text=text,
        reply_to=None if replied is None else replied["message_id"],
        file=str(media.get("file_name", "")),
    )


def _meaning(message: dict[str, Any], text: str) -> tuple[Kind, str, int | None]:
    head, _, rest = text.partition("\n")
    named = TASK.search(head)
    first = named[0] if named else ""
    if message.keys() & {"video", "photo", "animation", "document"}:
        return "film", first, None
    if milestone := MILESTONE.match(head):
        return "milestone", milestone[2], int(milestone[1])
    if first and head.startswith("✅"):
        return ("announce" if "attaching" in head else "link"), first, None
    if first and head.startswith("❌"):
        return "failed", first, None
    if first and head.startswith(("🤷", "🚫", "⌛")):
        return "verdict", first, None
    second = TASK.fullmatch(rest.partition("\n")[0])
    if second and head.startswith(OF_A_CARD):
        return "card", second[0], None
    return "answer", "", None
