"""The provider's answer goes in, a reading comes out: nobody else ever sees a payload.

An end is believed only when the status word says so, over HTTP 2xx, under an OK code, or, when
there is no envelope, in an object that names the task. All else can be asked again.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import NoReturn

from bot.core.task import (
    KeyRefused,
    Nonsense,
    NotFound,
    Reading,
    Refusal,
    Refused,
    Snapshot,
    Status,
    TaskId,
    Throttled,
    Unavailable,
)
from bot.provider.fields import Fields, amount, clean, instant, media, percent, text, word

MOST_BYTES = 1 << 20
LONGEST_PAUSE = timedelta(hours=1)
LONGEST_ERROR = 1_000
LONGEST_WORD = 40
LONGEST_MODEL = 100

STATUSES: Mapping[str, Status] = {
    **dict.fromkeys(("", "queued", "pending", "submitted", "created"), Status.QUEUED),
    **dict.fromkeys(("processing", "in_progress", "running"), Status.RUNNING),
    **dict.fromkeys(
        ("completed", "success", "succeed", "succeeded", "done", "finished"), Status.COMPLETED
    ),
    **dict.fromkeys(
        ("failed", "fail", "failure", "error", "rejected", "canceled", "cancelled", "expired"),
        Status.FAILED,
    ),
}
TELLING = frozenset({"rejected", "canceled", "cancelled", "expired"})
"""Words for 'failed' that say why, when nothing else does."""

THROTTLE_TEXTS = (
    "too frequent",
    "too many",
    "rate limit",
    "ratelimit",
    "rate_limit",
    "频繁",
    "请求过多",
    "限流",
)
VERDICTS: Mapping[str, NotFound | Refused] = {
    "任务不存在": NotFound(),
    "task not found": NotFound(),
    "task does not exist": NotFound(),
    "无权操作": Refused(Refusal.NOT_YOURS),
    "参数错误": Refused(Refusal.BAD_ID),
}
"""By a part of the message."""

ID_KEYS = ("task_id", "taskId", "id")
"""The plain one last: beside the others it may be the number of a row."""
ERROR_KEYS = ("error_message", "error_msg", "reason", "fail_reason", "remark", "error")


@dataclass(frozen=True, slots=True)
class Answer:
    """What came over HTTP; a *body* that is too big may be cut anywhere past MOST_BYTES."""

    status_code: int
    body: bytes
    retry_after: str | None = None
    """The header."""


def read_answer(task_id: TaskId, answer: Answer, base_url: str, now: datetime) -> Reading:
    """*base_url* is for media URLs without a host; *now* is what Retry-After counts from."""
    throttled = Throttled(_retry_at(answer.retry_after or "", now))
    match answer.status_code:
        case 429:
            return throttled
        case code if 200 <= code < 300:
            return _read_said(task_id, answer.body, base_url, throttled)
        case code if 400 <= code < 500:
            return _read_denied(answer, throttled)
        case code if 500 <= code < 600:
            return Unavailable(f"HTTP {code}")
        case code:
            return Nonsense(f"HTTP {code}")


def _read_said(task_id: TaskId, body: bytes, base_url: str, throttled: Throttled) -> Reading:
    said = _parse(body)
    if isinstance(said, Nonsense):
        return said
    if "code" not in said:
        return _snapshot(task_id, said, base_url, vouched=_id_in(said) != "")
    if word(said["code"]) != "20000":
        return _verdict(said, throttled) or Unavailable("an error code without known words")
    match said.get("data", said):
        case dict() as task:
            return _snapshot(task_id, task, base_url, vouched=True)
        case _:
            return Nonsense("no task in an answer that is OK")


def _read_denied(answer: Answer, throttled: Throttled) -> Reading:
    """A page of a CDN's is no verdict: only an object, or silence, comes from the API itself."""
    said = _parse(answer.body)
    if not isinstance(said, Nonsense) and (verdict := _verdict(said, throttled)) is not None:
        return verdict
    is_api = not isinstance(said, Nonsense) or not answer.body.strip()
    match answer.status_code:
        case 401:
            return KeyRefused()
        case 403 if is_api:
            return KeyRefused()
        case 404 if is_api:
            return NotFound()
        case code:
            return Unavailable(f"HTTP {code}")


