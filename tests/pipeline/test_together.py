"""Stages that run at the same time, as they do: nothing passes unseen, no bound is exceeded."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from bot.core.delivery import Form, MessageGone, NotSent, Parcel, Receipt, Sent
from bot.core.film import Film, Progress
from bot.core.notice import Attachment, Card
from bot.core.request import AskHelp, AskStopAll, Request
from bot.core.task import Unavailable
from bot.pipeline.deliver import IN_FLIGHT, RATE, Deliver
from bot.pipeline.poll import Poll
from storage.database import Database, Tx
from tests.builders import ANN, XIAOLI, ask, completed, running
from tests.fakes import RecordingChat
from tests.pipeline.conftest import Line


class Meanwhile(Database):
    """Lets something begin while the first transaction that changes an ended task is open."""

    def __init__(self, url: str, begin: Callable[[], Awaitable[None]]) -> None:
        super().__init__(url)
        self._begin = begin
        self.begun: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Tx]:
        async with super().write() as tx:
            yield tx
            ended = await tx.exec_driver_sql("SELECT 1 FROM tasks WHERE ended_at IS NOT NULL")
            if self.begun is None and ended.first() is not None:
                self.begun = asyncio.ensure_future(self._begin())
                await asyncio.wait({self.begun}, timeout=0.3)


async def while_it_ends(line: Line, asked: Request) -> None:
    """The task of *line* ends, and before that is committed somebody asks."""
    database = line.database
    await line.arrives(asked)

    async def begin() -> None:
        await line.answering.once()

    meanwhile = Meanwhile(database.url.render_as_string(hide_password=False), begin)
    line.poll = Poll(
        meanwhile,
        line.provider,
        key="key",
        rate=1000,
        concurrency=50,
        now=line.clock,
        dice=lambda: 0.0,
    )
    line.clock.pass_by(seconds=20)
    await line.poll.once()
    assert meanwhile.begun is not None
    await meanwhile.begun
    await meanwhile.close()


async def test_a_chat_that_joins_in_the_moment_of_the_end_gets_the_end(line: Line) -> None:
    """On PostgreSQL she got a card, and after three days a "gave up"."""
    line.provider.says("task_a1", running(10), completed())
    await line.asks(ask("task_a1"))
    await line.looks()
    await while_it_ends(line, ask("task_a1", XIAOLI))
    for _ in range(3):
        await line.looks(after=20)
        await line.delivers(seconds=3)
    assert line.chat.told(XIAOLI)[-2:] == ["Ended", "Attachment"]


async def test_who_stops_in_the_moment_of_the_end_is_told_one_of_both(line: Line) -> None:
    line.provider.says("task_a1", running(10), completed())
    await line.asks(ask("task_a1"))
    await line.looks()
    await while_it_ends(line, ask(AskStopAll()))
    await line.delivers(seconds=8)
    told = line.chat.told(ANN)
    assert ("Stopped" in told) != ("Ended" in told)


async def test_overlapping_rounds_keep_to_the_rate_of_messages(line: Line) -> None:
    line.deliver = Deliver(line.database, line.chat, line.results, now=line.clock, dice=lambda: 0.0)
    for number in range(3 * IN_FLIGHT):
        await line.asks(ask(AskHelp(), 6000 + number))
    await asyncio.gather(*(line.deliver.once() for _ in range(10)))
    assert 1 <= len(line.chat.sent) <= RATE / 8


async def test_overlapping_rounds_keep_to_the_rate_of_questions(line: Line) -> None:
    line.poll = Poll(
        line.database,
        line.provider,
        key="key",
        rate=20,
        concurrency=50,
        now=line.clock,
        dice=lambda: 0.0,
    )
    for number in range(60):
        await line.asks(ask(f"task_{number:06}", 6000 + number))
    await asyncio.gather(*(line.poll.once() for _ in range(10)))
    assert len(line.provider.asked) == 20 / 5


class HangingChat(RecordingChat):
    """Does what it is asked, and never answers."""

    def __init__(self, hangs: Callable[[Parcel], bool]) -> None:
        super().__init__()
        self._hangs = hangs
        self.hanging = asyncio.Event()

    async def send(
        self, parcel: Parcel, films: tuple[Film, ...] = (), progress: Progress | None = None
    ) -> Receipt:
        receipt = await super().send(parcel, films, progress)
        if isinstance(receipt, Sent) and self._hangs(parcel):
            self.hanging.set()
            await asyncio.Event().wait()
        return receipt


async def shut_down(line: Line, chat: HangingChat) -> None:
    stage = asyncio.create_task(line.deliver.once())
    await asyncio.wait_for(chat.hanging.wait(), 30)
    stage.cancel()
    await asyncio.gather(stage, return_exceptions=True)


async def test_a_cancelled_round_has_given_back_every_claim_when_it_returns(line: Line) -> None:
    chat = line.chat = HangingChat(lambda _: True)
    line.restart()
    for number in range(10):
        await line.asks(ask(AskHelp(), 6000 + number))
    await shut_down(line, chat)
    async with line.database.read() as tx:
        leased = "SELECT count(*) FROM outbox WHERE leased_until IS NOT NULL"
        assert (await tx.exec_driver_sql(leased)).scalar() == 0


async def test_a_film_whose_answer_a_shutdown_cut_off_is_not_sent_twice(line: Line) -> None:
    chat = line.chat = HangingChat(lambda parcel: parcel.form is Form.NEW and is_film(parcel))
    line.restart()
    line.provider.says("task_a1", completed())
    await line.asks(ask("task_a1"))
    await line.poll.once()
    await line.deliver.once()
    line.chat.receipts[ANN] = [MessageGone()]  # the announcement: the film goes out anew
    await line.deliver.once()
    line.clock.pass_by(seconds=3)
    await shut_down(line, chat)
    line.restart()
    await line.delivers(seconds=10)
    forms = [one.form for one in line.chat.sent if is_film(one)]
    assert forms == [Form.NEW, Form.NEW_LINK]


def is_film(parcel: Parcel) -> bool:
    return isinstance(parcel.notice, Attachment)


async def test_a_row_that_cannot_be_written_costs_the_others_of_its_round_nothing(
    line: Line,
) -> None:
    for name, chat in (("task_bad1", ANN), ("task_ok1", XIAOLI)):
        line.provider.says(name, completed())
        await line.asks(ask(name, chat))
    async with line.database.write() as tx:
        await tx.exec_driver_sql(
            "INSERT INTO outbox (chat_id, subscription, kind, rank, form, payload, due_at,"
            " created_at, state) SELECT chat_id, id, 'announce', 1, 'new', 'Hint {}', created_at,"
            f" created_at, 'sent' FROM subscriptions WHERE chat_id = {ANN}"
        )
    await line.looks()
    await line.delivers(seconds=3)
    assert line.chat.told(XIAOLI) == ["Ended", "Attachment"]


async def test_a_new_question_wakes_a_task_that_is_backed_off(line: Line) -> None:
    line.provider.says("task_a1", *[Unavailable("x")] * 4, completed())
    await line.asks(ask("task_a1", ANN))
    for _ in range(4):
        await line.looks(after=301)
    asked = len(line.provider.asked)
    await line.asks(ask("task_a1", XIAOLI))
    await line.looks(after=1)
    assert len(line.provider.asked) == asked + 1


async def test_a_card_that_was_refused_does_not_ring_after_the_end(line: Line) -> None:
    class RefusesTheFirstCard(RecordingChat):
        refused = False

        async def send(
            self, parcel: Parcel, films: tuple[Film, ...] = (), progress: Progress | None = None
        ) -> Receipt:
            if isinstance(parcel.notice, Card) and not self.refused:
                self.refused = True
                await line.poll.once()
                return NotSent("refused")
            return await super().send(parcel, films, progress)

    line.chat = RefusesTheFirstCard()
    line.restart()
    line.provider.says("task_a1", completed())
    await line.asks(ask("task_a1"))
    await line.delivers(seconds=30)
    assert line.chat.told() == ["Ended", "Attachment"]
