"""Every noun that is stored comes back as it was; what cannot be read is said to be so."""

from contextlib import suppress
from datetime import UTC, timedelta
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.film import Facts, Kept, Shape, Unattached, Why
from bot.core.milestones import Ladder
from bot.core.notice import Card, Ended, Hint, Notice, Toast, ToastText, WatchList
from bot.core.task import Endpoint, Media, MediaKind, Refusal, Status, Task, TaskId, Trouble
from bot.core.watch import WatchRef
from storage.codec import (
    UnreadableError,
    dump_kept,
    dump_notice,
    dump_task,
    load_kept,
    load_notice,
    load_task,
)
from tests.builders import FILM, NOON, a_task

ALL_NOTICES = get_args(Notice)

# Halves of characters cannot be stored anywhere, and the borders let none in.
words = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
instants = st.datetimes(timezones=st.just(UTC))
spans = st.timedeltas(timedelta(0), timedelta(days=400))
counts = st.integers(0, 10_000)
ladders: st.SearchStrategy[Ladder] = st.lists(st.integers(1, 99), unique=True).map(
    lambda marks: tuple(sorted(marks))
)
refs = words.map(WatchRef)
task_ids = words.map(TaskId)
media = st.builds(
    Media,
    kind=st.sampled_from(MediaKind),
    url=words,
    more=st.lists(words, max_size=2).map(tuple),
)
sizes = st.none() | st.integers(0, 1 << 40)
unattached = st.builds(Unattached, why=st.sampled_from(Why), size=sizes)
kepts = st.builds(
    Kept,
    shape=st.sampled_from(Shape),
    file_ids=st.lists(words, max_size=3).map(tuple),
    facts=st.builds(
        Facts,
        size=sizes,
        width=sizes,
        height=sizes,
        seconds=st.none() | st.floats(0, 1e6, allow_nan=False),
        odd=words,
    ),
)
tasks = st.builds(
    Task,
    id=task_ids,
    status=st.sampled_from(Status),
    percent=st.none() | st.integers(0, 100),
    model=words,
    media=st.none() | media,
    endpoint=st.sampled_from(Endpoint),
    error=words,
    cost=words,
    refusal=st.none() | st.sampled_from(Refusal),
    started_at=st.none() | instants,
    changed_at=st.none() | instants,
    ended_at=st.none() | instants,
    missing_since=st.none() | instants,
    fileless_since=st.none() | instants,
    trouble=st.none() | st.sampled_from(Trouble),
    troubles=counts,
    trouble_since=st.none() | instants,
    misses=counts,
)
FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "among": st.builds(
        WatchList, rows=st.lists(st.tuples(refs, tasks), max_size=2).map(tuple), more=counts
    ),
    "ref": refs,
    "task": tasks,
    "ladder": ladders,
    "at": instants,
    "since": instants,
    "stopped": st.booleans(),
    "unattached": st.none() | unattached,
    "asked_again": st.booleans(),
    "percent": st.integers(0, 99),
    "mark": st.integers(1, 99),
    "elapsed": st.none() | spans,
    "after": spans,
    "limit": counts,
    "words": st.lists(words, max_size=3).map(tuple),
    "asked": counts,
    "active": counts,
    "task_ids": st.lists(task_ids, max_size=3).map(tuple),
    "rows": st.lists(st.tuples(refs, tasks), max_size=3).map(tuple),
    "more": counts,
    "task_id": words,
    "query_id": words,
    "text": st.sampled_from(ToastText),
}


def notices_of(kind: type[Notice]) -> st.SearchStrategy[Notice]:
    names = kind.__dataclass_fields__
    return st.builds(kind, **{name: FIELDS[name] for name in names})


@pytest.mark.parametrize("kind", ALL_NOTICES, ids=lambda kind: kind.__name__)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_every_notice_comes_back_as_it_was(kind: type[Notice], data: st.DataObject) -> None:
    notice = data.draw(notices_of(kind))
    back = load_notice(dump_notice(notice))
    assert back == notice
    assert type(back) is kind


@settings(max_examples=100, deadline=None)
@given(tasks)
def test_every_task_comes_back_as_it_was(task: Task) -> None:
    assert load_task(dump_task(task)) == task


@settings(max_examples=50, deadline=None)
@given(kepts)
def test_what_telegram_keeps_comes_back_as_it_was(kept: Kept) -> None:
    assert load_kept(dump_kept(kept)) == kept


def test_times_come_back_aware() -> None:
    back = load_task(dump_task(a_task(started_at=NOON)))
    assert back.started_at is not None
    assert back.started_at.utcoffset() == timedelta(0)


@pytest.mark.parametrize("status", Status)
def test_a_status_is_stored_by_its_word(status: Status) -> None:
    assert f'"{status.value}"' in dump_task(a_task(status=status)) or status is Status.NEW


def test_what_a_newer_program_added_is_passed_over() -> None:
    assert load_task('{"id":"task_1","mood":"good"}') == a_task(id=TaskId("task_1"))


def test_what_an_older_program_did_not_know_takes_its_default() -> None:
    assert load_notice('Toast {"query_id":"q","text":"gone"}') == Toast("q", ToastText.GONE)


CARD = dump_notice(Card(WatchRef("r"), a_task(media=FILM), (25,), NOON))


@pytest.mark.parametrize(
    "stored",
    [
        "",
        " ",
        "{}",
        "Card",
        "Card ",
        "Card null",
        "Card []",
        "Card {}",
        CARD[:-1],
        CARD.replace("Card", "Poem"),
        CARD.replace("Card", "card"),
        CARD.replace("https", "\x00"),
        'Toast {"query_id":"q","text":"no such words"}',
        'Milestone {"ref":"r","task":{"id":"t","status":"no such status"},"mark":1}',
        "Hint " + "[" * 5_000,
    ],
    ids=range(15),
)
def test_a_stored_text_that_makes_no_sense_is_unreadable_and_nothing_worse(stored: str) -> None:
    with pytest.raises(UnreadableError):
        load_notice(stored)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from([one.__name__ for one in ALL_NOTICES]) | words, st.text())
def test_garbage_is_unreadable_or_a_notice(name: str, body: str) -> None:
    with suppress(UnreadableError):
        assert isinstance(load_notice(f"{name} {body}"), ALL_NOTICES)


def test_why_a_text_is_unreadable_fits_into_a_column_and_a_log() -> None:
    with pytest.raises(UnreadableError) as unreadable:
        load_notice("x" * 100_000)
    assert len(str(unreadable.value)) < 100


@pytest.mark.parametrize("stored", ["", "null", "{}", '{"id":"t","status":"no such status"}'])
def test_a_task_that_makes_no_sense_is_unreadable(stored: str) -> None:
    with pytest.raises(UnreadableError):
        load_task(stored)


def test_a_signed_url_is_stored_as_it_is() -> None:
    url = "https://cdn.example/film.mp4?a=1&sig=%2F+%22<>'\\é"
    ended = Ended(WatchRef("r"), a_task(media=Media(MediaKind.VIDEO, url)))
    assert load_notice(dump_notice(ended)) == ended


def test_a_notice_without_fields_is_its_name() -> None:
    assert dump_notice(Hint()) == "Hint {}"
