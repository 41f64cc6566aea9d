"""A process that stood still, or takes very long: it does nothing twice, and holds nobody up."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select

from bot.core.delivery import Parcel, Receipt
from bot.core.film import Film, Progress
from bot.core.notice import Attachment, Ended, Help
from bot.core.request import AskHelp, Button, Press
from bot.core.task import TaskId
from bot.pipeline.deliver import FILMS_IN_FLIGHT, Deliver, Timing
from storage import subscriptions, tasks
from storage.tables import outbox
from storage.tables import subscriptions as watches
from storage.tasks import OPERATOR
from tests.builders import ANN, ask, completed, running
from tests.fakes import RecordingChat
from tests.pipeline.conftest import Line
from tests.storage.rows import rows_of


class Ticks:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def a_process(line: Line, ticks: Callable[[], float]) -> Deliver:
    return Deliver(
        line.database,
        line.chat,
        line.results,
        now=line.clock,
        dice=lambda: 0.0,
        rate=1000,
        timing=Timing(renew_every=0.01, ticking=ticks),
    )


async def test_a_process_that_was_stopped_before_it_sent_sends_nothing_when_it_wakes(
    line: Line,
) -> None:
    ticks = Ticks()
    stopped, other = a_process(line, ticks), a_process(line, Ticks())
    await line.asks(ask(AskHelp()))
    [parcel] = await stopped._claim()
    line.clock.pass_by(seconds=60)
    await other.once()
    ticks.now += 60
    await stopped._deliver(parcel, good_until=20)
    assert line.chat.told() == ["Help"]


class Slow(RecordingChat):
    """Films do not come before they are let go."""

    def __init__(self) -> None:
        super().__init__()
        self.go = asyncio.Event()
        self.helped = asyncio.Event()

    async def send(
        self, parcel: Parcel, films: tuple[Film, ...] = (), progress: Progress | None = None
    ) -> Receipt:
        if isinstance(parcel.notice, Attachment):
            self.attempted.append(parcel)
            await self.go.wait()
        if isinstance(parcel.notice, Help):
            self.helped.set()
        return await super().send(parcel, films, progress)


async def leased_longer(line: Line) -> None:
    """Returns when the claim of the film was renewed since this was called."""
    is_film = outbox.c.kind == "attach"
    until = line.clock() + timedelta(seconds=30)
    async with asyncio.timeout(30):
        while True:
            async with line.database.read() as tx:
                if await tx.scalar(select(outbox.c.leased_until).where(is_film)) == until:
                    return
            await asyncio.sleep(0.01)


async def test_a_film_that_takes_longer_than_a_lease_is_nobody_elses_meanwhile(line: Line) -> None:
    slow = line.chat = Slow()
    line.restart()
    line.provider.says("task_a1", completed())
    await line.asks(ask("task_a1"))
    await line.poll.once()
    await line.deliver.once()
    sender, other = a_process(line, Ticks()), a_process(line, Ticks())
    line.clock.pass_by(seconds=2)
    sending = asyncio.create_task(sender.once())
    for _ in range(4):
        line.clock.pass_by(seconds=20)
        await leased_longer(line)
        assert await other.once() == 0
    slow.go.set()
    await sending
    assert len([one for one in slow.sent if isinstance(one.notice, Attachment)]) == 1


async def test_films_that_take_long_leave_room_for_what_takes_none(line: Line) -> None:
    slow = line.chat = Slow()
    line.restart()
    for chat in range(6000, 6016):
        line.provider.says(f"task_{chat}", completed())
        await line.asks(ask(f"task_{chat}", chat))
    await line.poll.once()
    process = a_process(line, Ticks())
    rounds = []
    for _ in range(10):
        line.clock.pass_by(seconds=1)
        rounds.append(asyncio.create_task(process.once()))
        await asyncio.wait(rounds, timeout=0.2)
    await line.asks(ask(AskHelp(), ANN))
    rounds.append(asyncio.create_task(process.once()))
    await asyncio.wait_for(slow.helped.wait(), 10)
    assert len([one for one in slow.attempted if isinstance(one.notice, Attachment)]) == (
        FILMS_IN_FLIGHT
    )
    assert slow.told().count(Ended.__name__) == 16
    slow.go.set()
    await asyncio.gather(*rounds)


async def test_a_bell_that_is_turned_while_a_look_is_settled_forgets_no_mark(line: Line) -> None:
    """On PostgreSQL the mark was told a second time, and the task could not be settled any more."""
    line.provider.says("task_a1", running(10), running(30))
    await line.asks(ask("task_a1"))
    await line.looks()
    await line.looks(after=20)
    [watch] = await rows_of(line.database, watches)
    await line.arrives(ask(Press("q", Button.LADDER, watch["ref"])))
    async with line.database.write() as tx:
        found = await tasks.find(tx, OPERATOR, TaskId("task_a1"))
        assert found is not None
        await tasks.hold_rows(tx, [found.row])
        [one] = (await subscriptions.active_of(tx, [found.row]))[found.row]
        await tasks.remark(tx, [(found.row, replace(found.task, percent=60))])
        await subscriptions.climb(tx, [replace(one.watch, told=50)])
        pressing = asyncio.create_task(line.answering.once())
        await asyncio.wait({pressing}, timeout=0.3)
    await pressing
    [watch] = await rows_of(line.database, watches)
    assert watch["told"] >= 50
    line.provider.says("task_a1", completed())
    await line.looks(after=20)
    await line.delivers(seconds=5)
    assert {"Ended", "Attachment"} <= set(line.chat.told(ANN))
