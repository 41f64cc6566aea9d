"""The way to Telegram beside the claims: who may go now, and what is heard of it."""

import asyncio
import time
from collections.abc import Callable
from datetime import datetime
from functools import partial

from bot.core.delivery import FloodWait, Parcel, Receipt, Sent
from bot.core.health import after_receipt
from bot.pipeline.keeper import Keeper
from bot.pipeline.spacing import Spacing
from storage import chats, dispatch
from storage.database import Database, Tx

LOOKED_EVERY = 0.05
"""Seconds between two looks whether a film may go."""
DEPARTS_WITHIN = 1.0
"""Seconds after which it goes on credit, and the next claims wait for it: they would else take
every turn before it."""


class Lane:
    def __init__(
        self,
        database: Database,
        telegram: Keeper,
        spacing: Spacing,
        *,
        now: Callable[[], datetime],
        dice: Callable[[], float],
        departs_within: float = DEPARTS_WITHIN,
    ) -> None:
        self._database = database
        self._telegram = telegram
        self._spacing = spacing
        self._now = now
        self._dice = dice
        self._departs_within = departs_within

    async def departs(self, parcel: Parcel, messages: int) -> None:
        """Returns when a film may go, whose bytes took their time: only now it counts.

        Telegram counts an album as so many messages.

        Booked when it was claimed, those that become ready together would go out together, on top
        of everything else.
        """
        latest = time.monotonic() + self._departs_within
        # The turns of other processes ring no bell here.
        while not await self._book(  # noqa: ASYNC110
            parcel, messages, on_credit=time.monotonic() >= latest
        ):
            await asyncio.sleep(LOOKED_EVERY)
        await self._spacing.turn()

    async def _book(self, parcel: Parcel, messages: int, *, on_credit: bool) -> bool:
        async with self._database.write() as tx:
            await self._telegram.hold(tx, self._now())
            now = self._now()
            if not on_credit and self._telegram.admits(now) < 1:
                return False
            await self._telegram.let_through(tx, messages, now)
            gap = dispatch.gap_of(parcel.chat_id)
            await chats.pace(tx, parcel.chat_id, now + messages * gap)
        return True

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
