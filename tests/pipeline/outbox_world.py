"""A small world around the outbox, in one transaction: deeds go in, what Telegram did comes out."""

from dataclasses import dataclass
from datetime import timedelta
from typing import assert_never

from sqlalchemy import func, select

from bot.core.delivery import WITH_FILE, ChatMoved, Form, NotSent, Parcel, Receipt, Sent, Unsure
from bot.core.notice import Attachment
from bot.core.request import Asker
from bot.core.step import given_up, take_step
from bot.core.task import Reading, TaskId
from bot.core.verdict import settle
from bot.core.watch import ChatId, WatchRef
from bot.pipeline import subscribe
from bot.pipeline.subscribe import Rules
from storage import chats, dispatch, settlement, stale, subscriptions, tasks
from storage.database import Tx
from storage.dispatch import LEASE
from storage.news import publish
from storage.tables import outbox
from storage.tasks import OPERATOR
from tests.builders import ANN, NOON, XIAOLI, asker, queued
from tests.fakes import FILE
from tests.pipeline import deeds
from tests.pipeline.deeds import GROUP, TASKS, Deed, OfPeople

RULES = Rules((25, 50, 75), 50, timedelta(hours=72), frozenset())


@dataclass(slots=True)
class Flight:
    """A message from its claim on: Telegram does it then, or never."""

    parcel: Parcel
    landed: bool = True


