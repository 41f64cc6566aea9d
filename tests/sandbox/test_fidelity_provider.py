"""The provider's stand-in over real HTTP says what docs/provider.openapi.yaml says it does."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from anyio.from_thread import BlockingPortal, start_blocking_portal
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.core.failures import FailureGroup

from sandbox.scripts import Script
from sandbox.serving import serve
from sandbox.video_api import TINY, VideoApi
from sandbox.video_faults import Kind
from sandbox.wire import Wire

CONTRACT = schemathesis.openapi.from_path(
    Path(__file__).parents[2] / "docs" / "provider.openapi.yaml"
)
TWINS = [CONTRACT[f"/api/open-api/v1/{twin}/{{taskId}}"]["GET"] for twin in ("videos", "images")]
KEY = "sandbox-key"
START = 1_764_899_481.0
LIFE = Script("task_c2501e28", queue=10, duration=100)
KNOWN = {
    "queued": LIFE,
    "pending": replace(LIFE, wire=Wire(queued="pending")),
    "submitted": replace(LIFE, wire=Wire(queued="submitted")),
    "processing": replace(LIFE, age=50),
    "coarse": replace(LIFE, age=70, shape="coarse"),
    "regress": replace(LIFE, age=80, shape="regress"),
    "stalled": replace(LIFE, age=9_000, shape="stuck_at_99", outcome="stall"),
    "completed": replace(LIFE, age=200),
    "number": replace(LIFE, age=200, wire=Wire(code=20000)),
    "more": replace(LIFE, age=200, wire=Wire(extras=True)),
    "image": replace(LIFE, age=200, outcome="image"),
    "failed": replace(LIFE, age=200, outcome="failed"),
    "veo3.1:1764899481-jTkhPerTVj": replace(LIFE, age=30, model="veo3.1-fast"),
    "not-there": replace(LIFE, first_seen_after=60),
    "not-yours": replace(LIFE, outcome="not_yours"),
}
"""By ID, all that the vendor documents."""
CONFORMANCE = [
    schemathesis.checks.CHECKS.get_one(name)
    for name in (
        *("status_code_conformance", "content_type_conformance"),
        *("response_headers_conformance", "response_schema_conformance"),
    )
]
ODD = {
    "bare": Wire(envelope=False),
    "synonym": Wire(completed="succeeded"),
    "text": Wire(progress="text"),
    "null": Wire(progress="null"),
    "fraction": Wire(progress="fraction"),
    "excess": Wire(progress="excess"),
    "relative": Wire(relative=True),
    "elsewhere": Wire(url="mediaUrl"),
    "milliseconds": Wire(times="milliseconds"),
}
"""By ID, what other clients have met."""


@pytest.fixture(scope="module")
def api() -> VideoApi:
    api = VideoApi(KEY, clock=lambda: START, film=TINY)
    for task_id, script in KNOWN.items():
        api.add(replace(script, task_id=task_id))
    for task_id, wire in ODD.items():
        api.add(replace(LIFE, task_id=task_id, age=200, wire=wire))
    return api


@pytest.fixture(scope="module")
def portal() -> Iterator[BlockingPortal]:
    """An event loop in a thread of its own: schemathesis blocks while it waits."""
    with start_blocking_portal() as portal:
        yield portal


@pytest.fixture(scope="module")
def base(api: VideoApi, portal: BlockingPortal) -> Iterator[str]:
    with portal.wrap_async_context_manager(serve(api.app)) as base:
        yield base


def told(base: str, case: Any, key: str | None = KEY) -> Any:
    """What came back, once it has been checked against the contract."""
    case.headers = {} if key is None else {"Authorization": f"Bearer {key}"}
    response = case.call(base_url=base, allow_redirects=False)
    case.validate_response(response, checks=CONFORMANCE)
    return response


def ask(base: str, task_id: str, key: str | None = KEY) -> Any:
    return told(base, TWINS[0].Case(path_parameters={"taskId": task_id}), key)


def test_the_contract_is_an_openapi_document_of_both_twins() -> None:
    CONTRACT.validate()
    assert [one.definition.raw["responses"] for one in TWINS[1:]] == [
        TWINS[0].definition.raw["responses"]
    ]


@settings(
    max_examples=80,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    case=st.one_of(*(twin.as_strategy() for twin in TWINS)),
    known=st.one_of(st.none(), st.sampled_from(sorted(KNOWN))),
    key=st.sampled_from([KEY, KEY, "wrong", "", None]),
)
def test_whatever_is_asked_the_answer_obeys_the_contract(
    base: str, case: Any, known: str | None, key: str | None
) -> None:
    if known is not None:
        case.path_parameters = {"taskId": known}
    answer = told(base, case, key)
    assert answer.status_code == 200
    if key != KEY:
        assert answer.json()["code"] == "20001"


@pytest.mark.parametrize(
    ("task_id", "key", "code"),
    [
        ("completed", KEY, "20000"),
        ("unheard-of", KEY, "-1"),
        ("not-there", KEY, "-1"),
        ("not-yours", KEY, "-1"),
        ("a b", KEY, "20002"),
        ("<b>", KEY, "20002"),
        ("任务", KEY, "20002"),
        ("x" * 129, KEY, "20002"),
        ("completed", "wrong", "20001"),
        ("completed", "", "20001"),
        ("completed", None, "20001"),
        ("unheard-of", None, "20001"),
    ],
)
def test_each_code_of_the_contract_is_told_where_it_belongs(
    base: str, task_id: str, key: str | None, code: str
) -> None:
    assert ask(base, task_id, key).json()["code"] == code


def test_every_status_of_the_contract_is_told(base: str) -> None:
    answers = [ask(base, task_id).json() for task_id in KNOWN]
    words = {answer["data"]["status"] for answer in answers if answer["data"]}
    task = CONTRACT.raw_schema["components"]["schemas"]["Task"]["properties"]["data"]
    assert words == set(task["properties"]["status"]["enum"])


@pytest.mark.parametrize("task_id", ODD)
def test_what_no_document_mentions_breaks_the_contract(base: str, task_id: str) -> None:
    with pytest.raises(FailureGroup):
        ask(base, task_id)


@pytest.mark.parametrize(
    "kind",
    [
        *("401", "403", "404", "429", "429-date", "500", "502-html"),
        *("20001", "20002", "server_error", "throttle_msg"),
    ],
)
def test_an_accident_that_the_contract_foresees_obeys_it(
    api: VideoApi, portal: BlockingPortal, base: str, kind: Kind
) -> None:
    portal.call(api.faults.add, kind)
    ask(base, "completed")
    assert api.calls[-1].fault == kind


@pytest.mark.parametrize("kind", ["empty", "garbage", "list", "nan", "redirect"])
def test_an_accident_that_no_contract_foresees_breaks_it(
    api: VideoApi, portal: BlockingPortal, base: str, kind: Kind
) -> None:
    portal.call(api.faults.add, kind)
    with pytest.raises(FailureGroup):
        ask(base, "completed")
    assert api.calls[-1].fault == kind