def _verdict(said: Fields, throttled: Throttled) -> Reading | None:
    """Of an envelope that is not OK; None when its words are unknown, or it is no envelope."""
    match word(said.get("code")):
        case "" | "20000":
            return None
        case "20001":
            return KeyRefused()
        case "20002":
            return Refused(Refusal.BAD_ID)
        case _:
            return _judge(text(said.get("msg") or said.get("message"), LONGEST_ERROR), throttled)


def _judge(message: str, throttled: Throttled) -> Reading | None:
    lower = message.lower()
    if any(part in lower for part in THROTTLE_TEXTS):
        return throttled
    return next((verdict for part, verdict in VERDICTS.items() if part in lower), None)


def _snapshot(
    task_id: TaskId, task: Fields, base_url: str, *, vouched: bool
) -> Snapshot | Nonsense:
    """*vouched*: the answer is surely about a task, and not some gateway's {"status": "error"}."""
    named, said = _id_in(task), task.get("status")
    if named not in ("", task_id):
        return Nonsense("another task's answer")
    if said is None and not named and task.get("progress") is None:
        return Nonsense("no status")
    if not isinstance(said, str | None):
        return Nonsense("a status that is no word")
    spoken = (said or "").strip().lower().replace("-", "_").replace(" ", "_")
    status = STATUSES.get(spoken, Status.RUNNING)
    if status.is_end and not vouched:
        return Nonsense("an end of no task")
    return Snapshot(
        status=status,
        percent=percent(task.get("progress")),
        model=text(task.get("model"), LONGEST_MODEL),
        media=media(task, base_url) if status is Status.COMPLETED else None,
        error=_error(task, spoken) if status is Status.FAILED else "",
        cost=amount(task.get("cost"), LONGEST_WORD),
        created_at=instant(task.get("created_at")),
        completed_at=instant(task.get("completed_at")),
        strange_word="" if spoken in STATUSES else clean(said or "", LONGEST_WORD) or "?",
    )


def _id_in(task: Fields) -> str:
    return next(filter(None, (word(task.get(key)) for key in ID_KEYS)), "")


def _error(task: Fields, spoken: str) -> str:
    told = filter(None, (_error_text(task.get(key)) for key in ERROR_KEYS))
    return next(told, spoken if spoken in TELLING else "")


def _error_text(value: object) -> str:
    if not isinstance(value, dict):
        return text(value, LONGEST_ERROR)
    told = (text(value.get(key), LONGEST_ERROR) for key in ("message", "msg", "code"))
    return next(filter(None, told), "")


def _retry_at(header: str, now: datetime) -> datetime | None:
    header = header.strip()
    if header.isascii() and header.isdigit():
        return now + min(timedelta(seconds=int(header[:9])), LONGEST_PAUSE)
    try:
        at = parsedate_to_datetime(header)
        aware = at.replace(tzinfo=at.tzinfo or UTC).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return max(now, min(aware, now + LONGEST_PAUSE))


def _parse(body: bytes) -> Fields | Nonsense:
    if len(body) > MOST_BYTES:
        return Nonsense("too long")
    try:
        said: object = json.loads(
            body.decode("utf-8-sig"),
            parse_int=_whole,
            parse_constant=_no_constant,
            object_pairs_hook=_without_doubles,
        )
    except (ValueError, RecursionError):
        return Nonsense("no JSON")
    return said if isinstance(said, dict) else Nonsense("no object")


def _whole(digits: str) -> float:
    return int(digits) if len(digits) <= 30 else float(digits)  # int() refuses over 4,300 digits


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _without_doubles(pairs: list[tuple[str, object]]) -> dict[str, object]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise ValueError("a key twice: which one is meant?")
    return fields
