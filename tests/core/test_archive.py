"""Names of copies: one for each file of each task, on every kind of store."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.archive import in_archive, name_in_archive
from bot.core.task import Media, MediaKind, TaskId

IDS = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,127}", fullmatch=True)
ANYTHING = IDS | st.text(min_size=1, max_size=300)


@pytest.mark.parametrize(
    ("task_id", "name"),
    [
        ("task_a1", "task_a1/1.mp4"),
        ("task_A1", "task_%411/1.mp4"),
        ("task:a1", "task%3Aa1/1.mp4"),
        ("task%3Aa1", "task%253%41a1/1.mp4"),
        ("..", "%2E%2E/1.mp4"),
        ("../a", "%2E%2E%2Fa/1.mp4"),
    ],
)
def test_a_name_is_the_task_in_small_letters(task_id: str, name: str) -> None:
    assert name_in_archive(TaskId(task_id), 1, ".mp4") == name


@pytest.mark.parametrize(
    ("suffix", "end"),
    [(".MP4", "/2.mp4"), ("", "/2"), (".tar.gz", "/2"), ("/../x", "/2"), (".mp4#1", "/2")],
)
def test_only_a_plain_suffix_is_taken_over(suffix: str, end: str) -> None:
    assert name_in_archive(TaskId("task_a1"), 2, suffix) == f"task_a1{end}"


@given(ANYTHING, ANYTHING)
def test_two_tasks_have_two_names_even_where_capitals_do_not_count(one: str, two: str) -> None:
    names = [name_in_archive(TaskId(task), 1, ".mp4").lower() for task in (one, two)]
    assert (names[0] == names[1]) == (one == two)


@given(st.text(st.sampled_from("AaBb:%."), min_size=1, max_size=4))
def test_what_is_encoded_is_told_from_what_looks_like_it(task_id: str) -> None:
    folder = name_in_archive(TaskId(task_id), 1, "").removesuffix("/1")
    shown = re.sub("%([0-9A-F]{2})", lambda found: chr(int(found[1], 16)), folder)
    assert shown == task_id


@given(ANYTHING)
def test_a_name_fits_any_file_system_and_leaves_no_folder(task_id: str) -> None:
    folder, _, file = name_in_archive(TaskId(task_id), 1, ".mp4").partition("/")
    assert re.fullmatch("[a-zA-Z0-9%_-]{1,200}", folder)
    assert file == "1.mp4"


def test_copies_are_asked_for_in_the_order_of_their_originals() -> None:
    album = Media(MediaKind.IMAGE, "https://cdn.example/1", ("https://cdn.example/2",))
    copies = in_archive(album, ("a/1.png", "a/2.png"))
    assert copies == Media(MediaKind.IMAGE, "archive:a/1.png", ("archive:a/2.png",))
