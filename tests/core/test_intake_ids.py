"""What may be a task ID at all, and how one travels in the payload of a link to the bot."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.intake import parse_task_id, start_payload, to_start_payload
from bot.core.task import TaskId
from tests.core.task_ids import ACCEPTABLE, SEEN, TASK, UUID, VEO, VIDEO


@pytest.mark.parametrize("text", [TASK, VIDEO, UUID, VEO, "a", "7", "a..b", "x" * 128])
def test_an_id_of_the_providers_alphabet_is_acceptable(text: str) -> None:
    assert parse_task_id(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a b",
        "a\n",
        "x" * 129,
        ".",
        "..",
        ".a",
        "_a",
        "-a",
        "a/b",
        "../a",
        "a%2e",
        "été",
        "１２",
    ],
)
def test_what_could_leave_its_path_segment_is_not_acceptable(text: str) -> None:
    assert parse_task_id(text) is None


@pytest.mark.parametrize(
    "text", ["sk-abc", "123456:AAHdqTcvCH1vGWJx", "bot123456:AAHdqTcv", "eyJhbGciOiJ9.a"]
)
def test_what_looks_like_a_secret_is_not_acceptable(text: str) -> None:
    assert parse_task_id(text) is None


@given(ACCEPTABLE | SEEN | SEEN.map("b64_{}".format))
def test_a_payload_fits_telegram_and_leads_back_to_its_id(text: str) -> None:
    payload = to_start_payload(TaskId(text))
    if payload is None:
        assert len(text) > 45
    else:
        assert re.fullmatch(r"[A-Za-z0-9_-]{1,64}", payload)
        assert start_payload(payload) == text


@pytest.mark.parametrize(
    "payload", ["", "a.b", "été", "x" * 65, "b64_", "b64_x", "b64_Li4vYQ", "b64__w", "sk-abc", "_a"]
)
def test_a_payload_that_is_no_id_is_none(payload: str) -> None:
    assert start_payload(payload) is None


@given(st.text())
def test_a_payload_of_any_text_is_an_acceptable_id_or_none(text: str) -> None:
    for payload in (text, f"b64_{text}"):
        task_id = start_payload(payload)
        assert task_id is None or parse_task_id(task_id) == task_id
