"""Gates in the whole line: budgets that processes share, outages that are told once, rests kept."""

import asyncio
from datetime import timedelta

from sqlalchemy import update

from bot.core.delivery import NotSent, Parcel, TokenRefused
from bot.core.notice import Attachment, Card
from bot.core.request import AskHelp, Start
from bot.core.task import KeyRefused, Throttled, Trouble, Unavailable
from bot.core.watch import UserId
from bot.pipeline.deliver import RATE, Deliver
from bot.pipeline.outage import WORTH_TELLING, Outage
from bot.pipeline.poll import Poll
from storage.crashes import PAUSES
from storage.dispatch import LEASE
from storage.tables import outbox, tasks
from storage.tasks import LEASES
from tests.builders import ANN, XIAOLI, ask, completed, running
from tests.pipeline.conftest import Line
from tests.storage.rows import rows_of

DOWN = Unavailable("HTTP 502")
EVERYBODY = range(6000, 6012)


def a_poller(line: Line, rate: float = 1000) -> Poll:
    return Poll(
        line.database,
        line.provider,
        key="key",
        rate=rate,
        concurrency=50,
        now=line.clock,
        dice=lambda: 0.0,
    )


def an_outage_teller(line: Line, *admins: int) -> Outage:
    return Outage(line.database, admins=map(UserId, admins), now=line.clock)


async def twelve_watches(line: Line) -> None:
    """Each on a task of its own that runs."""
    for chat in EVERYBODY:
        line.provider.says(f"task_{chat}", running(10))
        await line.asks(ask(f"task_{chat}", chat))
    await line.looks()
    await line.delivers(seconds=5)


def provider_says(line: Line, *readings: object) -> None:
    for chat in EVERYBODY:
        line.provider.says(f"task_{chat}", *readings)  # type: ignore[arg-type]


def troubles_of(parcel: Parcel) -> Trouble | None:
    assert isinstance(parcel.notice, Card)
    return parcel.notice.task.trouble


async def looks_for(line: Line, seconds: int) -> int:
    """How many questions were asked meanwhile."""
    before = len(line.provider.asked)
    for _ in range(seconds):
        await line.looks(after=1)
    return len(line.provider.asked) - before


async def test_two_processes_share_the_rate_of_messages(line: Line) -> None:
    senders = [
        Deliver(line.database, line.chat, line.results, now=line.clock, dice=lambda: 0.0)
        for _ in range(2)
    ]
    for number in range(60):
        await line.asks(ask(AskHelp(), 6000 + number))
    for _ in range(20):
        await asyncio.gather(*(one.once() for one in senders))
        line.clock.pass_by(seconds=0.05)
    assert RATE * 0.9 <= len(line.chat.sent) <= RATE + RATE / 8


async def test_two_processes_share_the_rate_of_questions(line: Line) -> None:
    pollers = [a_poller(line, rate=10) for _ in range(2)]
    for number in range(60):
        await line.asks(ask(f"task_{number:06}", 6000 + number))
    for _ in range(10):
        await asyncio.gather(*(one.once() for one in pollers))
        line.clock.pass_by(seconds=0.1)
    assert 9 <= len(line.provider.asked) <= 12


async def test_during_an_outage_one_asks_for_all_and_afterwards_nobody_is_forgotten(
    line: Line,
) -> None:
    await twelve_watches(line)
    provider_says(line, DOWN)
    usual = await looks_for(line, 120)
    assert usual <= 20
    provider_says(line, completed())
    await looks_for(line, 75)
    await line.delivers(seconds=5)
    assert {one.chat_id for one in line.chat.sent if isinstance(one.notice, Attachment)} == set(
        EVERYBODY
    )


async def test_a_short_outage_is_not_spoken_of(line: Line) -> None:
    await twelve_watches(line)
    provider_says(line, DOWN)
    await looks_for(line, int(WORTH_TELLING.total_seconds()) - 60)
    assert await an_outage_teller(line).once() == 0


async def test_a_long_outage_is_told_once_on_every_card_without_a_sound(line: Line) -> None:
    await twelve_watches(line)
    provider_says(line, DOWN)
    await looks_for(line, int(WORTH_TELLING.total_seconds()) + 60)
    before = len(line.chat.sent)
    for _ in range(3):
        await an_outage_teller(line).once()
        await line.delivers(seconds=5)
    told = line.chat.sent[before:]
    assert len(told) <= len(EVERYBODY)
    last = {int(one.chat_id): one for one in line.chat.sent}
    assert {troubles_of(last[chat]) for chat in EVERYBODY} == {Trouble.UNAVAILABLE}
    assert None not in [last[chat].message_id for chat in EVERYBODY]


