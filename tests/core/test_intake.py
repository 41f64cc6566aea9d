import json
import re
import sys
from types import FrameType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.intake import (
    Intake,
    find_task_ids,
    parse_task_id,
    read_task_ids,
    start_payload,
    to_start_payload,
)
from bot.core.task import TaskId

TASK = "task_c2501e2846d2bf1d06428da9"
VIDEO = "video_" + "0a1b2c3d" * 6
UUID = "550e8400-e29b-41d4-a716-446655440000"
VEO = "veo3.1:1764899481-jTkhPerTVj"
API = "https://www.jimmyai.cn/api/open-api/v1/videos"
CREATED = {"code": "20000", "msg": "ok", "data": {"task_id": "odd", "model": "sora2-12s"}}
NOTHING = Intake((), ())

HEX = "0123456789abcdef"
SEEN = st.one_of(
    st.text(HEX, min_size=24, max_size=24).map("task_{}".format),
    st.text(HEX, min_size=48, max_size=48).map("video_{}".format),
    st.uuids().map(str),
    st.from_regex(r"(veo3\.1|sora2|kling-v2):17[0-9]{8}-[A-Za-z0-9]{10}", fullmatch=True),
)
ACCEPTABLE = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,127}", fullmatch=True).filter(
    lambda text: parse_task_id(text) is not None
)
HOSTILE = (
    """[|{|{"|{"a":|[{|[{"|"|a.|a/|://|-H "|key |task_|1. |任务|é|é:|=|ID:|a1-|%2F|&id=|\\|?"""
)
SHREDS = [*HOSTILE.split("|"), TASK, VEO, UUID, API, " ", "\n", "，", "…", "..", '{"task_id":']
SHREDS += ["}", "]", "任务ID：", "sk-", "key: ", "Bearer ", "curl ", "?start=b64_", "\ud800"]
PASTES = st.lists(st.sampled_from(SHREDS) | st.text(max_size=5), max_size=30).map("".join)
COMPANY = """
Hello, is {} ready?
{}.
`{}`.
任务ID：{}，谢谢
请看{}好了吗
“{}”
（{}）
<b>{}</b>
stuck at 99 %: {}…
{{"data": {{"task_id": "{}"}}}}
{{"code":"20000","data":{{"task_id":"{}","sta
see www.example.com/film/{}/preview, please
key: sk-123456789 {}
"""
CHATTER = """
...
?
hello
how are you
thanks!
ok-ok
what is 2026-11-24?
2026-11-24
2026-11-24T10:00:00Z
12:30:45
version 1.2.3
1.2.3
v1.2.3-beta1
me2026@example.com
write to video_2026@example.com
example123.com
film.mp4
video_20261124.mp4
see film2026.mov please
+86 138 0013 8000
13800138000
138-0013-8000
https://example.com
https://example.com/watch?v=dQw4w9WgXcQ
https://cdn.example.com/videos/film2026.mp4
and/or
what is task_id?
task_id
video_url
my task id is wrong
task: please help
任务怎么样了
什么是任务ID？
我用iPhone15拍的视频
Made with Seedance2 for you
see [1] and {x}
1. 2. 3.
{"data": null}
{"code": "-1", "msg": "任务不存在", "request_id": "550e8400-e29b-41d4-a716-446655440000"}
"""


def found(text: str) -> tuple[str, ...]:
    """The IDs, where nothing must be rejected."""
    intake = find_task_ids(text)
    assert intake.rejected == ()
    return intake.task_ids


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


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("abc12345", ("abc12345",)),
        ("`abc12345`.", ("abc12345",)),
        ("task_x", ("task_x",)),
        (f"{TASK}\n{VEO}\r\n\n{UUID}", (TASK, VEO, UUID)),
        (f"{TASK}, abc12345;{UUID}；{VEO}、{VIDEO}", (TASK, "abc12345", UUID, VEO, VIDEO)),
        (f"- {TASK}\n• abc12345\n* {UUID}", (TASK, "abc12345", UUID)),
        (f"1. {TASK}\n2) abc12345\n(3) {UUID}\n4、{VEO}", (TASK, "abc12345", UUID, VEO)),
        (f"1.{TASK}\n2.{VEO}\n3.{UUID}", (TASK, VEO, UUID)),
        (f"{TASK} {TASK}\n{VEO}\n{TASK}", (TASK, VEO)),
        (f"**{TASK}**, #{VEO}, \u200b{UUID}\u200b", (TASK, VEO, UUID)),
    ],
)
def test_ids_in_a_list_are_found_in_their_order_and_once(text: str, ids: tuple[str, ...]) -> None:
    assert found(text) == ids


