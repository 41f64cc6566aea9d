"""JSON, links, commands and secrets that come with a task ID, and text that means harm."""

import json
import re
import sys
from types import FrameType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.intake import find_task_ids, parse_task_id, read_task_ids, to_start_payload
from bot.core.task import TaskId
from tests.core.task_ids import (
    ACCEPTABLE,
    API,
    CREATED,
    HEX,
    NOTHING,
    TASK,
    UUID,
    VEO,
    VIDEO,
    found,
)

HOSTILE = (
    """[|{|{"|{"a":|[{|[{"|"|a.|a/|://|-H "|key |task_|1. |任务|é|é:|=|ID:|a1-|%2F|&id=|\\|?"""
)
SHREDS = [*HOSTILE.split("|"), TASK, VEO, UUID, API, " ", "\n", "，", "…", "..", '{"task_id":']
SHREDS += ["}", "]", "任务ID：", "sk-", "key: ", "Bearer ", "curl ", "?start=b64_", "\ud800"]
PASTES = st.lists(st.sampled_from(SHREDS) | st.text(max_size=5), max_size=30).map("".join)


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        (json.dumps(CREATED), ("odd",)),
        (json.dumps(CREATED, indent=2), ("odd",)),
        (f"here: {json.dumps(CREATED)} and {TASK}", ("odd", TASK)),
        (f"response2: {json.dumps(CREATED)}", ("odd",)),
        ('{"data": {"taskId": "odd", "id": 7}}', ("odd",)),
        ('{"data": {"id": "odd", "user": {"id": "u1"}}}', ("odd",)),
        ('{"id": 12345, "status": "queued"}', ("12345",)),
        ('[{"data": {"id": "b"}}, {"data": {"id": "a"}}]', ("b", "a")),
        ('{"data": {"task_ids": ["b", "a", null]}}', ("b", "a")),
        ('{"data": [{"task_id": "b"}, {"task_id": "a"}]}', ("b", "a")),
        (f'["{TASK}", "{VEO}"]', (TASK, VEO)),
        (
            '{"code": "20000", "data": {"task_id": "abc123456", "model": "sora2-12s", "st',
            ("abc123456",),
        ),
        ('"task_id": "20261124", "model": "sora2-12s"', ("20261124",)),
        (r'"{\"data\": {\"task_id\": \"abc123456\"}}"', ("abc123456",)),
        ("{'task_id': 'abc123456', 'model': 'sora2-12s'}", ("abc123456",)),
    ],
)
def test_of_json_only_the_fields_that_name_a_task_are_read(text: str, ids: tuple[str, ...]) -> None:
    assert found(text) == ids


@pytest.mark.parametrize(
    ("text", "task_id"),
    [
        (f"{API}/task_x", "task_x"),
        (f"看{API}/{TASK}，谢谢", TASK),
        (f"<{API}/abc12345?x=1>.", "abc12345"),
        (f"[film]({API}/{TASK})", TASK),
        (f"{API}/veo3.1%3A1764899481-jTkhPerTVj", VEO),
        (f"www.jimmyai.cn/api/open-api/v1/images/{UUID}/content", UUID),
        ("GET /api/open-api/v1/videos/abc12345", "abc12345"),
        ("https://a.example/play?a=1&taskId=odd#top", "odd"),
        ("https://a.example/play?task_id=odd", "odd"),
        ("https://a.example/play?v=abc98765&id=abc12345", "abc12345"),
        (f"https://a.example/#/tasks/{TASK}", TASK),
        (f"t.me/reelbell_bot?start={TASK}", TASK),
        (f"https://t.me/reelbell_bot?start={to_start_payload(TaskId(VEO))}", VEO),
        (f"tg://resolve?domain=reelbell_bot&start={UUID}", UUID),
    ],
)
def test_a_link_yields_the_id_that_it_carries(text: str, task_id: str) -> None:
    assert found(text) == (task_id,)


@pytest.mark.parametrize(
    "text",
    [
        f'curl -H "Authorization: Bearer sk-secret" {API}/task_x',
        f"curl {API}/task_x -H 'Authorization: Bearer {UUID}'",
        f"curl --location '{API}/task_x' \\\n  --header 'X-Whatever: {UUID}' \\\n  -o film_12345",
        f"curl -H “Authorization: Bearer {UUID}” {API}/task_x",
        f'curl -u "me:{VIDEO}" {API}/task_x -d \'{{"model": "sora2-12s", "prompt": "{UUID}"}}\'',
        f"curl '{API}/task_x?api_key={UUID}'",
        f"curl https://{VIDEO}:{UUID}@www.jimmyai.cn/api/open-api/v1/videos/task_x",
    ],
)
def test_of_a_curl_command_nothing_but_the_task_is_taken(text: str) -> None:
    assert found(text) == ("task_x",)
    assert read_task_ids(text.split()).task_ids == ("task_x",)


@pytest.mark.parametrize(
    "text",
    [
        "sk-c2501e2846d2bf1d06428da9",
        f"Bearer {UUID}",
        f"my API key is {UUID}",
        f"JIMMY_API_KEY={HEX * 2}",
        f"key：{UUID}",
        f"Authorization：{UUID}",
        f"密钥是{UUID}，谢谢",
        f'{{"token": "{UUID}"}}',
        "123456:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw",
        "https://api.telegram.org/bot123456:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw/getMe",
        "ID: sk-c2501e2846d2bf1d06428da9",
        '{"task_id": "sk-c2501e28"}',
        f"{API}/sk-c2501e28",
    ],
)
def test_a_secret_is_neither_taken_for_an_id_nor_echoed(text: str) -> None:
    assert find_task_ids(text) == NOTHING
    assert not re.search("sk-|AAH|446655", str(read_task_ids(text.split())))


def test_a_key_beside_a_task_does_not_hide_the_task() -> None:
    assert found(f"我的key是abcdefgh12，任务{TASK}") == (TASK,)
    assert found(f"use this token {API}/{TASK}") == (TASK,)
    assert found(f"the secret {TASK}") == (TASK,)


@given(PASTES)
def test_any_text_yields_acceptable_ids_and_short_rejections_without_doubles(text: str) -> None:
    for intake in (find_task_ids(text), read_task_ids(text.split())):
        assert all(parse_task_id(task_id) == task_id for task_id in intake.task_ids)
        assert all(0 < len(word) <= 40 and word.isprintable() for word in intake.rejected)
        assert len(set(intake.task_ids)) == len(intake.task_ids)
        assert len(set(intake.rejected)) == len(intake.rejected)


@given(ACCEPTABLE)
def test_any_acceptable_id_is_read_from_the_field_that_names_it(task_id: str) -> None:
    assert found(json.dumps({"data": {"task_id": task_id}})) == (task_id,)


@pytest.mark.parametrize("seed", HOSTILE.split("|"))
def test_hostile_text_costs_a_bounded_number_of_calls_per_character(seed: str) -> None:
    calls = 0

    def count(_frame: FrameType, event: str, _arg: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    text = (seed * 4096)[:4096]
    before = sys.getprofile()
    sys.setprofile(count)
    try:
        find_task_ids(text)
        read_task_ids([text])
    finally:
        sys.setprofile(before)
    assert calls < 40 * len(text)
