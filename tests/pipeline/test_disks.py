"""A disk is full, read-only or broken: nothing is said that cannot be noted, and it all goes on."""

from contextlib import suppress
from itertools import count
from pathlib import Path

import pytest

from bot.core.notice import NoRoom, Notice, Stopped, Toast, ToastText
from bot.core.request import AskHelp, AskStopAll, AskWatch, Button, Press
from bot.core.task import TaskId
from bot.pipeline.answer import Answering
from storage.database import Database, parse_url
from storage.faults import Fault, fault_of
from storage.health import RESERVE, has_room, is_enough
from storage.schema import migrate
from storage.tables import inbox, outbox
from tests.builders import ANN, ask, completed, failed, queued
from tests.pipeline.conftest import Line
from tests.storage.disks import failing_disk, read_only, small_disk
from tests.storage.rows import rows_of

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def works_off(line: Line) -> None:
    """Everything that was stored, in a process that has forgotten all it knew."""
    line.restart()
    line.clock.pass_by(seconds=31)
    while await line.answering.once():
        pass
    await line.delivers(seconds=5)


async def everybody_asks(line: Line) -> None:
    for number in count(1):
        await line.arrives(ask(AskHelp(), ANN + number))


async def everything_was_answered_once(line: Line) -> bool:
    """To whom, and that it is noted."""
    letters = await rows_of(line.database, inbox)
    told = [
        row["chat_id"] for row in await rows_of(line.database, outbox) if row["state"] == "sent"
    ]
    asked = [row["chat_id"] for row in letters if row["state"] == "done"]
    sent = [one.chat_id for one in line.chat.sent]
    return len(letters) == len(asked) and sorted(asked) == sorted(told) == sorted(sent)


async def test_on_a_full_disk_nothing_is_taken_in_or_said_and_then_all_of_it(
    tmp_path: Path,
) -> None:
    with small_disk(tmp_path / "disk") as disk:
        await migrate(disk.url)
        line = Line(Database(disk.url))
        await line.arrives(ask(AskHelp()))
        disk.fill(line.database)
        with pytest.raises(Exception, match="full") as refused:
            await everybody_asks(line)
        assert fault_of(refused.value) is Fault.STUCK
        for stage in (line.answering, line.deliver) * 3:
            with suppress(Exception):
                await stage.once()
            noted = [row for row in await rows_of(line.database, outbox) if row["state"] == "sent"]
            assert len(noted) == len(line.chat.attempted)
        disk.make_room(line.database)
        await works_off(line)
        assert await everything_was_answered_once(line)
        await line.database.close()


@ON_SQLITE
async def test_on_a_read_only_disk_nothing_is_said_and_then_all_of_it(line: Line) -> None:
    for chat in range(ANN, ANN + 9):
        await line.arrives(ask(AskHelp(), chat))
    await line.answering.once()
    await line.arrives(ask(AskHelp(), ANN + 9))
    read_only(line.database, on=True)
    for stage in (line.answering, line.deliver) * 3:
        with suppress(Exception):
            await stage.once()
    assert line.chat.attempted == []
    read_only(line.database, on=False)
    await works_off(line)
    assert await everything_was_answered_once(line)


@ON_SQLITE
async def test_a_disk_that_fails_costs_no_question_an_attempt(line: Line) -> None:
    for chat in range(ANN, ANN + 9):
        await line.arrives(ask(AskHelp(), chat))
    for _ in range(9):
        with failing_disk(), pytest.raises(Exception, match="I/O"):
            await line.answering.once()
    assert line.chat.attempted == []
    assert {row["attempts"] for row in await rows_of(line.database, inbox)} == {0}
    await works_off(line)
    assert await everything_was_answered_once(line)


@pytest.fixture
async def crowded(line: Line) -> Line:
    """One film is watched; then the disk is almost full."""
    line.provider.says("task_a1", queued(), completed())
    await line.asks(ask("task_a1"))
    await line.looks()
    line.answering = Answering(
        line.database, line._read, rules=line.rules, now=line.clock, has_room=lambda: False
    )
    return line


def told(line: Line, kind: type[Notice]) -> list[Notice]:
    return [one.notice for one in line.chat.sent if isinstance(one.notice, kind)]


async def test_without_room_a_new_watch_is_refused_and_says_so(crowded: Line) -> None:
    await crowded.asks(ask(AskWatch((TaskId("task_b1"),), ("täsk",))))
    await crowded.delivers(seconds=5)
    assert crowded.chat.told()[-2:] == ["BadIds", "NoRoom"]
    assert "task_b1" not in crowded.provider.asked


async def test_without_room_everything_else_goes_on(crowded: Line) -> None:
    await crowded.asks(ask(AskHelp()))
    await crowded.looks(after=20)
    await crowded.delivers(seconds=5)
    assert {"Help", "Ended", "Attachment"} <= set(crowded.chat.told())
    assert told(crowded, NoRoom) == []


async def test_without_room_a_watch_can_be_stopped(crowded: Line) -> None:
    await crowded.asks(ask(AskStopAll()))
    await crowded.delivers(seconds=5)
    assert len(told(crowded, Stopped)) == 1


async def test_without_room_the_button_to_look_again_says_so(line: Line) -> None:
    line.provider.says("task_a1", failed(), queued())
    await line.asks(ask("task_a1"))
    await line.looks()
    [ref] = {one.notice.ref for one in line.chat.sent if hasattr(one.notice, "ref")}
    line.answering = Answering(
        line.database, line._read, rules=line.rules, now=line.clock, has_room=lambda: False
    )
    await line.asks(ask(Press("q1", Button.AGAIN, ref)))
    await line.delivers(seconds=3)
    assert told(line, Toast) == [Toast("q1", ToastText.NO_ROOM)]
    assert await line.looks(after=600) == 0


@pytest.mark.parametrize(
    ("free", "size", "enough"),
    [
        (RESERVE, 100 * RESERVE, True),
        (RESERVE - 1, 100 * RESERVE, False),
        (100_000, 1_000_000, True),
        (99_999, 1_000_000, False),
        (0, 0, True),  # a file system that does not say
    ],
)
def test_there_is_room_while_the_reserve_is_untouched(
    free: int, size: int, *, enough: bool
) -> None:
    assert is_enough(free, size) is enough


async def test_the_room_is_that_of_the_databases_disk(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk") as disk:
        database = Database(disk.url)
        assert has_room(database.url)
        disk.fill(database)
        assert has_room(database.url) is not disk.mounted  # else nothing real is full
        await database.close()


def test_the_disk_of_a_server_is_not_ours_to_judge() -> None:
    assert has_room(parse_url("postgresql+asyncpg://host/name"))
