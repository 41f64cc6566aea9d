"""What waits in the outbox is sent, most important first, and what became of it is recorded."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from bot.core.delivery import Never, Outcome, Parcel, Receipt, Unsure
from bot.core.pace import Pace
from bot.core.verdict import settle
from storage import dispatch, settlement
from storage.database import Database

log = logging.getLogger("reelbell.deliver")

RATE = 25
"""Messages a second over all chats: Telegram's limit is 30."""
IN_FLIGHT = 16
RENEW_EVERY = dispatch.LEASE.total_seconds() / 3


class Chat(Protocol):
    """Telegram. It answers with a value, whatever happens on the way."""

    async def send(self, parcel: Parcel) -> Receipt: ...


class Deliver:
    def __init__(
        self,
        database: Database,
        chat: Chat,
        *,
        now: Callable[[], datetime],
        dice: Callable[[], float],
        rate: float = RATE,
    ) -> None:
        self._database = database
        self._chat = chat
        self._now = now
        self._dice = dice
        self._pace = Pace.full(rate, now(), burst=max(1.0, rate / 5))
        self._free = IN_FLIGHT
        self._turn = asyncio.Lock()

    async def once(self) -> int:
        """How many attempts were made. Several may run at once: claims keep them apart."""
        async with self._turn:  # what is free is read and taken in one turn
            parcels = await self._claim()
            self._free -= len(parcels)
        # With return_exceptions a cancelled gather waits until each has settled.
        await asyncio.gather(*map(self._deliver, parcels), return_exceptions=True)
        return len(parcels)

    async def _claim(self) -> tuple[Parcel, ...]:
        now = self._now()
        self._pace = self._pace.refilled(now)
        room = min(self._free, self._pace.whole)
        if room <= 0:
            return ()
        async with self._database.write() as tx:
            parcels = await dispatch.claim(tx, now, room)
        self._pace = self._pace.spend(len(parcels))
        return parcels

    async def _deliver(self, parcel: Parcel) -> None:
        try:
            await self._settle(parcel, await self._send(parcel))
        except asyncio.CancelledError:  # shutdown, in the middle of a call that may be executed
            await self._settle(parcel, Unsure("shutdown"))
            raise
        except Exception:  # a bug costs this message one lease, and the others nothing
            log.exception("send.failed", extra={"outbox": parcel.id, "attempt": parcel.attempts})
        finally:
            self._free += 1

    async def _settle(self, parcel: Parcel, receipt: Receipt) -> None:
        outcome = settle(parcel, receipt, self._now(), self._dice())
        async with self._database.write() as tx:
            await settlement.settle(tx, parcel, outcome, self._now())
        _report(parcel, receipt, outcome)

    async def _send(self, parcel: Parcel) -> Receipt:
        """Keeps the claim for as long as it takes."""
        sending = asyncio.create_task(self._chat.send(parcel))
        try:
            while not (await asyncio.wait({sending}, timeout=RENEW_EVERY))[0]:
                await self._renew(parcel)
            return sending.result()
        finally:
            sending.cancel()

    async def _renew(self, parcel: Parcel) -> None:
        """Without the claim the call goes on: what it does is done, and the next one is an edit."""
        try:
            async with self._database.write() as tx:
                await dispatch.renew(tx, parcel, self._now())
        except Exception:  # the database is away for a moment, the upload is not
            log.exception("claim.not_renewed", extra={"outbox": parcel.id})


def _report(parcel: Parcel, receipt: Receipt, outcome: Outcome) -> None:
    fields = {
        "outbox": parcel.id,
        "notice": type(parcel.notice).__name__,
        "form": parcel.form.value,
        "attempt": parcel.attempts,
        "receipt": repr(receipt),
        "outcome": type(outcome).__name__,
    }
    if isinstance(outcome, Never):
        log.warning("message.dropped", extra=fields)
    else:
        log.debug("message.attempted", extra=fields)
