"""No answer, however damaged, raises, ends a task that has not ended, or says more than it may."""

import json
import re
from datetime import UTC, datetime
from typing import Any, get_args
from unicodedata import category
from urllib.parse import urlsplit

from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.core.task import MediaKind, Nonsense, Reading, Refused, Snapshot, Status, TaskId
from bot.provider.wire import Answer, read_answer
from sandbox.scripts import Script, moment, payload
from sandbox.wire import Progress
from tests.builders import NOON
from tests.provider.mutants import (
    BASE,
    COMPLETED_WORDS,
    FAILED_WORDS,
    MOMENTS,
    SCRIPTS,
    STATUSES,
    TASK,
    VALUES,
    answers,
    mutants,
)

OUR_WORDS = re.compile(r"[A-Za-z0-9 ,:'?]{1,60}")
MEANT = {
    "queued": Status.QUEUED,
    "processing": Status.RUNNING,
    "completed": Status.COMPLETED,
    "failed": Status.FAILED,
}
ENDED = b'{"code":"20000","data":{"task_id":"task_c2501e28","status":"failed"}}'


def read(body: bytes, status: int = 200, retry_after: str | None = None) -> Reading:
    return read_answer(TaskId(TASK), Answer(status, body, retry_after), BASE, NOON)


def told_end(status: int, body: bytes) -> Status | None:
    """Read for the status word alone, and more leniently than by the code under test."""
    try:
        said = json.loads(body.decode("utf-8-sig"), parse_int=str)
    except (ValueError, RecursionError):
        return None
    if not (200 <= status < 300 and isinstance(said, dict)):
        return None
    if str(said.get("code", "20000")).strip() != "20000":
        return None
    task = said.get("data", said) if "code" in said else said
    word = str(task.get("status")).strip().lower() if isinstance(task, dict) else ""
    if word in {known.lower() for known in COMPLETED_WORDS}:
        return Status.COMPLETED
    return Status.FAILED if word in {known.lower() for known in FAILED_WORDS} else None


def assert_sound(reading: Reading) -> None:
    assert type(reading) in get_args(Reading)
    if isinstance(reading, Snapshot):
        assert_sound_snapshot(reading)
    elif (why := getattr(reading, "why", None)) is not None:
        assert isinstance(reading, Refused) or OUR_WORDS.fullmatch(why)


def assert_sound_snapshot(seen: Snapshot) -> None:
    assert seen.status in MEANT.values()
    assert seen.percent is None or (type(seen.percent) is int and 0 <= seen.percent <= 100)
    texts = (seen.model, seen.error, seen.cost, seen.strange_word)
    for text, most in zip(texts, (100, 1_000, 40, 40), strict=True):
        assert len(text) <= most
        assert not {category(c) for c in text} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    for at in (seen.created_at, seen.completed_at):
        assert at is None or at.tzinfo is UTC
    if seen.media is not None:
        assert seen.status is Status.COMPLETED
        urls = (seen.media.url, *seen.media.more)
        assert len(urls) == len(set(urls)) <= 10
        for parts in map(urlsplit, urls):
            assert parts.scheme in ("http", "https")
            assert parts.hostname


@settings(max_examples=2_000, deadline=None)
@given(mutants(), STATUSES)
@example(ENDED, 199)
@example(ENDED, 302)
@example(ENDED, 500)
@example(ENDED.replace(b"20000", b"-1"), 200)
@example(ENDED.replace(b"data", b"data\xff"), 200)
def test_no_damaged_answer_raises_or_ends_a_task_that_it_does_not_call_ended(
    body: bytes, status: int
) -> None:
    reading = read(body, status)
    assert_sound(reading)
    if isinstance(reading, Snapshot) and reading.status.is_end:
        assert reading.status is told_end(status, body)


@settings(max_examples=300, deadline=None)
@given(st.binary(), STATUSES, st.none() | st.text())
def test_noise_is_never_a_statement_about_the_task(
    body: bytes, status: int, retry_after: str | None
) -> None:
    reading = read(body, status, retry_after)
    assert_sound(reading)
    assert not isinstance(reading, Snapshot | Refused)


@settings(max_examples=300, deadline=None)
@given(VALUES, STATUSES)
def test_no_json_ends_a_task_that_it_does_not_call_ended(value: Any, status: int) -> None:
    body = json.dumps(value).encode()
    for raw in (body, b'{"code":"20000","data":%s}' % body):
        reading = read(raw, status)
        assert_sound(reading)
        if isinstance(reading, Snapshot) and reading.status.is_end:
            assert reading.status is told_end(status, raw)


@settings(max_examples=300, deadline=None)
@given(answers(), st.data())
def test_half_an_answer_is_nonsense(body: Any, data: st.DataObject) -> None:
    raw = json.dumps(body).encode()
    assert isinstance(read(raw[: data.draw(st.integers(0, len(raw) - 1))]), Nonsense)


@settings(max_examples=300, deadline=None)
@given(SCRIPTS, MOMENTS)
def test_a_task_means_the_same_in_every_spelling(script: Script, elapsed: float) -> None:
    """What the stand-in means is what is read, for all of its wires."""
    meant = moment(script, elapsed)
    seen = read(json.dumps(payload(script, elapsed, BASE)).encode())
    if meant.meaning == "not_yours":
        assert isinstance(seen, Refused)
        return
    assert isinstance(seen, Snapshot), seen
    assert seen.status is MEANT[meant.meaning]
    assert seen.model == script.model
    assert seen.error == meant.error
    assert (seen.media is not None) == meant.has_url
    if seen.media is not None:
        assert seen.media.url.startswith(f"{BASE}/media/{TASK}.")
        is_called_video = "video" in script.wire.url
        assert (seen.media.kind is MediaKind.IMAGE) == (script.shows_image and not is_called_video)
    if meant.meaning == "processing":
        assert seen.percent == _shown(meant.percent, script.wire.progress)
    is_dated = script.wire.times in ("seconds", "milliseconds")
    assert seen.created_at == (datetime(2025, 12, 5, 1, 51, 21, tzinfo=UTC) if is_dated else None)


def _shown(percent: int | None, spelled: Progress) -> int | None:
    match spelled:
        case "null" | "absent":
            return None
        case "negative":
            return 0
        case "excess":
            return 100
        case _:
            return percent


@settings(max_examples=300, deadline=None)
@given(answers(), st.dictionaries(st.text(max_size=5).map("new_{}".format), VALUES, max_size=3))
def test_keys_that_nobody_knows_change_nothing(body: Any, news: dict[str, Any]) -> None:
    before = read(json.dumps(body).encode())
    task = body.get("data") or body
    for place in (body, task, task.get("result")):
        if isinstance(place, dict):
            place.update(news)
    assert read(json.dumps(body).encode()) == before
