"""What an answer means: each shape, status word and error text of the contract."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.core.task import (
    Nonsense,
    Reading,
    Snapshot,
    Status,
    TaskId,
)
from bot.provider.wire import MOST_BYTES, Answer, read_answer
from sandbox.video_faults import BAD_GATEWAY
from tests.builders import NOON

BASE = "https://api.example"
TASK = TaskId("task_c2501e28")
CREATED = datetime(2025, 12, 5, 1, 51, 21, tzinfo=UTC)
QUEUED = ["queued", "pending", "submitted", "created", "", None]
RUNNING = ["processing", "in_progress", "running", "Running", "in-progress", " In Progress "]
COMPLETED = ["completed", "success", "succeed", "succeeded", "done", "finished", "SUCCESS"]
FAILED = ["failed", "fail", "failure", "error", "rejected", "canceled", "cancelled", "expired"]
ERROR_KEYS = ["error_message", "error_msg", "reason", "fail_reason", "remark", "error"]


def read(body: Any, status: int = 200, retry_after: str | None = None) -> Reading:
    """What is not bytes is told as JSON."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return read_answer(TASK, Answer(status, raw, retry_after), BASE, NOON)


def ok(**data: Any) -> dict[str, Any]:
    return {"code": "20000", "msg": "ok", "data": data}


def snapshot(body: Any) -> Snapshot:
    reading = read(body)
    assert isinstance(reading, Snapshot), reading
    return reading


def test_the_documented_answer_is_understood_to_the_last_field() -> None:
    seen = snapshot(
        ok(
            task_id=TASK,
            status="completed",
            progress=100,
            model="sora2-12s",
            created_at=1764899481,
            completed_at=1764899579,
            result={"video_url": "https://cdn.example/a.mp4", "draft_cache_url": "https://x/"},
            error_message=None,
            cost=0.42,
            usage={"credits": 12},
        )
    )
    assert (seen.status, seen.percent, seen.model) == (Status.COMPLETED, 100, "sora2-12s")
    assert seen.media is not None
    assert seen.media.url == "https://cdn.example/a.mp4"
    assert (seen.created_at, seen.completed_at) == (CREATED, CREATED + timedelta(seconds=98))
    assert (seen.cost, seen.error, seen.strange_word) == ("0.42", "", "")


@pytest.mark.parametrize(
    "body",
    [
        {"code": "20000", "msg": "ok", "data": {"status": "processing", "progress": 42}},
        {"code": 20000, "data": {"status": "processing", "progress": 42}},
        {"code": " 20000 ", "msg": "", "data": {"status": "processing", "progress": 42}},
        {"code": "20000", "msg": "ok", "status": "processing", "progress": 42},
        {"task_id": TASK, "status": "processing", "progress": 42},
        {"status": "processing", "progress": 42},
        b'\xef\xbb\xbf{"status":"processing","progress":42}\r\n',
    ],
)
def test_the_envelope_may_be_there_or_not(body: Any) -> None:
    seen = snapshot(body)
    assert (seen.status, seen.percent) == (Status.RUNNING, 42)


@pytest.mark.parametrize(
    ("word", "status"),
    [
        *((word, Status.QUEUED) for word in QUEUED),
        *((word, Status.RUNNING) for word in RUNNING),
        *((word, Status.COMPLETED) for word in COMPLETED),
        *((word, Status.FAILED) for word in FAILED),
    ],
)
def test_a_status_has_many_words_and_one_meaning(word: str | None, status: Status) -> None:
    seen = snapshot(ok(task_id=TASK, status=word))
    assert (seen.status, seen.strange_word) == (status, "")


@pytest.mark.parametrize(
    ("word", "shown"),
    [
        ("thinking", "thinking"),
        ("not_completed", "not_completed"),
        ("已完成", "已完成"),
        ("100", "100"),
        ("\u202efailed", "failed"),
        ("\u200b", "?"),
        ("x" * 99, "x" * 39 + "…"),
    ],
)
def test_an_unknown_word_means_still_going_and_is_kept_for_the_log(word: str, shown: str) -> None:
    seen = snapshot(ok(status=word, progress=100))
    assert (seen.status, seen.strange_word) == (Status.RUNNING, shown)


@pytest.mark.parametrize("value", [7, 0, True, 1.5, [], ["failed"], {"status": "failed"}])
def test_a_status_that_is_no_word_is_nonsense(value: object) -> None:
    assert isinstance(read(ok(task_id=TASK, status=value)), Nonsense)


def test_the_status_beats_the_progress() -> None:
    assert snapshot(ok(status="processing", progress=100)).status is Status.RUNNING
    assert snapshot(ok(status="completed", progress=3)).status is Status.COMPLETED
    assert snapshot(ok(progress=100)).status is Status.QUEUED


