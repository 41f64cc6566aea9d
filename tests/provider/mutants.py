"""Answers of the stand-in go in; out comes what a bad day may make of them."""

import json
from typing import Any, TypeVar

from hypothesis import strategies as st

from sandbox.scripts import Outcome, Script, payload
from sandbox.wire import Json, Progress, Times, Wire

T = TypeVar("T")

TASK = "task_c2501e28"
BASE = "https://api.example"
WAITING_WORDS = ("queued", "pending", "submitted", "created", "")
RUNNING_WORDS = ("processing", "in_progress", "running", "thinking", "Running")
COMPLETED_WORDS = ("completed", "success", "succeed", "succeeded", "done", "finished", "Done")
FAILED_WORDS = (
    *("failed", "fail", "failure", "error", "rejected", "canceled", "cancelled", "expired"),
    "FAILED",
)
ERRORS = ("error_message", "error_msg", "reason", "fail_reason", "remark", "error", "error.message")
URLS = ("", "result.video_url", "result.videoUrl", "video_url", "url", "mediaUrl", "result.url")
OUTCOMES: tuple[Outcome, ...] = ("video", "image", "failed", "no_url", "not_yours")
PROGRESSES: tuple[Progress, ...] = (
    *("number", "float", "text", "percent", "fraction", "null", "absent", "negative", "excess"),
)
TIMES: tuple[Times, ...] = ("seconds", "milliseconds", "null", "zero", "absent")

WIRES = st.builds(
    Wire,
    envelope=st.booleans(),
    code=st.sampled_from(["20000", 20000]),
    queued=st.sampled_from(WAITING_WORDS),
    processing=st.sampled_from(RUNNING_WORDS),
    completed=st.sampled_from(COMPLETED_WORDS),
    failed=st.sampled_from(FAILED_WORDS),
    progress=st.sampled_from(PROGRESSES),
    url=st.sampled_from(URLS),
    relative=st.booleans(),
    error=st.sampled_from(ERRORS),
    times=st.sampled_from(TIMES),
    blanks=st.booleans(),
    extras=st.booleans(),
)
SCRIPTS = st.builds(
    Script,
    task_id=st.just(TASK),
    queue=st.just(10),
    duration=st.just(100),
    outcome=st.sampled_from(OUTCOMES),
    wire=WIRES,
)
MOMENTS = st.sampled_from([0, 10, 67, 99, 110, 1_000])
"""Seconds of a script: in the queue, running, ended."""

WORDS = st.sampled_from([*WAITING_WORDS, *RUNNING_WORDS, *COMPLETED_WORDS, *FAILED_WORDS])
KEYS = st.text(max_size=5) | st.sampled_from(
    ["code", "msg", "data", "task_id", "id", "status", "progress", "result", "video_url", "error"]
)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),  # no JSON has them; see SHREDS
    st.text(max_size=20),
    WORDS,
    st.sampled_from([TASK, "20000", 20000, "20001", -1, "-1", 10**400, "任务不存在", BASE, "/a"]),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=6,
)
SHREDS = [
    *(b'"status":"failed",', b'"status":"completed",', b'"code":"20000",', b'"code":-1,'),
    *(b'"data":', b'"data":{', b'"task_id":"task_c2501e28",', b'"progress":', b'"id":7,'),
    *(b"NaN", b"-Infinity", b"1e999", b"-", b"9" * 5_000, b"0." + b"3" * 5_000),
    *(b"[" * 5_000, b'{"a":' * 5_000, b"[", b"]", b"{", b"}", b'"', b",", b":", b"\\"),
    *(b"\\ud800", b"\\u202e", b"\x00", b"\xff", b"\xef\xbb\xbf", b"null", b"true", b"<html>"),
]
STATUSES = st.sampled_from([200, 200, 200, 200, 200, 201, 204, 299]) | st.sampled_from(
    [0, 199, 300, 302, 400, 401, 403, 404, 429, 500, 502, 599, 999]
)


@st.composite
def answers(draw: st.DrawFn) -> Json:
    """As the provider would say it."""
    return payload(draw(SCRIPTS), draw(MOMENTS), BASE)


@st.composite
def mutants(draw: st.DrawFn) -> bytes:
    body: Any = draw(answers())
    for _ in range(draw(st.integers(0, 3))):
        body = _bent(draw, body)
    raw = json.dumps(body, ensure_ascii=draw(st.booleans())).encode(errors="replace")
    for _ in range(draw(st.integers(0, 2))):
        raw = _torn(draw, raw)
    return raw


def _bent(draw: st.DrawFn, body: Any) -> Any:
    """One value of the tree is replaced, lost, renamed or wrapped."""
    places = list(_places(body))
    if not places:
        return draw(VALUES)
    holder, key = draw(st.sampled_from(places))
    match draw(st.sampled_from(["replace", "lose", "rename", "list", "object", "swap", "wrap"])):
        case "replace":
            holder[key] = draw(VALUES)
        case "lose":
            del holder[key]
        case "rename" if isinstance(holder, dict):
            holder[draw(KEYS)] = holder.pop(key)
        case "list":
            holder[key] = [holder[key]]
        case "object":
            holder[key] = {draw(KEYS): holder[key]}
        case "swap":
            other, there = draw(st.sampled_from(places))
            holder[key], other[there] = _copy(other[there]), _copy(holder[key])
        case _:
            return {draw(KEYS): body}
    return body


def _places(body: Any) -> Any:
    """(container, key) of everything that has one."""
    pairs = body.items() if isinstance(body, dict) else enumerate(body)
    for key, value in list(pairs):
        yield body, key
        if isinstance(value, dict | list):
            yield from _places(value)


def _copy(value: T) -> T:
    """A tree must not come to hold itself."""
    copied: T = json.loads(json.dumps(value))
    return copied


def _torn(draw: st.DrawFn, raw: bytes) -> bytes:
    start = draw(st.integers(0, len(raw)))
    end = draw(st.integers(start, min(len(raw), start + 30)))
    match draw(st.sampled_from(["cut", "lose", "replace", "insert", "repeat", "noise"])):
        case "cut":
            return raw[:start]
        case "lose":
            return raw[:start] + raw[end:]
        case "replace":
            return raw[:start] + draw(st.sampled_from(SHREDS)) + raw[end:]
        case "insert":
            return raw[:start] + draw(st.sampled_from(SHREDS)) + raw[start:]
        case "repeat":
            return raw[:end] + raw[start:]
        case _:
            return raw[:start] + draw(st.binary(max_size=5)) + raw[end:]