class World:
    """A person and a group's topic, both of whom asked for two tasks; time is moved by deeds."""

    def __init__(self, tx: Tx) -> None:
        self.tx = tx
        self.now = NOON
        self.flights: list[Flight] = []
        """All that was ever claimed, in the order of the claims."""
        self.stopped: dict[WatchRef, int] = {}
        """How many flights there had been before."""
        self._flying: list[Flight] = []
        self._last_id = 100

    async def begin(self, *, settled: bool) -> None:
        """*settled*: the tasks were looked at, and the cards are there."""
        for person in (ANN, XIAOLI):
            await chats.meet(self.tx, ChatId(person), "en", RULES.ladder, NOON)
        for chat in (ANN, int(GROUP)):
            for task in TASKS:
                await self._ask(chat, task)
        for task in TASKS if settled else ():
            await self._looks(task, queued())
            await self.goes_well()
            await self.goes_well()

    async def does(self, deed: Deed) -> None:
        match deed:
            case deeds.Wait(seconds):
                self.now += timedelta(seconds=seconds)
            case deeds.Claim(limit):
                await self.claims(limit)
            case deeds.TakeOver():
                self.now += LEASE
                await self.claims(8)
            case deeds.GoWell():
                await self.goes_well()
            case deeds.Answer(which, receipt, landed):
                await self._answers(which, receipt, landed=landed)
            case deeds.Crash(which, landed):
                self._takes_off(which, landed=landed)
            case deeds.Look(task, reading):
                await self._looks(task, reading)
            case deeds.GiveUp(task):
                await self._gives_up(task)
            case deeds.Sweep():
                await stale.expire_films(self.tx, self.now, 100)
                await stale.skip_stale(self.tx, self.now)
                await stale.give_up_on_lost(self.tx, self.now)
            case _:
                await self._people_do(deed)

    async def _people_do(self, deed: OfPeople) -> None:
        match deed:
            case deeds.Ask(chat, task):
                await self._ask(chat, task)
            case deeds.Stop(chat):
                await self._stops(chat)
            case deeds.Redraw(chat):
                await self._presses(chat)
            case deeds.Lost(chat):
                await chats.lost(self.tx, ChatId(chat), "blocked")
            case deeds.Back(chat):
                await chats.back(self.tx, ChatId(chat), self.now)
            case _:
                assert_never(deed)

    async def pending(self) -> int:
        waiting = select(func.count()).where(outbox.c.state == "pending")
        return await self.tx.scalar(waiting) or 0

    async def goes_well(self) -> None:
        self.now += timedelta(seconds=2)
        for flight in await self.claims(16):
            self._flying.remove(flight)
            await self.settles(flight, Sent(0))

    async def waits_for_the_next(self) -> None:
        """The reminder that a link dies is days away."""
        waiting = select(func.min(outbox.c.due_at)).where(outbox.c.state == "pending")
        self.now = max(self.now, await self.tx.scalar(waiting) or self.now)

    async def claims(self, limit: int) -> list[Flight]:
        parcels = await dispatch.claim(self.tx, self.now, limit)
        claimed = [Flight(parcel) for parcel in parcels]
        self.flights += claimed
        self._flying += claimed
        return claimed

    async def _answers(self, which: int, receipt: Receipt, *, landed: bool) -> None:
        if not self._flying:
            self.now += timedelta(seconds=4)
            await self.claims(1)
        flight = self._takes_off(which, landed=isinstance(receipt, Sent))
        if flight is None:
            return
        if isinstance(receipt, Unsure):
            flight.landed = landed
        if isinstance(receipt, ChatMoved) and flight.parcel.chat_id != GROUP:
            receipt = NotSent("only one of them moves")
        await self.settles(flight, receipt)

    def _takes_off(self, which: int, *, landed: bool) -> Flight | None:
        """From those on their way. None when there are none."""
        if not self._flying:
            return None
        flight = self._flying.pop(which % len(self._flying))
        flight.landed = landed
        return flight

    async def settles(self, flight: Flight, receipt: Receipt) -> None:
        parcel = flight.parcel
        if isinstance(receipt, Sent):
            receipt = self._done(parcel)
        outcome = settle(parcel, receipt, self.now, 0.5)
        changed = await settlement.settle(self.tx, parcel, outcome, self.now)
        newest = max(one.parcel.fence for one in self.flights if one.parcel.id == parcel.id)
        assert not changed or parcel.fence == newest, "a zombie changed a row"

    def _done(self, parcel: Parcel) -> Sent:
        self._last_id += 1
        edits = parcel.form in (Form.EDIT, Form.EDIT_UPLOAD, Form.EDIT_LINK)
        is_film = isinstance(parcel.notice, Attachment) and parcel.form in WITH_FILE
        return Sent(parcel.message_id if edits else self._last_id, FILE if is_film else None)

    async def _looks(self, task_id: TaskId, reading: Reading) -> None:
        """As the poll does it: a task that has ended, or that nobody waits for, is left alone."""
        stored = await tasks.find(self.tx, OPERATOR, task_id)
        if stored is None or stored.task.status.is_end:
            return
        here = (await subscriptions.active_of(self.tx, [stored.row])).get(stored.row, ())
        step = take_step(stored.task, reading, tuple(one.watch for one in here), self.now, 0.5)
        whose = {one.watch.id: one for one in here}
        await tasks.save(self.tx, [(stored.row, step.task, step.next_look_at)])
        await publish(self.tx, [(whose[news.watch.id], news) for news in step.news], self.now)

    async def _gives_up(self, task_id: TaskId) -> None:
        stored = await tasks.find(self.tx, OPERATOR, task_id)
        if stored is not None:
            here = (await subscriptions.active_of(self.tx, [stored.row])).get(stored.row, ())
            after = timedelta(hours=72)
            told = [(one, given_up(one.task, one.watch, self.now, after)) for one in here]
            await publish(self.tx, told, self.now)

    async def _ask(self, chat: int, task: TaskId) -> None:
        who = _asker(chat)
        await chats.meet(self.tx, who.chat_id, "en", RULES.ladder, self.now)
        await subscribe.watch(self.tx, RULES, who, [task], self.now)

    async def _stops(self, chat: int) -> None:
        who = _asker(chat)
        here = await subscriptions.active_in(self.tx, who.chat_id, who.thread_id)
        await subscribe.stop_all(self.tx, who, self.now)
        self.stopped |= {one.watch.ref: len(self.flights) for one in here}

    async def _presses(self, chat: int) -> None:
        who = _asker(chat)
        for one in await subscriptions.active_in(self.tx, who.chat_id, who.thread_id):
            await subscribe.press_ladder(self.tx, who, one.watch.ref, self.now)


def _asker(chat: int) -> Asker:
    return asker(chat) if chat > 0 else asker(chat, XIAOLI, thread_id=7)