def test_media_belong_to_completion_and_an_error_to_failure() -> None:
    both = {"result": {"video_url": "https://cdn.example/a.mp4"}, "error_message": "bad"}
    for word in ("completed", "failed", "processing"):
        seen = snapshot(ok(status=word, **both))
        assert (seen.media is not None) == (word == "completed")
        assert seen.error == ("bad" if word == "failed" else "")


@pytest.mark.parametrize("key", ERROR_KEYS)
@pytest.mark.parametrize("empty", [None, "", " ", 0, {}, []])
def test_the_first_error_text_that_says_something_is_taken(key: str, empty: object) -> None:
    data = {**dict.fromkeys(ERROR_KEYS, empty), key: "Read timed out"}
    assert snapshot(ok(status="failed", **data)).error == "Read timed out"


@pytest.mark.parametrize(
    ("error", "shown"),
    [
        ({"code": "DURATION_TOO_LONG", "message": None}, "DURATION_TOO_LONG"),
        ("PROVIDER_MODERATION_ERROR: TRADEMARK", "PROVIDER_MODERATION_ERROR: TRADEMARK"),
        ({"code": "x", "message": "s3 upload failed"}, "s3 upload failed"),
        ({"msg": "s3 upload failed"}, "s3 upload failed"),
        ({"message": {"message": "deeper"}}, ""),
        (" <b>&\n\n\ttwo\x00lines\u2028 ", "<b>& two lines"),
        ("a\u202eb\u200bc\ud800d", "abcd"),
        ("x" * 5_000, "x" * 999 + "…"),
        (["a"], ""),
        (True, ""),
    ],
)
def test_an_error_text_is_one_honest_line(error: object, shown: str) -> None:
    assert snapshot(ok(status="failed", error=error)).error == shown


@pytest.mark.parametrize("word", FAILED)
def test_a_word_that_says_why_stands_in_for_a_missing_error(word: str) -> None:
    shown = "" if word.startswith(("fail", "error")) else word
    assert snapshot(ok(status=word)).error == shown
    assert snapshot(ok(status=word, reason="because")).error == "because"


@pytest.mark.parametrize(
    "body",
    [
        {"task_id": "another", "status": "completed"},
        ok(task_id="another", status="failed"),
        ok(id=77, status="failed"),
        {"status": "error"},
        {"status": "failed", "message": "upstream"},
        {"success": False, "data": {"status": "failed"}},
        {"code": "20000", "msg": "ok", "data": None},
        {"code": "20000", "msg": "ok", "data": [{"status": "failed"}]},
        {"code": "20000", "msg": "ok", "data": "failed"},
        ok(),
        ok(model="sora2-12s"),
        *({}, [], [{"status": "completed"}], "failed", None, 42),
        b"",
        b"   ",
        b"\xff\xfe{}",
        b"<html>failed</html>",
        BAD_GATEWAY,
        b'{"status":"completed","task_id":"task_c2501e28"',
        b'{"task_id":"task_c2501e28","status":"failed"}}',
        b'{"task_id":"task_c2501e28","status":"processing","status":"failed"}',
        b'{"task_id":"task_c2501e28","status":"failed","progress":NaN}',
        b'{"task_id":"task_c2501e28","status":"failed","progress":-Infinity}',
        b"[" * 100_000,
        b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    ],
)
def test_what_cannot_be_about_the_task_is_nonsense(body: Any) -> None:
    assert isinstance(read(body), Nonsense)


@pytest.mark.parametrize("key", ["task_id", "taskId", "id"])
def test_a_bare_end_is_believed_when_it_names_the_task(key: str) -> None:
    assert snapshot({key: TASK, "status": "failed"}).status is Status.FAILED
    assert snapshot({key: TASK, "id": 77, "task_id": TASK, "status": "done"}).media is None


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (b"9" * 5_000, None),
        (b"-" + b"9" * 5_000, None),
        (b"1e999", None),
        (b"9" * 40, 100),
        (b"0." + b"1" * 5_000, 11),
    ],
)
def test_a_number_beyond_all_reason_spoils_nothing_else(number: bytes, shown: int | None) -> None:
    seen = read(b'{"status":"running","progress":%s,"cost":%s}' % (number, number))
    assert isinstance(seen, Snapshot)
    assert (seen.status, seen.percent) == (Status.RUNNING, shown)


def test_a_body_counts_to_its_last_byte() -> None:
    body = b'{"status":"processing","progress":42}'
    assert isinstance(read(body.ljust(MOST_BYTES)), Snapshot)
    assert isinstance(read(body.ljust(MOST_BYTES + 1)), Nonsense)
