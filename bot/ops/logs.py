"""Log records go in; lines without secrets come out, for people on a terminal, else as JSON."""

import logging
import re
import sys
from collections.abc import Iterable
from types import TracebackType
from typing import Literal, TextIO

import structlog

log = logging.getLogger("reelbell")

QUIET = (
    "httpx",
    "httpcore",
    "telegram",
    "apscheduler",
    "aiosqlite",
    "asyncio",
    "alembic",
    "tzlocal",
)
"""Libraries that chat; httpx at INFO writes every URL, and ours carry the bot's token."""

# In a line of JSON a backslash and what it escapes stay together, or the line is no JSON any more.
_TOKEN = re.compile(r"(?<!\d)\d{6,}:[A-Za-z0-9_-]{30,}")
_BEARER = re.compile(r"(?i)(bearer\s+)(?:[^\s'\",\\]|\\[^\s\"])+")
_SIGNED = re.compile(r"(https?:\\*/\\*/[^\s?'\"<>]+)\?(?:[^\s'\"<>\\]|\\[^\s\"])+")

SHORTEST = 6
"""Anything shorter would hide half of the log, and is no secret."""


class Redacting(logging.Formatter):
    """Works on the finished line, so that nothing gets around it: fields, tracebacks, reprs."""

    def __init__(self, inner: logging.Formatter, secrets: Iterable[str]) -> None:
        super().__init__()
        self._inner = inner
        known = sorted({one for one in secrets if len(one) >= SHORTEST}, key=len, reverse=True)
        self._known = re.compile("|".join(map(_spelled, known)) or r"(?!)")  # (?!): nothing

    def format(self, record: logging.LogRecord) -> str:
        line = self._known.sub("[secret]", self._inner.format(record))
        line = _TOKEN.sub("[token]", line)
        line = _BEARER.sub(r"\1[secret]", line)
        return _SIGNED.sub(r"\1?[signed]", line)


def _spelled(secret: str) -> str:
    """A pattern for it as it is, and as it looks inside JSON, a repr, or one in the other."""
    return r"\\*".join(re.escape(one) for one in secret.replace("\\", ""))


def set_up(
    level: str,
    style: Literal["auto", "console", "json"],
    secrets: Iterable[str],
    stream: TextIO | None = None,
) -> None:
    """Everything that is logged by anyone in this process goes through here."""
    out = stream or sys.stderr
    people = style == "console" or (style == "auto" and out.isatty())
    handler = logging.StreamHandler(out)
    handler.setFormatter(Redacting(_formatter(people=people, colors=out.isatty()), secrets))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in QUIET:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
    # The library's, for each answer of Telegram's that is no JSON: with a traceback of 40 lines.
    logging.getLogger("telegram.request").setLevel(logging.CRITICAL)
    sys.excepthook = _last_words


def _last_words(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    """What nobody caught has a traceback, too, and that may quote anything."""
    if issubclass(kind, KeyboardInterrupt):
        return
    log.critical("program.crashed", exc_info=(kind, error, trace))


def _formatter(*, people: bool, colors: bool) -> logging.Formatter:
    shared: list[structlog.types.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    # Plain tracebacks: where rich is installed, its own show every local variable.
    traceback = structlog.dev.plain_traceback
    last: list[structlog.types.Processor] = (
        [
            structlog.dev.ConsoleRenderer(
                colors=colors, sort_keys=False, exception_formatter=traceback
            )
        ]
        if people
        else [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    )
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
    )
