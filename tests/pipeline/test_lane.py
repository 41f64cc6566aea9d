"""Films whose bytes took their time: what counts is when they go, not when they were claimed."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import pytest
from sqlalchemy import update

from bot.core.delivery import Parcel
from bot.core.gate import TRY_LASTS, Gate, Peer
from bot.core.notice import Attachment
from bot.core.watch import ChatId
from bot.pipeline.keeper import Keeper
from bot.pipeline.lane import CREDIT, Lane, Patience
from bot.pipeline.spacing import Spacing
from storage import chats, dispatch, gates, outbox
from storage.database import Database, Tx
from storage.dispatch import PRIVATE_GAP
from storage.gates import TELEGRAM
from storage.tables import outbox as messages
from tests.builders import ANN, FILM, NOON, Clock
from tests.storage.rows import a_stored_task, a_stored_watch, the_end

RATE = 20.0
PEER = Peer(RATE, RATE / 8, timedelta(seconds=1), timedelta(seconds=4))
A_SECOND = timedelta(seconds=1)


class Road:
    """A lane by a clock that only sleeping moves."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = Clock()
        self.telegram = Keeper(TELEGRAM, PEER, NOON)
        spacing = Spacing(RATE, ticking=self.seconds, sleep=self.clock.sleep)
        self.lane = Lane(
            database,
            self.telegram,
            spacing,
            now=self.clock,
            dice=lambda: 0.0,
            patience=Patience(1.0, self.seconds, self.clock.sleep),
        )

    def seconds(self) -> float:
        return (self.clock() - NOON).total_seconds()

    async def film(self, chat: int = ANN) -> Parcel:
        """Announced, and then claimed."""
        async with self.database.write() as tx:
            row = await a_stored_task(tx, f"task_{chat}", media=FILM)
            watch = await a_stored_watch(tx, row, chat)
            await outbox.put(tx, the_end(row, watch, chat), self.clock())
            announced = (messages.c.subscription == watch.id) & (messages.c.kind == "announce")
            await tx.execute(update(messages).where(announced).values(state="sent", message_id=5))
            claimed = await dispatch.claim(tx, self.clock(), 100)
        [parcel] = [one for one in claimed if one.chat_id == chat]
        assert isinstance(parcel.notice, Attachment)
        return parcel

    async def departs(self, parcel: Parcel, messages: int = 1) -> datetime:
        assert await self.lane.departs(parcel, messages)
        return self.clock()

    async def others_take_what_there_is(self) -> None:
        async with self.database.write() as tx:
            await self.telegram.hold(tx, self.clock())
            room = self.telegram.admits(self.clock())
            await self.telegram.let_through(tx, room, self.clock())

    async def gate(self) -> Gate:
        async with self.database.write() as tx:
            return await gates.hold(tx, TELEGRAM, self.clock())

    async def closed(self, until: datetime) -> None:
        async with self.database.write() as tx:
            gate = await gates.hold(tx, TELEGRAM, self.clock())
            closed = Gate(gate.booked_until, gate.pressed_at, troubles=5, opens_at=until)
            await gates.put(tx, TELEGRAM, closed)

    async def paced_until(self) -> datetime:
        async with self.database.read() as tx:
            until = await chats.paced_until(tx, ChatId(ANN))
        assert until is not None
        return until


@pytest.fixture
def road(database: Database) -> Road:
    return Road(database)


async def test_films_that_become_ready_together_keep_to_the_rate(road: Road) -> None:
    """They went out at once, on top of what others sent: 31 messages in a second."""
    films = [await road.film(6000 + number) for number in range(60)]
    went = [await road.departs(film) for film in films]
    for first, later in zip(went, went[int(RATE) :], strict=False):
        assert later - first > A_SECOND * 0.85


async def test_a_film_goes_though_others_take_every_turn(road: Road) -> None:
    film = await road.film()

    async def greedy(seconds: float) -> None:
        await road.clock.sleep(seconds)
        await road.others_take_what_there_is()

    road.lane._patience = Patience(1.0, road.seconds, greedy)
    await road.others_take_what_there_is()
    assert await road.departs(film) - NOON < 2 * A_SECOND


async def test_credit_has_an_end(road: Road) -> None:
    """The rate was forgotten altogether, once enough films were ahead of it."""
    road.lane._patience = Patience(0.0, road.seconds, road.clock.sleep)
    for number in range(60):
        await road.departs(await road.film(6000 + number), messages=10)
        ahead = (await road.gate()).booked_until - road.clock()
        assert ahead <= CREDIT + 10 * A_SECOND / RATE
    assert road.clock() - NOON > 600 * A_SECOND / RATE * 0.9


async def test_while_telegram_is_down_a_film_waits_and_then_tries_for_all(road: Road) -> None:
    film = await road.film()
    opens_at = NOON + 7 * A_SECOND
    await road.closed(opens_at)
    went = await road.departs(film)
    assert opens_at <= went <= opens_at + A_SECOND
    after = await road.gate()
    assert (after.troubles, after.opens_at) == (6, went + TRY_LASTS)


async def test_a_chat_that_rests_is_left_alone_on_credit_too(road: Road) -> None:
    film = await road.film()
    rest = NOON + 20 * A_SECOND
    async with road.database.write() as tx:
        await chats.pace(tx, ChatId(ANN), dispatch.paced_to_rest(ChatId(ANN), rest))
    assert rest <= await road.departs(film) <= rest + A_SECOND


async def test_an_album_is_booked_as_so_many_messages(road: Road) -> None:
    film = await road.film()
    went = await road.departs(film, messages=4)
    assert await road.paced_until() - went == 4 * PRIVATE_GAP
    assert (await road.gate()).booked_until - went == 4 * A_SECOND / RATE


async def test_the_claim_of_a_film_books_nothing_that_its_departure_books_again(
    road: Road,
) -> None:
    await road.film()
    assert await road.paced_until() == NOON


async def test_whoever_lost_his_claim_meanwhile_does_not_go(road: Road) -> None:
    film = await road.film()
    async with road.database.write() as tx:
        await tx.execute(update(messages).values(fence=messages.c.fence + 1))
    assert not await road.lane.departs(film, 1)
    assert (await road.gate()).booked_until == NOON


async def test_a_film_whose_group_has_moved_meanwhile_is_sent_by_the_next_attempt(
    road: Road,
) -> None:
    film = await road.film(-500)
    async with road.database.write() as tx:
        await chats.move(tx, ChatId(-500), ChatId(-100_500), road.clock())
    assert not await road.lane.departs(film, 1)
    assert not await road.lane.has_room(film)


class Away(Database):
    """Nothing can be written."""

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Tx]:
        raise ConnectionResetError
        yield


async def test_while_the_database_is_away_a_film_that_is_here_goes(road: Road) -> None:
    film = await road.film()
    url = road.database.url.render_as_string(hide_password=False)
    away = Away(url, sleep=road.clock.sleep)
    road.lane._database = away
    assert await road.lane.departs(film, 1)
    await away.close()
