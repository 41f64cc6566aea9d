"""What a scripted task says, second by second, and how the wire spells it."""

from dataclasses import replace
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.scripts import Outcome, Script, Shape, moment, payload
from sandbox.wire import MEANINGS, Progress, Wire, told_progress

TASK = "task_c2501e2846d2bf1d06428da9"
BEGAN = 1_764_899_481
SCRIPT = Script(TASK, queue=10, duration=100)
RUNNING, DONE = 67.5, 110

scripts = st.builds(
    Script,
    task_id=st.just(TASK),
    queue=st.floats(0, 300),
    duration=st.floats(0, 2_000),
    shape=st.sampled_from(get_args(Shape)),
    outcome=st.sampled_from(get_args(Outcome)),
    first_seen_after=st.floats(0, 60),
    late=st.floats(0, 60),
)
elapsed = st.floats(0, 5_000)


def data(script: Script, seconds: float) -> Any:
    return payload(script, seconds, "http://host", BEGAN)["data"]


@given(scripts, elapsed, elapsed)
def test_a_task_never_goes_back_to_an_earlier_state(
    script: Script, one: float, other: float
) -> None:
    order = ["not_there", "not_yours", "queued", "processing", "failed", "completed"]
    earlier, later = sorted([one, other])
    states = [order.index(moment(script, at).meaning) for at in (earlier, later)]
    assert states == sorted(states)


@given(scripts, elapsed)
def test_a_percentage_fits_its_status(script: Script, seconds: float) -> None:
    now = moment(script, seconds)
    if now.percent is None:
        assert script.shape == "missing" or now.meaning.startswith("not_")
    elif now.meaning == "processing":
        assert 0 <= now.percent <= 99
    else:
        assert now.percent == (100 if now.meaning == "completed" else 0)


@given(scripts, elapsed)
def test_only_a_completed_task_has_a_url_and_only_a_failed_one_an_error(
    script: Script, seconds: float
) -> None:
    now = moment(script, seconds)
    assert not now.has_url or now.meaning == "completed"
    assert bool(now.error) == (now.meaning == "failed")
    assert (now.ended_after is not None) == (now.meaning in ("completed", "failed"))


@given(scripts, elapsed)
def test_the_same_second_says_the_same(script: Script, seconds: float) -> None:
    assert payload(script, seconds) == payload(script, seconds)


def test_a_plain_script_speaks_the_documented_language() -> None:
    assert payload(SCRIPT, RUNNING, "http://host", BEGAN) == {
        "code": "20000",
        "msg": "ok",
        "data": {
            "task_id": TASK,
            "status": "processing",
            "progress": 57,
            "model": "sora2-12s",
            "created_at": BEGAN,
        },
    }
    done = data(SCRIPT, DONE)
    url = done["result"]["video_url"]
    assert url.startswith(f"http://host/media/{TASK}.mp4?expires={BEGAN + 110 + 3 * 86_400}&")
    assert (done["status"], done["progress"], done["completed_at"]) == (
        "completed",
        100,
        BEGAN + 110,
    )
    failed = data(replace(SCRIPT, outcome="failed", error="s3 upload failed"), DONE)
    assert (failed["status"], failed["progress"]) == ("failed", 0)
    assert failed["error_message"] == "s3 upload failed"
    assert "result" not in failed


@pytest.mark.parametrize(
    ("shape", "told"),
    [
        ("smooth", [1, 25, 50, 75, 99]),
        ("coarse", [0, 0, 30, 60, 90]),
        ("stuck_at_0", [0] * 5),
        ("stuck_at_99", [1, 99, 99, 99, 99]),
        ("missing", [None] * 5),
        ("regress", [1, 25, 50, 45, 99]),
    ],
)
def test_progress_has_a_shape(shape: Shape, told: list[int | None]) -> None:
    script = replace(SCRIPT, shape=shape)
    at = (10, 34.5, 59.6, 84.9, 109.9)
    assert [data(script, seconds)["progress"] for seconds in at] == told


def test_a_new_task_may_not_be_known_yet() -> None:
    script = replace(SCRIPT, first_seen_after=20)
    assert payload(script, 19) == {"code": "-1", "msg": "任务不存在", "data": None}
    assert data(script, 20)["status"] == "processing"


def test_a_url_may_be_late_or_never_come() -> None:
    late = replace(SCRIPT, outcome="late_url")
    assert data(late, DONE + 9)["status"] == "completed"
    assert "result" not in data(late, DONE + 9)
    assert data(late, DONE + 10)["result"]["video_url"]
    assert "result" not in data(replace(SCRIPT, outcome="no_url"), 10_000)


def test_a_failure_may_be_taken_back() -> None:
    script = replace(SCRIPT, outcome="failed_then_video")
    assert [data(script, DONE + late)["status"] for late in (0, 9, 10)] == [
        "failed",
        "failed",
        "completed",
    ]


