"""No token, key or signed URL reaches a line of the log, whichever way it is brought in."""

import io
import json
import logging
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

import pytest

from bot.ops.logs import QUIET, set_up

Style = Literal["auto", "console", "json"]
TOKEN = "123456789:AAcanary_token-0123456789abcdefghij"
OTHER_TOKEN = "987654321:AAother_canary_token-0123456789abcdef"
KEY = "sk-canary-key-0123456789"
SIGNED = "https://cdn.example/film.mp4?expires=1&sig=canary%2Bsignature"
CANARIES = (TOKEN, OTHER_TOKEN, "canary")

log = logging.getLogger("reelbell.test")


@dataclass(frozen=True, slots=True)
class Written:
    """What came out since the log was set up."""

    stream: io.StringIO

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    @property
    def records(self) -> list[dict[str, Any]]:
        """Of a JSON log: each line is one record."""
        return [json.loads(line) for line in self.text.splitlines()]


@pytest.fixture(autouse=True)
def _logging_as_it_was() -> Iterator[None]:
    """The log is the process's: pytest wants its own back."""
    loggers = [logging.getLogger(name) for name in (None, *QUIET)]
    levels = [one.level for one in loggers]
    handlers, hook = loggers[0].handlers[:], sys.excepthook
    yield
    sys.excepthook = hook
    loggers[0].handlers[:] = handlers
    for one, level in zip(loggers, levels, strict=True):
        one.setLevel(level)


def a_log(style: Style, level: str = "DEBUG", secrets: tuple[str, ...] = (TOKEN, KEY)) -> Written:
    stream = io.StringIO()
    set_up(level, style, secrets, stream)
    return Written(stream)


def fails(text: str) -> None:
    raise ConnectionError(text)


def uncaught(text: str) -> None:
    try:
        fails(text)
    except ConnectionError as error:
        sys.excepthook(type(error), error, error.__traceback__)


def raised(text: str) -> None:
    try:
        try:
            fails(text)
        except ConnectionError as error:
            raise RuntimeError(f"because of {text}") from error
    except RuntimeError:
        log.exception("look.failed")


class Careless:
    """Its repr tells everything."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return f"<Careless {self.text!r}>"


WAYS: dict[str, Callable[[str], None]] = {
    "in the event": lambda it: log.warning("saw %s", it),
    "in the message itself": log.warning,
    "in a field": lambda it: log.warning("event", extra={"field": it}),
    "in a nested field": lambda it: log.warning("event", extra={"field": {"a": [it, (it,)]}}),
    "as the name of a field": lambda it: log.warning("event", extra={it: 1}),
    "in a repr": lambda it: log.warning("event", extra={"field": Careless(it)}),
    "in a repr as an argument": lambda it: log.warning("saw %r", Careless(it)),
    "in a traceback": raised,
    "in an exception that nobody caught": uncaught,
    "in quotes": lambda it: log.warning("saw \"%s\" and '%s'", it, it),
    "in JSON in a field": lambda it: log.warning("event", extra={"body": json.dumps({"a": it})}),
    "in a library": lambda it: logging.getLogger("httpx").warning("GET %s", it),
    "in a line of its own": lambda it: log.warning("event\n%s\n", it),
}
SECRETS = {
    "token": TOKEN,
    "token of another bot": OTHER_TOKEN,
    "token in a URL": f"https://api.telegram.org/bot{TOKEN}/getMe",
    "token of another bot in a URL": f"https://api.telegram.org/bot{OTHER_TOKEN}/getMe",
    "file of another bot": f"https://api.telegram.org/file/bot{OTHER_TOKEN}/a.mp4",
    "key": KEY,
    "key in a header": f"X-API-Key: {KEY}",
    "unknown bearer": "Authorization: Bearer canary-0123456789",
    "unknown bearer in a dict": str({"authorization": "bearer canary-0123456789"}),
    "signed URL": SIGNED,
    "signed URL with a fragment": f"{SIGNED}#canary",
    "signed URL in JSON that escapes": SIGNED.replace("&", "\\u0026"),
}


@pytest.mark.parametrize("style", ["json", "console"])
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("secret", SECRETS)
def test_no_secret_gets_into_a_line_whichever_way_it_comes(
    style: Style, way: str, secret: str
) -> None:
    written = a_log(style)
    WAYS[way](SECRETS[secret])
    assert written.text
    for canary in CANARIES:
        assert canary not in written.text
    if style == "json":
        assert len(written.records) == 1  # and what is left is still JSON


@pytest.mark.parametrize(
    "key", ['sk-"canary"-0123456789', "sk-\\canary\\0123456789", "sk-'canary'-01"]
)
@pytest.mark.parametrize("style", ["json", "console"])
@pytest.mark.parametrize("way", WAYS)
def test_a_key_with_quotes_is_hidden_however_it_is_escaped(
    style: Style, way: str, key: str
) -> None:
    written = a_log(style, secrets=(key,))
    WAYS[way](key)
    assert "canary" not in written.text


@pytest.mark.parametrize("style", ["json", "console"])
def test_what_is_no_secret_stays_readable(style: Style) -> None:
    written = a_log(style)
    log.info("task.ended", extra={"task": "task_c2501e28", "took": "12:34:56", "n": 123456789})
    log.info("film.sent", extra={"url": SIGNED})
    for words in ("task.ended", "task_c2501e28", "12:34:56", "123456789"):
        assert words in written.text
    assert "https://cdn.example/film.mp4?[signed]" in written.text


def test_short_words_are_not_taken_for_secrets() -> None:
    written = a_log("json", secrets=("", "a", "task"))
    log.info("task.ended")
    assert written.records[0]["event"] == "task.ended"


def test_a_record_is_one_line_of_json_whatever_is_in_it() -> None:
    written = a_log("json")
    log.error("event", extra={"task": 'a\nCRITICAL {"event": "forged"}\r\u2028', "at": object()})
    raised("first\nsecond")
    first, second = (json.loads(line) for line in written.text.rstrip("\n").split("\n"))
    assert first["event"] == "event"
    assert first["level"] == "error"
    assert first["logger"] == "reelbell.test"
    assert first["timestamp"].endswith("Z")
    assert "ConnectionError" in second["exception"]


@pytest.mark.parametrize("name", QUIET)
def test_libraries_that_chat_are_quiet_even_when_we_are_not(name: str) -> None:
    written = a_log("json", level="DEBUG")
    logging.getLogger(name).info("chatter")
    assert written.text == ""
    logging.getLogger(name).warning("trouble")
    assert written.records[0]["event"] == "trouble"


@pytest.mark.parametrize("name", ["reelbell.test", "httpx"])
def test_nobody_speaks_below_the_level_that_was_asked_for(name: str) -> None:
    written = a_log("json", level="ERROR")
    logging.getLogger(name).warning("trouble")
    assert written.text == ""


def test_without_a_terminal_the_log_is_json() -> None:
    written = a_log("auto")
    log.info("bot.started")
    assert written.records[0]["event"] == "bot.started"


def test_setting_up_twice_writes_every_line_once() -> None:
    a_log("json")
    written = a_log("json")
    log.info("bot.started")
    assert len(written.records) == 1
