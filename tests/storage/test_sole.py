"""One bot per SQLite file; whoever comes after a crash waits for no lease of the dead."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from storage import dispatch, inbox, outbox, tasks
from storage.database import Database
from storage.sole import NotAloneError, free_leases, sole_owner
from storage.tables import tasks as task_rows
from tests.builders import NOON, XIAOLI, a_task
from tests.storage.rows import a_stored_chat, a_stored_task, an_answer, an_update, rows_of

ROOT = Path(__file__).parents[2]
OWNER = """
import sys
from pathlib import Path
from storage.sole import sole_owner
with sole_owner(Path(sys.argv[1])):
    print("mine", flush=True)
    sys.stdin.read()
"""


@contextmanager
def another_owner(file: Path) -> Iterator["subprocess.Popen[str]"]:
    """A process that has the file, until its input is closed or it is killed."""
    with subprocess.Popen(  # noqa: S603 — this interpreter, our own lines
        [sys.executable, "-c", OWNER, str(file)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "mine\n"
            yield process
        finally:
            process.kill()


def test_a_second_process_is_refused_with_what_to_do(tmp_path: Path) -> None:
    file = tmp_path / "reelbell.db"
    with another_owner(file), pytest.raises(NotAloneError) as refusal, sole_owner(file):
        pass
    assert str(file) in str(refusal.value)
    assert "stop it" in str(refusal.value)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("end", ["kill", "terminate"])
def test_the_file_is_free_again_when_its_process_is_gone_however_it_went(
    tmp_path: Path, end: str
) -> None:
    file = tmp_path / "reelbell.db"
    with another_owner(file) as process:
        getattr(process, end)()
        process.wait()
        with sole_owner(file):
            pass


def test_two_files_may_have_two_owners(tmp_path: Path) -> None:
    with another_owner(tmp_path / "one.db"), sole_owner(tmp_path / "two.db"):
        pass


def test_an_owner_lets_go_even_after_an_error(tmp_path: Path) -> None:
    file = tmp_path / "reelbell.db"
    with pytest.raises(ZeroDivisionError), sole_owner(file):
        raise ZeroDivisionError
    with another_owner(file):
        pass


async def test_after_a_crash_everything_that_was_claimed_is_due_at_once(
    database: Database,
) -> None:
    async with database.write() as tx:
        await a_stored_task(tx)
        await a_stored_chat(tx)
        await outbox.put(tx, [an_answer()], NOON)
        await inbox.store(tx, [an_update(1, XIAOLI)], NOON)
        for claim in (tasks.claim_due, dispatch.claim, inbox.claim):
            assert len(await claim(tx, NOON, 10)) == 1
            assert len(await claim(tx, NOON, 10)) == 0
    now = NOON + timedelta(seconds=2)
    async with database.write() as tx:
        await free_leases(tx, now)
    async with database.write() as tx:
        for claim in (tasks.claim_due, dispatch.claim, inbox.claim):
            assert len(await claim(tx, now, 10)) == 1


async def test_a_look_that_is_far_off_for_a_reason_stays_far_off(database: Database) -> None:
    far = NOON + timedelta(minutes=5)
    async with database.write() as tx:
        await a_stored_task(tx, "task_far", far)
        over = await a_stored_task(tx, "task_over")
        await tasks.save(tx, [(over, a_task(), None)])
        await free_leases(tx, NOON)
    assert [row["next_poll_at"] for row in await rows_of(database, task_rows)] == [far, None]
