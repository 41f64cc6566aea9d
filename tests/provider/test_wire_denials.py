"""What is denied and why: each code, each HTTP status, and for how long to be silent."""

import json
from datetime import timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.task import (
    KeyRefused,
    Nonsense,
    NotFound,
    Reading,
    Refusal,
    Refused,
    TaskId,
    Throttled,
    Unavailable,
)
from bot.provider.wire import Answer, read_answer
from sandbox.video_faults import BAD_GATEWAY
from tests.builders import NOON

TASK = TaskId("task_c2501e28")
SILENCE = b""
ENDED = b'{"code":"20000","data":{"task_id":"task_c2501e28","status":"failed"}}'
OBJECT = b'{"detail":"Not Found"}'
UNKNOWN = '{"code":"-1","msg":"任务不存在"}'.encode()
NOT_YOURS = '{"code":-1,"msg":"无权操作此任务"}'.encode()
BAD_KEY = b'{"code":"20001","msg":""}'
THROTTLED = b'{"code":-1,"msg":"rate limit"}'

NO_SUCH_TASK = ["任务不存在", "任务不存在: task_c2501e28", "Task not found", "task does not exist"]
TOO_OFTEN = ["too frequent", "Too Many Requests", "Rate limit exceeded", "请求过于频繁"]


def read(status: int, body: bytes = SILENCE, retry_after: str | None = None) -> Reading:
    return read_answer(TASK, Answer(status, body, retry_after), "https://api.example", NOON)


def told(**said: object) -> bytes:
    return json.dumps(said).encode()


@pytest.mark.parametrize(
    ("code", "msg", "reading"),
    [
        ("20001", "", KeyRefused()),
        (20001, "unauthorized", KeyRefused()),
        ("20002", "", Refused(Refusal.BAD_ID)),
        (20002, "参数错误", Refused(Refusal.BAD_ID)),
        *((code, msg, NotFound()) for code in ("-1", -1) for msg in NO_SUCH_TASK),
        (-1, "无权操作此任务", Refused(Refusal.NOT_YOURS)),
        (-1, "参数错误", Refused(Refusal.BAD_ID)),
        *((-1, msg, Throttled()) for msg in TOO_OFTEN),
        (42901, "rate_limit_exceeded", Throttled()),
    ],
)
@pytest.mark.parametrize("status", [200, 400])
def test_a_code_and_its_words_say_what_is_wrong(
    code: object, msg: str, reading: Reading, status: int
) -> None:
    assert read(status, told(code=code, msg=msg, data=None)) == reading
    assert read(status, told(code=code, message=msg)) == reading


@pytest.mark.parametrize("code", ["-1", -1, 50000, "", None, True, 20000.0, [], {}, "failed"])
@pytest.mark.parametrize("msg", ["server error", "", None, 7])
def test_a_code_without_known_words_is_asked_again(code: object, msg: object) -> None:
    """Whatever the data claim."""
    body = told(code=code, msg=msg, data={"task_id": TASK, "status": "failed"})
    assert isinstance(read(200, body), Unavailable)


@pytest.mark.parametrize(
    ("status", "body", "reading"),
    [
        (401, SILENCE, KeyRefused()),
        (401, OBJECT, KeyRefused()),
        (401, BAD_GATEWAY, KeyRefused()),  # whoever says so: a key is asked for
        (401, UNKNOWN, NotFound()),
        (403, SILENCE, KeyRefused()),
        (403, OBJECT, KeyRefused()),
        (403, BAD_GATEWAY, Unavailable("HTTP 403")),
        (403, NOT_YOURS, Refused(Refusal.NOT_YOURS)),
        (403, THROTTLED, Throttled()),
        (404, SILENCE, NotFound()),
        (404, OBJECT, NotFound()),
        (404, BAD_GATEWAY, Unavailable("HTTP 404")),
        (404, BAD_KEY, KeyRefused()),
        (400, SILENCE, Unavailable("HTTP 400")),
        (400, OBJECT, Unavailable("HTTP 400")),
        (400, UNKNOWN, NotFound()),
        (410, BAD_GATEWAY, Unavailable("HTTP 410")),
        (418, BAD_KEY, KeyRefused()),
        (429, SILENCE, Throttled()),
        (429, BAD_GATEWAY, Throttled()),
        (429, BAD_KEY, Throttled()),
    ],
)
def test_a_denial_is_believed_unless_it_is_some_gateways_page(
    status: int, body: bytes, reading: Reading
) -> None:
    assert read(status, body) == reading


@pytest.mark.parametrize("status", [500, 501, 502, 503, 504, 520, 521, 522, 524, 526, 530, 599])
@pytest.mark.parametrize("body", [SILENCE, BAD_GATEWAY, ENDED, UNKNOWN, BAD_KEY])
def test_a_server_error_only_says_not_now(status: int, body: bytes) -> None:
    assert read(status, body) == Unavailable(f"HTTP {status}")


@pytest.mark.parametrize("status", [0, 100, 101, 199, 300, 301, 302, 304, 307, 308, 600, 999])
@pytest.mark.parametrize("body", [SILENCE, ENDED])
def test_a_redirect_or_a_strange_status_is_nonsense(status: int, body: bytes) -> None:
    assert read(status, body) == Nonsense(f"HTTP {status}")


@pytest.mark.parametrize("status", [*range(100, 200), *range(300, 600)])
def test_no_end_is_believed_but_over_2xx(status: int) -> None:
    assert isinstance(
        read(status, ENDED), Unavailable | Nonsense | Throttled | KeyRefused | NotFound
    )


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7),
        (" 7 ", 7),
        ("0", 0),
        ("3600", 3600),
        ("3601", 3600),
        ("9" * 5_000, 3600),
        ("Tue, 24 Nov 2026 12:00:30 GMT", 30),
        ("Tue, 24 Nov 2026 13:00:30 +0100", 30),
        ("Tue, 24 Nov 2026 12:00:30", 30),
        ("Tuesday, 24-Nov-26 12:00:30 GMT", 30),
        ("Mon, 23 Nov 2026 12:00:30 GMT", 0),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
        ("Fri, 31 Dec 9999 23:59:59 -2300", None),
        ("Sun, 24 Nov 2030 12:00:00 GMT", 3600),
        (None, None),
        ("", None),
        ("-1", None),
        ("1.5", None),
        ("１２", None),
        ("²", None),
        ("soon", None),
        ("Tue, 99 Nov 2026 12:00:30 GMT", None),
        ("Tue, 24 Nov 2026 12:00:30 +99999999999999", None),
    ],
)
def test_a_pause_is_seconds_or_a_date_and_at_most_an_hour(
    header: str | None, seconds: int | None
) -> None:
    until = None if seconds is None else NOON + timedelta(seconds=seconds)
    assert read(429, SILENCE, header) == Throttled(until)
    assert read(200, THROTTLED, header) == Throttled(until)
    assert read(403, THROTTLED, header) == Throttled(until)


@given(
    st.one_of(
        st.text(),
        st.integers().map(str),
        st.datetimes().map(format_datetime),
        st.datetimes(timezones=st.timezones()).map(format_datetime),
        st.from_regex(r"\w{3}, \d{1,3} Nov \d{1,5} \d+:\d+:\d+ [+-]?\w+"),
    )
)
def test_whatever_stands_in_the_header_no_pause_lies_behind_or_beyond_an_hour(header: str) -> None:
    reading = read(429, SILENCE, header)
    assert isinstance(reading, Throttled)
    assert reading.until is None or NOON <= reading.until <= NOON + timedelta(hours=1)
