"""Which words of a message, or of a command, are task IDs, and which bad ones are shown back."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.intake import Intake, find_task_ids, read_task_ids
from bot.core.task import TaskId
from tests.core.task_ids import API, CREATED, NOTHING, SEEN, TASK, UUID, VEO, VIDEO, found

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
