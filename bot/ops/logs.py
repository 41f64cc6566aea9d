"""Log records go in; lines without secrets come out, for people on a terminal, else as JSON."""

import logging
import re
import sys
from collections.abc import Iterable
from typing import Literal, TextIO

import structlog

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

_TOKEN = re.compile(r"\b\d{6,}:[A-Za-z0-9_-]{30,}")
_BEARER = re.compile(r"(?i)(bearer\s+)[^\s'\",]+")
_SIGNED = re.compile(r"(https?://[^\s?'\"<>]+)\?[^\s'\"<>]+")


class Redacting(logging.Formatter):
    """Works on the finished line, so that nothing gets around it: fields, tracebacks, reprs."""

    def __init__(self, inner: logging.Formatter, secrets: Iterable[str]) -> None:
        super().__init__()
        self._inner = inner
        self._secrets = sorted({one for one in secrets if len(one) >= 6}, key=len, reverse=True)

    def format(self, record: logging.LogRecord) -> str:
        line = self._inner.format(record)
        for secret in self._secrets:
            line = line.replace(secret, "[secret]")
        line = _TOKEN.sub("[token]", line)
        line = _BEARER.sub(r"\1[secret]", line)
        return _SIGNED.sub(r"\1?[signed]", line)


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
        logging.getLogger(name).setLevel(logging.WARNING)


def _formatter(*, people: bool, colors: bool) -> logging.Formatter:
    shared: list[structlog.types.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last: list[structlog.types.Processor] = (
        [structlog.dev.ConsoleRenderer(colors=colors, sort_keys=False)]
        if people
        else [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    )
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
    )