@pytest.mark.parametrize(
    ("text", "task_id"),
    [
        (f"任务ID：{TASK}，谢谢", TASK),
        (f"我的任务{TASK}好了吗？", TASK),
        ("任务ID：abc12345，谢谢", "abc12345"),
        ("任务编号是abc12345。", "abc12345"),
        ("任务 ID 为 1764899481", "1764899481"),
        ("The task id is abc12345, thanks", "abc12345"),
        ("Task ID: abc12345", "abc12345"),
        ("task_id=abc12345", "abc12345"),
        ("taskId:abc12345", "abc12345"),
        (f"ID:{VEO}", VEO),
        (f"задача:{TASK}", TASK),
        ("Is it 'abc12345'? My id: `xyz98765`.", "xyz98765"),
    ],
)
def test_a_label_says_that_the_next_word_is_an_id(text: str, task_id: str) -> None:
    assert found(text) == (task_id,)


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


@pytest.mark.parametrize("text", [" \n ", *CHATTER.splitlines()])
def test_chatter_yields_nothing(text: str) -> None:
    assert find_task_ids(text) == NOTHING


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("task_c2501e28/../x", "task_c2501e28/../x"),
        ("task_été", "task_été"),
        ("task_$%&", "task_$%&"),
        ("task_c25…8da9", "task_c25…8da9"),
        ("a1" * 64 + "b", "a1" * 19 + "a…"),
        ("x" * 129 + "1", "x" * 39 + "…"),
    ],
)
def test_a_bad_id_is_shown_back_alone_and_as_an_argument(text: str, shown: str) -> None:
    assert find_task_ids(text) == read_task_ids([text]) == Intake((), (shown,))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('{"task_id": "../x"}', "../x"),
        ('{"task_id": "\\ud800\\u202e\\n!"}', "\ufffd\ufffd\ufffd!"),
        (f"{API}/task_%C3%A9", "task_é"),
        (f"{API}/task_1%2F..%2Fx", "task_1/../x"),
        ("任务ID：task_été，谢谢", "task_été"),
    ],
)
def test_a_bad_id_is_shown_back_printable_wherever_it_was(text: str, shown: str) -> None:
    assert find_task_ids(text) == Intake((), (shown,))


@pytest.mark.parametrize(
    ("argument", "intake"),
    [
        ("", NOTHING),
        ("abc", Intake((TaskId("abc"),), ())),
        ("a,b;c a", Intake((TaskId("a"), TaskId("b"), TaskId("c")), ())),
        ("“a”, `b`.", Intake((TaskId("a"), TaskId("b")), ())),
        ("- a - b", Intake((TaskId("a"), TaskId("b")), ())),
        ("1. a 2. b", Intake((TaskId("a"), TaskId("b")), ())),
        ("id=a 任务ID：b", Intake((TaskId("a"), TaskId("b")), ())),
        (f"a {API}/task_x https://example.com/b", Intake((TaskId("a"), TaskId("task_x")), ())),
        (json.dumps(CREATED), Intake((TaskId("odd"),), ())),
        (".. a/b ../c _d ok", Intake((TaskId("ok"),), ("a/b", "../c", "_d"))),
    ],
)
def test_every_argument_is_meant_as_an_id_unless_it_is_a_paste(
    argument: str, intake: Intake
) -> None:
    assert read_task_ids(argument.split()) == intake


@given(PASTES)
def test_any_text_yields_acceptable_ids_and_short_rejections_without_doubles(text: str) -> None:
    for intake in (find_task_ids(text), read_task_ids(text.split())):
        assert all(parse_task_id(task_id) == task_id for task_id in intake.task_ids)
        assert all(0 < len(word) <= 40 and word.isprintable() for word in intake.rejected)
        assert len(set(intake.task_ids)) == len(intake.task_ids)
        assert len(set(intake.rejected)) == len(intake.rejected)


@given(SEEN)
def test_an_id_of_a_seen_shape_is_found_alone(task_id: str) -> None:
    assert find_task_ids(task_id) == read_task_ids([task_id]) == Intake((TaskId(task_id),), ())


@given(SEEN, st.sampled_from(COMPANY.splitlines()[1:]))
def test_an_id_of_a_seen_shape_is_found_in_company(task_id: str, company: str) -> None:
    assert find_task_ids(company.format(task_id)) == Intake((TaskId(task_id),), ())


@given(st.lists(SEEN, unique=True), st.sampled_from(["\n", ", ", "，", "; ", " ", "\n- ", "\n\n"]))
def test_a_list_of_ids_keeps_all_of_them_in_order(ids: list[str], between: str) -> None:
    assert found(between.join(ids)) == tuple(ids)


@given(st.from_regex(r"[0-9][A-Za-z0-9_-]{0,127}", fullmatch=True))
def test_an_argument_may_look_like_nothing_we_have_seen(task_id: str) -> None:
    assert read_task_ids([task_id]) == Intake((TaskId(task_id),), ())


@given(ACCEPTABLE)
def test_any_acceptable_id_is_read_from_the_field_that_names_it(task_id: str) -> None:
    assert found(json.dumps({"data": {"task_id": task_id}})) == (task_id,)


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