async def test_after_an_outage_each_card_is_drawn_once_more(line: Line) -> None:
    await twelve_watches(line)
    provider_says(line, DOWN)
    await looks_for(line, int(WORTH_TELLING.total_seconds()) + 60)
    await an_outage_teller(line).once()
    await line.delivers(seconds=5)
    before = len(line.chat.sent)
    provider_says(line, running(10))
    await looks_for(line, 120)
    assert len(line.chat.sent) - before == len(EVERYBODY)
    assert {troubles_of(one) for one in line.chat.sent[before:]} == {None}


async def test_a_refused_key_is_told_to_the_admins_once_and_ends_nothing(line: Line) -> None:
    await line.asks(ask(Start(), XIAOLI))
    await twelve_watches(line)
    provider_says(line, KeyRefused())
    teller = an_outage_teller(line, XIAOLI, 9999)
    for _ in range(10):
        await looks_for(line, 30)
        await teller.once()
    await line.delivers(seconds=5)
    assert line.chat.told(XIAOLI) == ["Welcome", "KeyTrouble"]
    assert line.chat.told(9999) == []
    provider_says(line, completed())
    await looks_for(line, 90)
    await line.delivers(seconds=5)
    assert line.chat.told().count("Attachment") == len(EVERYBODY)


async def test_a_rest_that_the_provider_asks_for_is_kept_by_all_processes(line: Line) -> None:
    await twelve_watches(line)
    until = line.clock() + timedelta(seconds=120)
    provider_says(line, Throttled(until))
    await looks_for(line, 20)
    asked = len(line.provider.asked)
    line.poll = a_poller(line)
    provider_says(line, running(20))
    while line.clock() < until:
        await line.looks(after=5)
    assert len(line.provider.asked) <= asked + 1


async def test_an_outage_of_telegram_costs_a_few_calls_and_no_message(line: Line) -> None:
    for chat in EVERYBODY:
        line.chat.receipts[chat] = [NotSent("down")] * 1000
        await line.asks(ask(AskHelp(), chat))
    await line.delivers(seconds=600)
    assert len(line.chat.attempted) <= 600 / 4 + len(EVERYBODY)
    line.chat.receipts.clear()
    await line.delivers(seconds=90)
    assert sorted(one.chat_id for one in line.chat.sent) == list(EVERYBODY)


async def test_with_a_token_that_is_refused_nothing_is_sent_and_nothing_is_lost(line: Line) -> None:
    for chat in EVERYBODY:
        line.chat.receipts[chat] = [TokenRefused()] * 1000
        await line.asks(ask(AskHelp(), chat))
    await line.delivers(seconds=120)
    assert len(line.chat.attempted) <= len(EVERYBODY) + 3
    line.chat.receipts.clear()
    await line.delivers(seconds=180)
    assert sorted(one.chat_id for one in line.chat.sent) == list(EVERYBODY)


async def claimed_and_never_settled(line: Line, table: object, times: int) -> None:
    """As after so many kills in the middle of it."""
    async with line.database.write() as tx:
        await tx.execute(update(table).values(unsettled=times))  # type: ignore[arg-type]


async def test_a_message_that_ends_its_process_again_and_again_is_set_aside(line: Line) -> None:
    await line.asks(ask(AskHelp(), ANN))
    await claimed_and_never_settled(line, outbox, len(PAUSES))
    await line.delivers(seconds=5)
    [row] = await rows_of(line.database, outbox)
    assert (row["state"], row["reason"]) == ("dead", "it ended its process")
    assert line.chat.sent == []


async def test_a_film_that_ends_its_process_leaves_its_link(line: Line) -> None:
    line.provider.says("task_a1", completed())
    await line.asks(ask("task_a1"))
    await line.poll.once()
    await line.deliver.once()
    await claimed_and_never_settled(line, outbox, len(PAUSES))
    await line.delivers(seconds=5)
    assert line.chat.told() == ["Ended", "Attachment"]
    assert line.chat.sent[-1].form == "edit_link"


async def test_what_was_in_flight_at_three_crashes_waits_a_little_and_goes_out(line: Line) -> None:
    await line.asks(ask(AskHelp(), ANN))
    await claimed_and_never_settled(line, outbox, 3)
    await line.delivers(seconds=5)
    assert line.chat.told() == ["Help"]
    [row] = await rows_of(line.database, outbox)
    assert row["unsettled"] == 0


async def test_a_task_that_ends_its_process_is_looked_at_less_and_less_often(line: Line) -> None:
    line.provider.says("task_a1", running(1))
    await line.asks(ask("task_a1"))
    await claimed_and_never_settled(line, tasks, 4)
    stuck = a_poller(line)
    await stuck._claim()
    [row] = await rows_of(line.database, tasks)
    assert row["next_poll_at"] - line.clock() == LEASES[4] > LEASE
    line.clock.pass_by(seconds=LEASES[4].total_seconds())
    await line.looks()
    [row] = await rows_of(line.database, tasks)
    assert row["unsettled"] == 0
