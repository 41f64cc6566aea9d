"""Every question that is asked again and again finds its rows by an index, among 20,000 others."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from bot.core.delivery import Form, Parcel
from bot.core.film import Unattached, Why
from bot.core.notice import Attachment
from bot.core.watch import ChatId, UserId, WatchId, WatchRef
from storage import archive, chats, dispatch, films, inbox, outbox, stale, subscriptions, tasks
from storage.database import Database, Tx
from storage.purge import purge
from storage.tables import tasks as task_rows
from storage.tasks import OPERATOR, TaskRow
from tests.builders import FILM, NOON, a_task
from tests.conftest import empty
from tests.storage.explain import fill, plans_of

ROWS = [TaskRow(number) for number in (5, 7, 11)]
A_FILM = Parcel(
    5, 1, 0, Attachment(WatchRef("ref_5"), a_task(media=FILM)), Form.EDIT, 1, ChatId(5), "en"
)
WATCHES = [WatchId(number) for number in (5, 7, 11)]


async def goes_and_comes_back(tx: Tx, chat: ChatId) -> None:
    await chats.lost(tx, chat, "blocked")
    await chats.back(tx, chat, NOON)


Question = Callable[[Tx], Awaitable[object]]
# Each with an index that it cannot do without.
QUESTIONS: dict[str, tuple[Question, str]] = {
    "due tasks": (lambda tx: tasks.claim_due(tx, NOON, 50), "ix_tasks_next_poll_at"),
    "due copies": (lambda tx: archive.claim(tx, NOON), "ix_tasks_archive_at"),
    "due messages": (lambda tx: dispatch.claim(tx, NOON, 16), "_pending"),
    "waiting updates": (lambda tx: inbox.claim(tx, NOON, 20), "ix_inbox_pending"),
    "expired watches": (
        lambda tx: subscriptions.expired(tx, NOON, 200),
        "ix_subscriptions_expires_at",
    ),
    "watches of tasks": (
        lambda tx: subscriptions.active_of(tx, ROWS),
        "ix_subscriptions_task",
    ),
    "watches in a chat": (
        lambda tx: subscriptions.active_in(tx, ChatId(5), None),
        "uq_subscriptions_active",
    ),
    "watch behind a button": (
        lambda tx: subscriptions.by_ref(tx, WatchRef("ref_5"), ChatId(5)),
        "subscriptions",
    ),
    "number of watches of a person": (
        lambda tx: subscriptions.count_active(tx, UserId(5)),
        "ix_subscriptions_user_active",
    ),
    "task by its name": (
        lambda tx: tasks.find(tx, OPERATOR, a_task(id="task_5").id),
        "tasks",
    ),
    "tasks that nobody watches": (
        lambda tx: tasks.rest_unwatched(tx, ROWS),
        "ix_subscriptions_task",
    ),
    "stale milestones": (
        lambda tx: outbox.skip_milestones(tx, WATCHES, NOON),
        "outbox",
    ),
    "messages for lost chats that are stale": (
        lambda tx: stale.skip_stale(tx, NOON),
        "_pending",
    ),
    "messages for lost chats that are history": (
        lambda tx: stale.give_up_on_lost(tx, NOON),
        "_pending",
    ),
    "films whose links have died": (
        lambda tx: stale.expire_films(tx, NOON, 200),
        "_pending",
    ),
    "others who wait for the same film": (
        lambda tx: films.share(tx, A_FILM, Unattached(Why.TOO_BIG), NOON),
        "ix_outbox_task_state",
    ),
    "others who wait for the same host": (
        lambda tx: films.wait_for_host(tx, A_FILM, NOON, NOON),
        "ix_outbox_task_state",
    ),
    "who waits for a fresh link": (
        lambda tx: films.link_is_fresh(tx, ROWS, NOON),
        "ix_outbox_task_state",
    ),
    "the reminder of a film": (
        lambda tx: films.forget_reminder(tx, A_FILM, NOON),
        "ix_outbox_",
    ),
    "whether a film was sent as a file": (
        lambda tx: films.has_file(tx, WatchId(5)),
        "outbox",
    ),
    "files that did not go": (
        lambda tx: films.forget_failed_file(tx, WatchId(5)),
        "outbox",
    ),
    "a lost chat that is back": (
        lambda tx: goes_and_comes_back(tx, ChatId(5)),
        "uq_subscriptions_active",
    ),
    "answers and updates and watches to purge": (
        lambda tx: purge(tx, NOON),
        "ix_subscriptions_ended_at",
    ),
}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def full(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The URL of a database with many rows; the tests leave them as they are."""
    if request.param == "sqlite":
        folder: Path = tmp_path_factory.mktemp("full")
        url = f"sqlite+aiosqlite:///{folder}/reelbell.db"
    else:
        url = request.getfixturevalue("postgres_url")
        asyncio.run(empty(url))
    asyncio.run(fill(url))
    return url


WALKED = ("_pending", "ix_inbox_received_at", "SCAN due")
"""An index of what is pending is as short as what is pending; of the other, one row is read."""


def reads_a_whole_table(step: str) -> bool:
    return "Seq Scan" in step or (step.startswith("SCAN ") and not step.endswith(WALKED))


@pytest.mark.parametrize("question", QUESTIONS)
async def test_no_question_reads_a_whole_table(full: str, question: str) -> None:
    ask, index = QUESTIONS[question]
    database = Database(full)
    plan = await plans_of(database, ask)
    await database.close()
    assert [step for step in plan if reads_a_whole_table(step)] == []
    assert any(index in step for step in plan), "\n".join(plan)


async def test_a_question_without_an_index_would_be_noticed(full: str) -> None:
    async def ask(tx: Tx) -> None:
        await tx.execute(task_rows.select().where(task_rows.c.kept == "file-1"))

    database = Database(full)
    plan = await plans_of(database, ask)
    await database.close()
    assert any(reads_a_whole_table(step) for step in plan)


async def test_a_task_that_leaves_is_looked_for_by_index_where_it_is_referred_to(full: str) -> None:
    """The check of a foreign key is in no plan: without an index it read all messages per task."""
    database = Database(full)
    for table, column in (
        ("outbox", "task"),
        ("outbox", "subscription"),
        ("subscriptions", "task"),
    ):

        async def ask(tx: Tx, table: str = table, column: str = column) -> None:
            await tx.exec_driver_sql(f"SELECT 1 FROM {table} WHERE {column} = 5")

        plan = await plans_of(database, ask)
        assert [step for step in plan if reads_a_whole_table(step)] == [], column
    await database.close()
