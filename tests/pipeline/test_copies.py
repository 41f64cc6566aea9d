"""Results are copied while their links live: each once, whole, and whatever happens on the way."""

import asyncio
from pathlib import Path

import pytest

from bot.core.archive import Unkept
from bot.core.film import Unattached, Why
from bot.core.task import Media, MediaKind
from storage.database import Database
from tests.builders import failed
from tests.pipeline.copying import BODY, Kept
from tests.pipeline.test_crashes import Killed, MortalDatabase

NAME = "task_a1/1.mp4"
ALBUM = Media(MediaKind.IMAGE, "https://cdn.example/1.png", ("https://cdn.example/2.png",))


@pytest.fixture
def line(database: Database, tmp_path: Path) -> Kept:
    return Kept(database, tmp_path)


def has_left_nothing(line: Kept) -> bool:
    return not list(line.temporary.iterdir())


async def test_what_has_ended_well_is_copied_once_and_its_row_knows_where(line: Kept) -> None:
    await line.ends()
    assert await line.archives(minutes=0) == 0
    assert await line.archives() == 1
    assert line.shelf.files() == {NAME: BODY}
    row = await line.row()
    assert (row["archived"], row["archive_at"]) == (f'["{NAME}"]', None)
    assert await line.archives(minutes=10_000) == 0
    assert has_left_nothing(line)


async def test_what_has_failed_is_not_copied(line: Kept) -> None:
    await line.ends()
    line.provider.says("task_b1", failed())
    await line.looks(after=3600)
    assert await line.archives(minutes=100) == 1


async def test_several_images_are_all_copied_in_their_order(line: Kept) -> None:
    line.host.there = {ALBUM.url: b"one", ALBUM.more[0]: b"two"}
    await line.ends(media=ALBUM)
    await line.archives()
    assert line.shelf.files() == {"task_a1/1.mp4": b"one", "task_a1/2.mp4": b"two"}
    assert (await line.row())["archived"] == '["task_a1/1.mp4","task_a1/2.mp4"]'


async def test_of_several_images_the_one_that_nobody_can_have_is_left_out(line: Kept) -> None:
    line.host.there = {ALBUM.url: Unattached(Why.BROKEN), ALBUM.more[0]: b"two"}
    await line.ends(media=ALBUM)
    await line.archives()
    assert (await line.row())["archived"] == '["task_a1/2.mp4"]'


async def test_tasks_that_differ_in_a_capital_have_copies_of_their_own(line: Kept) -> None:
    await line.ends("task_a1")
    await line.ends("task_A1")
    assert await line.archives() == 2
    assert len({name.lower() for name in line.shelf.files()}) == 2


async def test_two_processes_make_one_copy(line: Kept) -> None:
    await line.ends()
    line.clock.pass_by(minutes=1)
    other = line.another()
    done = await asyncio.gather(line.archiving.once(), other.once())
    assert sorted(done) == [0, 1]
    assert line.shelf.puts == [NAME]


async def under_way(line: Kept, every: float = 20) -> asyncio.Task[int]:
    """A copy that does not end before the host's gate is open."""
    line.host.gate = asyncio.Event()
    line.clock.pass_by(minutes=1)
    line.archiving = line.another(renew_every=every)
    copying = asyncio.create_task(line.archiving.once())
    await asyncio.wait_for(line.host.was_asked.wait(), 30)
    return copying


async def test_one_process_makes_one_copy_at_a_time(line: Kept) -> None:
    await line.ends("task_a1")
    await line.ends("task_b1")
    copying = await under_way(line)
    assert await asyncio.wait_for(line.archiving.once(), 30) == 0
    assert line.host.gate is not None
    line.host.gate.set()
    assert await copying == 1
    assert await line.archiving.once() == 1


async def test_a_copy_that_takes_long_stays_ours(line: Kept) -> None:
    await line.ends()
    copying = await under_way(line, every=0.01)
    for _ in range(3):
        line.clock.pass_by(seconds=50)
        async with asyncio.timeout(30):
            while (await line.row())["archive_at"] <= line.clock():  # type: ignore[operator]
                await asyncio.wait({copying}, timeout=0.01)  # a round of its renewals
        assert await line.another().once() == 0
    assert line.host.gate is not None
    line.host.gate.set()
    await copying
    assert line.shelf.puts == [NAME]


async def test_a_shutdown_leaves_no_file_and_the_copy_is_made_later(line: Kept) -> None:
    await line.ends()
    copying = await under_way(line)
    copying.cancel()
    await asyncio.wait({copying})
    assert has_left_nothing(line)
    line.host.gate = None
    line.restart()
    assert await line.archives() == 1
    assert line.shelf.files() == {NAME: BODY}


@pytest.mark.parametrize("after", [False, True], ids=["between fetch and put", "before settling"])
async def test_a_kill_costs_a_repetition(line: Kept, *, after: bool) -> None:
    put = line.shelf.put

    async def killed(name: str, path: Path) -> int | Unkept:
        if after:
            await put(name, path)
        raise Killed

    await line.ends()
    line.shelf.put = killed  # type: ignore[method-assign]
    with pytest.raises(Killed):
        await line.archives()
    assert line.shelf.files() == ({NAME: BODY} if after else {})
    line.shelf.put = put  # type: ignore[method-assign]
    line.restart()
    assert await line.archives(minutes=0.9) == 0
    assert await line.archives(minutes=0.2) == 1
    assert line.shelf.files() == {NAME: BODY}
    assert await line.archives(minutes=600) == 0


@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
@pytest.mark.parametrize("fatal", [1, 2])
async def test_a_kill_at_any_commit_costs_a_repetition_at_most(
    line: Kept, database_url: str, fatal: int, *, before: bool
) -> None:
    await line.ends()
    mortal = MortalDatabase(database_url, fatal, before=before)
    line.archiving = line.another(mortal)
    with pytest.raises(Killed):
        await line.archives()
    await mortal.close()
    line.restart()
    await line.archives(minutes=2)
    assert line.shelf.files() == {NAME: BODY}
    assert (await line.row())["archived"] == f'["{NAME}"]'
    assert len(line.shelf.puts) == (2 if (fatal, before) == (2, True) else 1)