def test_a_stalled_task_never_ends() -> None:
    stalled = data(replace(SCRIPT, outcome="stall"), 1e9)
    assert (stalled["status"], stalled["progress"]) == ("processing", 99)


def test_somebody_elses_task_is_refused() -> None:
    refused = payload(replace(SCRIPT, outcome="not_yours", wire=Wire(code=20_000)), RUNNING)
    assert refused == {"code": -1, "msg": "无权操作此任务", "data": None}


@pytest.mark.parametrize(
    ("style", "told"),
    [
        ("number", 57),
        ("float", 57.0),
        ("text", "57"),
        ("percent", "57%"),
        ("fraction", 0.57),
        ("null", None),
        ("negative", -5),
        ("excess", 250),
    ],
)
def test_progress_is_spelled_in_many_ways(style: Progress, told: object) -> None:
    said = data(replace(SCRIPT, wire=Wire(progress=style)), RUNNING)["progress"]
    assert said == told
    assert type(said) is type(told)


def test_progress_may_be_absent() -> None:
    assert "progress" not in data(replace(SCRIPT, wire=Wire(progress="absent")), RUNNING)
    assert told_progress(57, "absent") is None


def test_the_object_may_come_without_an_envelope() -> None:
    bare = payload(replace(SCRIPT, wire=Wire(envelope=False)), RUNNING)
    assert bare["status"] == "processing"
    assert "code" not in bare


def test_the_code_may_be_an_integer() -> None:
    assert payload(replace(SCRIPT, wire=Wire(code=20_000)), RUNNING)["code"] == 20_000


@pytest.mark.parametrize("word", [word for word in MEANINGS if not word.startswith("not_")])
def test_every_status_has_synonyms(word: str) -> None:
    outcome: Outcome = "failed" if MEANINGS[word] == "failed" else "video"
    spelled: dict[str, Any] = {MEANINGS[word]: word}
    wire = replace(Wire(), **spelled)
    seconds = 0 if MEANINGS[word] == "queued" else DONE
    assert data(replace(SCRIPT, outcome=outcome, wire=wire), seconds)["status"] == word


@pytest.mark.parametrize(
    "path", ["result.videoUrl", "result.url", "video_url", "videoUrl", "url", "mediaUrl"]
)
def test_the_url_hides_under_many_keys(path: str) -> None:
    found = data(replace(SCRIPT, wire=Wire(url=path)), DONE)
    for key in path.split("."):
        found = found[key]
    assert found.startswith("http://host/media/")


def test_the_url_may_be_relative_or_somebody_elses() -> None:
    relative = data(replace(SCRIPT, wire=Wire(relative=True)), DONE)
    assert relative["result"]["video_url"].startswith("/media/")
    inside = data(replace(SCRIPT, url="http://169.254.169.254/"), DONE)
    assert inside["result"]["video_url"] == "http://169.254.169.254/"


def test_an_image_has_an_image_url() -> None:
    image = data(replace(SCRIPT, outcome="image"), DONE)["result"]
    assert list(image) == ["image_url"]
    assert ".png?" in image["image_url"]


@pytest.mark.parametrize(
    "path",
    ["error_msg", "reason", "fail_reason", "remark", "error", "error.message", "result.reason"],
)
def test_the_error_text_hides_under_many_keys(path: str) -> None:
    found = data(replace(SCRIPT, outcome="failed", error="no", wire=Wire(error=path)), DONE)
    for key in path.split("."):
        found = found[key]
    assert found == "no"


def test_times_may_be_milliseconds_null_zero_or_absent() -> None:
    def told(wire: Wire) -> tuple[Any, Any]:
        said = data(replace(SCRIPT, wire=wire), DONE)
        return said.get("created_at", "absent"), said.get("completed_at", "absent")

    assert told(Wire(times="milliseconds")) == (BEGAN * 1000, (BEGAN + 110) * 1000)
    assert told(Wire(times="null")) == (None, None)
    assert told(Wire(times="zero")) == (0, 0)
    assert told(Wire(times="absent")) == ("absent", "absent")


def test_what_is_not_known_may_be_told_as_blank() -> None:
    wire = Wire(blanks=True)
    running = data(replace(SCRIPT, wire=wire), RUNNING)
    assert (running["result"], running["completed_at"], running["error_message"]) == (None, 0, "")
    assert data(replace(SCRIPT, wire=wire), DONE)["result"]["video_url"]


def test_unknown_keys_may_appear() -> None:
    done = data(replace(SCRIPT, wire=Wire(extras=True)), DONE)
    assert {"cost", "usage", "trace_id", "new_in_2027"} <= done.keys()
    assert {"draft_cache_url", "image_urls", "video_url"} <= done["result"].keys()
