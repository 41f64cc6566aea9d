"""The provider's stand-in goes in; the JSON in which the page is told of its tasks comes out."""

import math
from dataclasses import asdict
from functools import cache
from typing import Any

from sandbox.scripts import Script, moment
from sandbox.telegram.calls import Call as TelegramCall
from sandbox.telegram.refusal import Json
from sandbox.video_api import Call, Task
from sandbox.wire import MEANINGS

SAMPLES = 60
FINAL = ("completed", "failed")


def plan(task: Task) -> Json:
    """What changes only with the speed.

    Places on `curve` are seconds of script; `legs` map them to Unix seconds, and are empty before
    the start.
    """
    script = task.script
    return {
        "id": script.task_id,
        "model": script.model,
        "note": script.note,
        "queue": script.queue,
        "end": _end(script),
        "fails": moment(script, math.inf).meaning == "failed",
        "curve": _curve(script),
        "speed": task.speed,
        "legs": [[leg.at, leg.elapsed, leg.speed] for leg in task.legs],
    }


@cache
def _end(script: Script) -> float | None:
    """None: it never ends."""
    return moment(script, math.inf).ended_after


@cache
def _curve(script: Script) -> list[list[float]]:
    """True progress, from the start to the end."""
    steps = (script.ends * number / SAMPLES for number in range(SAMPLES + 1))
    return [[round(step, 3), moment(script, step).percent or 0] for step in steps]


def progress(task: Task) -> Json:
    """What is true at this moment."""
    now = task.moment
    return {
        "id": task.script.task_id,
        "meaning": now.meaning,
        "status": now.word or now.meaning,
        "percent": now.percent,
        "started": bool(task.legs),
    }


def poll(call: Call) -> Json:
    """`final`: with it, the bot has noticed the end."""
    return {
        "seq": call.seq,
        "at": call.at,
        "task": call.task_id,
        "status": call.status,
        "fault": call.fault,
        "told": call.told_status or call.code,
        "percent": _number(call.told_percent),
        "final": MEANINGS.get(call.told_status.lower()) in FINAL,
    }


def _number(told: Any) -> float | None:  # noqa: ANN401 — in whatever way it was spelled
    return told if isinstance(told, int | float) else None


def call(made: TelegramCall) -> Json:
    return asdict(made)
