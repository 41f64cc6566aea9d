"""Whatever happens to the outbox in whatever order: no row vanishes, nothing is said too late."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot.core.delivery import Form, Sent
from bot.core.notice import Attachment, Card, Ended, GaveUp, Milestone
from bot.core.watch import ChatId, WatchRef
from storage.database import Database
from storage.dispatch import LEASE
from storage.schema import migrate
from storage.tables import outbox
from tests.builders import ANN, XIAOLI
from tests.pipeline.deeds import GROUP, PRODUCES, SUPERGROUP, Answer, Back, Deed, lives
from tests.pipeline.outbox_world import Flight, World

WITHOUT_EXPLAINING = (Phase.reuse, Phase.generate, Phase.shrink)
"""Which would take minutes."""
ENOUGH = 400
"""Rounds in which a queue like this is empty, when nothing goes wrong any more."""


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[asyncio.Runner, Database]]:
    folder: Path = tmp_path_factory.mktemp("any-order")
    url = f"sqlite+aiosqlite:///{folder}/reelbell.db"
    with asyncio.Runner() as runner:
        runner.run(migrate(url))
        opened = Database(url)
        yield runner, opened
        runner.run(opened.close())


@given(settled=st.booleans(), happened=lives)
@settings(max_examples=40, deadline=None, phases=WITHOUT_EXPLAINING)
def test_in_whatever_order_things_happen_every_message_ends_well_and_in_order(
    database: tuple[asyncio.Runner, Database], *, settled: bool, happened: list[Deed]
) -> None:
    runner, opened = database
    runner.run(live(opened, happened, settled=settled))


async def live(database: Database, happened: Sequence[Deed], *, settled: bool) -> None:
    """Leaves no trace: the transaction is never committed."""
    async with database.read() as tx:
        world = World(tx)
        await world.begin(settled=settled)
        for deed in happened:
            before = await world.pending()
            await world.does(deed)
            if not isinstance(deed, PRODUCES):
                # A card that was set aside while it was being sent has arrived: it gets closed.
                arrived_late = isinstance(deed, Answer) and isinstance(deed.receipt, Sent)
                assert await world.pending() <= before + arrived_late, deed
        await every_row_is_accounted_for(world)
        await all_goes_well(world)
        await every_row_is_accounted_for(world)
        assert await world.pending() == 0, "the queue drains"
        await every_card_says_the_latest(world)
        nothing_is_said_too_late(world.flights)
        whoever_stopped_is_left_alone(world)
        await tx.rollback()


async def every_row_is_accounted_for(world: World) -> None:
    for row in (await world.tx.execute(select(outbox))).mappings():
        match row["state"]:
            case "pending":
                assert row["leased_until"] is None or row["leased_until"] <= world.now + LEASE
            case "sent":
                assert row["settled_at"] is not None
            case _:
                assert row["reason"], row
                assert row["settled_at"] is not None


async def all_goes_well(world: World) -> None:
    """From now on. Whoever was on the way may still land, and tells nobody."""
    for chat in (ChatId(ANN), ChatId(XIAOLI), GROUP, SUPERGROUP):
        await world.does(Back(chat))
    for _ in range(ENOUGH):
        if await world.pending() == 0:
            return
        await world.goes_well()
        await world.waits_for_the_next()


async def every_card_says_the_latest(world: World) -> None:
    shown = {one.parcel.id: one.parcel.revision for one in world.flights if one.landed}
    cards = select(outbox).where(outbox.c.kind == "card", outbox.c.state == "sent")
    for row in (await world.tx.execute(cards)).mappings():
        assert shown[row["id"]] == row["revision"]


def by_watch(flights: Sequence[Flight]) -> dict[WatchRef, list[Flight]]:
    """Of what landed, in the order of the claims."""
    told = defaultdict(list)
    for flight in flights:
        said = flight.parcel.notice
        if flight.landed and isinstance(said, Card | Milestone | Ended | GaveUp | Attachment):
            told[said.ref].append(flight)
    return told


def nothing_is_said_too_late(flights: Sequence[Flight]) -> None:
    for told in by_watch(flights).values():
        notices = [flight.parcel.notice for flight in told]
        marks = [said.mark for said in notices if isinstance(said, Milestone)]
        assert marks == sorted(marks)
        is_over = is_attached = False
        for flight in told:
            is_film = isinstance(flight.parcel.notice, Attachment)
            is_announced = isinstance(flight.parcel.notice, Ended | GaveUp)
            assert is_film or is_announced or not is_over or closes_a_card(flight), notices
            assert not (is_announced and is_attached), notices
            is_over = is_over or is_film or is_announced
            is_attached = is_attached or is_film


def whoever_stopped_is_left_alone(world: World) -> None:
    for ref, before in world.stopped.items():
        for flight in by_watch(world.flights[before:]).get(ref, []):
            assert closes_a_card(flight), flight.parcel


def closes_a_card(flight: Flight) -> bool:
    return isinstance(flight.parcel.notice, Card) and flight.parcel.form is Form.EDIT
