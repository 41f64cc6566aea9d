"""The way to Telegram beside the claims: who may go now, and what is heard of it."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from functools import partial

from bot.core.delivery import FloodWait, Parcel, Receipt, Sent
from bot.core.health import after_receipt
from bot.pipeline.keeper import Keeper
from bot.pipeline.spacing import Spacing
from storage import chats, dispatch
from storage.database import Database, Tx
from storage.faults import fault_of, name_of

log = logging.getLogger("reelbell.deliver")

LOOKED_EVERY, LOOKED_SELDOM = 0.05, 0.5
"""Seconds between two looks whether a film may go, and while Telegram is down."""
DEPARTS_WITHIN = 1.0
"""Seconds after which it goes on credit, and the next claims wait for it: they would else take
every turn before it."""
CREDIT = timedelta(seconds=1)
"""Beyond it nobody goes, however long he has waited."""


class Booked(Enum):
    YES = auto()
    NOT_YET = auto()
    LOST = auto()
    """Another has taken it over, or its group has moved."""


@dataclass(frozen=True, slots=True)
class Patience:
    """In real seconds, which pass while a process waits."""

    departs_within: float = DEPARTS_WITHIN
    ticking: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep


USUAL_PATIENCE = Patience()


class Lane:
    def __init__(
        self,
        database: Database,
        telegram: Keeper,
        spacing: Spacing,
        *,
        now: Callable[[], datetime],
        dice: Callable[[], float],
        patience: Patience = USUAL_PATIENCE,
    ) -> None:
        self._database = database
        self._telegram = telegram
        self._spacing = spacing
        self._now = now
        self._dice = dice
        self._patience = patience

    async def departs(self, parcel: Parcel, messages: int) -> bool:
        """Returns when a film may go, whose bytes took their time: only now it counts.

        Booked when it was claimed, those that become ready together would go out together, on top
        of everything else. An album is *messages*, as we count it. False: not this attempt, as its
        claim or its chat's id is another's by now.
        """
        latest = self._patience.ticking() + self._patience.departs_within
        # The turns of other processes ring no bell here.
        while True:
            on_credit = self._patience.ticking() >= latest
            booked = await self._try_to_book(parcel, messages, on_credit=on_credit)
            if booked is not Booked.NOT_YET:
                break
            await self._patience.sleep(LOOKED_EVERY if self._telegram.is_open else LOOKED_SELDOM)
        if booked is Booked.YES:
            await self._spacing.turn()
        return booked is Booked.YES

    async def _try_to_book(self, parcel: Parcel, messages: int, *, on_credit: bool) -> Booked:
        """While the database is away a film goes, as others do whose claims were made before."""
        book = partial(self._book, parcel, messages, on_credit=on_credit)
        try:
            return await self._database.unit(book)
        except Exception as error:
            if fault_of(error) is None:
                raise
            fields = {"outbox": parcel.id, "error": name_of(error)}
            log.warning("departure.not_booked", extra=fields)
            return Booked.YES

    async def _book(self, parcel: Parcel, messages: int, tx: Tx, *, on_credit: bool) -> Booked:
        await self._telegram.hold(tx, self._now())
        now = self._now()
        if not self._may_go(now, on_credit=on_credit):
            return Booked.NOT_YET
        until = await chats.paced_until(tx, parcel.chat_id)
        if until is None:
            return Booked.LOST
        if until > dispatch.within_pace(parcel.chat_id, now):  # no credit here: it may rest
            return Booked.NOT_YET
        if not await dispatch.renew(tx, parcel, now):
            return Booked.LOST
        await self._telegram.let_through(tx, messages, now)
        gap = dispatch.gap_of(parcel.chat_id)
        await chats.pace(tx, parcel.chat_id, max(until, now) + messages * gap)
        return Booked.YES

    def _may_go(self, now: datetime, *, on_credit: bool) -> bool:
        """A gate that is closed gives no credit: one at a time tries whether Telegram is back."""
        if self._telegram.admits(now) > 0:
            return True
        return on_credit and self._telegram.is_open and self._telegram.ahead(now) < CREDIT

    async def has_room(self, parcel: Parcel) -> bool:
        """For one more edit in its chat, as if it were a card's; then it is booked."""
        async with self._database.write() as tx:
            await self._telegram.hold(tx, self._now())
            now = self._now()
            if self._telegram.admits(now) < 1 or not await dispatch.book(tx, parcel, now):
                return False
            await self._telegram.let_through(tx, 1, now)
        await self._spacing.turn()
        return True

    async def heard(self, parcel: Parcel, receipt: Receipt) -> None:
        """Of such an edit: nobody repeats it, but its chat may have to rest."""
        async with self._database.write() as tx:
            now = self._now()
            await self.note(tx, receipt, now)
            if isinstance(receipt, FloodWait):
                until = dispatch.paced_to_rest(parcel.chat_id, now + receipt.wait)
                await chats.pace(tx, parcel.chat_id, until)

    async def note(self, tx: Tx, receipt: Receipt, now: datetime) -> None:
        """What the answer says about Telegram itself; first, as gates are taken first."""
        if isinstance(receipt, Sent) and self._telegram.is_calm:
            return
        judge = partial(after_receipt, receipt=receipt, now=now, dice=self._dice())
        await self._telegram.hears(tx, judge, now)
