"""Facts about a task go in; the provider's JSON, in one of the ways it is spelled, comes out."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, assert_never

Json = dict[str, Any]
Meaning = Literal["not_there", "not_yours", "queued", "processing", "completed", "failed"]
Progress = Literal[
    "number",  # 57
    "float",  # 57.0
    "text",  # "57"
    "percent",  # "57%"
    "fraction",  # 0.57
    "null",
    "absent",
    "negative",  # -5
    "excess",  # 250
]
Times = Literal["seconds", "milliseconds", "null", "zero", "absent"]

NO_SUCH_TASK = "任务不存在"
NOT_YOURS = "无权操作此任务"
BAD_PARAMETER = "参数错误"
TOO_OFTEN = "请求过于频繁"

MEANINGS: Mapping[str, Meaning] = {
    "not_there": "not_there",
    "not_yours": "not_yours",
    **dict.fromkeys(("queued", "pending", "submitted", "created"), "queued"),
    **dict.fromkeys(
        ("completed", "success", "succeed", "succeeded", "done", "finished"), "completed"
    ),
    **dict.fromkeys(
        ("failed", "fail", "failure", "error", "rejected", "canceled", "cancelled", "expired"),
        "failed",
    ),
}
"""Of a status; every other one means processing."""


@dataclass(frozen=True, slots=True)
class Wire:
    """Paths have dots between their keys."""

    envelope: bool = True
    """False: the bare object. Errors always wear the envelope."""
    code: str | int = "20000"
    """An integer makes the codes of errors integers, too."""
    queued: str = "queued"
    processing: str = "processing"
    completed: str = "completed"
    failed: str = "failed"
    progress: Progress = "number"
    url: str = ""
    """Path; empty: `result.video_url` or `result.image_url`."""
    urls: str = "result.image_urls"
    """Path of all, where there are several."""
    relative: bool = False
    """The URL has no host."""
    error: str = "error_message"
    """Path."""
    times: Times = "seconds"
    blanks: bool = False
    """What is not known yet is told as null, "" or 0 instead of being left out."""
    extras: bool = False
    """Adds keys that no document mentions."""

    def word(self, meaning: Meaning) -> str:
        words = {
            "queued": self.queued,
            "processing": self.processing,
            "completed": self.completed,
            "failed": self.failed,
        }
        return words.get(meaning, meaning)


@dataclass(frozen=True, slots=True)
class Facts:
    task_id: str
    model: str
    meaning: Meaning
    word: str
    """Empty: as the wire says it."""
    percent: int | None
    began: float
    """Unix seconds."""
    ended: float | None
    urls: tuple[str, ...]
    """Empty: no file yet."""
    shows_image: bool
    error: str


def refusal(code: str, msg: str, wire: Wire | None = None) -> Json:
    as_number = wire is not None and isinstance(wire.code, int)
    return {"code": int(code) if as_number else code, "msg": msg, "data": None}


def spoken(facts: Facts, wire: Wire) -> Json:
    data: Json = {"task_id": facts.task_id, "status": facts.word or wire.word(facts.meaning)}
    if wire.progress != "absent":
        data["progress"] = told_progress(facts.percent, wire.progress)
    data["model"] = facts.model
    if wire.blanks:
        data |= {"completed_at": 0, "result": None, "error_message": ""}
    if wire.times != "absent":
        data |= _times(facts, wire)
    if facts.urls:
        usual = "result.image_url" if facts.shows_image else "result.video_url"
        _put(data, wire.url or usual, facts.urls[0])
    if len(facts.urls) > 1:
        _put(data, wire.urls, list(facts.urls))
    if facts.error:
        _put(data, wire.error, facts.error)
    if wire.extras:
        _add_extras(data, facts)
    return {"code": wire.code, "msg": "ok", "data": data} if wire.envelope else data


def told_progress(percent: int | None, style: Progress) -> str | float | None:
    if style == "negative":
        return -5
    if style == "excess":
        return 250
    if percent is None:
        return None
    match style:
        case "number":
            return percent
        case "float":
            return float(percent)
        case "text":
            return str(percent)
        case "percent":
            return f"{percent}%"
        case "fraction":
            return percent / 100
        case "null" | "absent":
            return None
        case _:
            assert_never(style)


def _times(facts: Facts, wire: Wire) -> Json:
    times = {"created_at": _time(facts.began, wire.times)}
    if facts.ended is not None:
        times["completed_at"] = _time(facts.ended, wire.times)
    return times


def _time(seconds: float, style: Times) -> int | None:
    match style:
        case "seconds":
            return int(seconds)
        case "milliseconds":
            return int(seconds * 1000)
        case "null" | "absent":
            return None
        case "zero":
            return 0
        case _:
            assert_never(style)


def _put(data: Json, path: str, value: str | list[str]) -> None:
    """Makes the objects on the way."""
    key, dot, rest = path.partition(".")
    if not dot:
        data[key] = value
        return
    if not isinstance(data.get(key), dict):
        data[key] = {}
    _put(data[key], rest, value)


def _add_extras(data: Json, facts: Facts) -> None:
    data |= {"cost": 0.42, "usage": {"credits": 12}, "trace_id": "7f3a", "caption_url": None}
    data["new_in_2027"] = [{"nested": [1, None, True]}]
    if facts.urls and isinstance(data.get("result"), dict):
        data["result"] = {"draft_cache_url": "", "image_urls": []} | data["result"]
