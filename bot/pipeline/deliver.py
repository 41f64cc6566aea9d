"""What waits in the outbox is sent, most important first, and what became of it is recorded."""

import asyncio
import logging
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from bot.core.delivery import (
    Doubt,
    NotAsked,
    Parcel,
    Receipt,
    Unfit,
    Unsure,
    messages,
    needs_bytes,
)
from bot.core.gate import Peer
from bot.core.notice import Toast
from bot.core.outcome import Again, Never, Outcome
from bot.core.verdict import settle
from bot.pipeline.courier import TOLD_EVERY, Chat, Courier, Flight, Results
from bot.pipeline.keeper import Keeper
from bot.pipeline.lane import USUAL_PATIENCE, Lane, Patience
from bot.pipeline.spacing import Spacing
from storage import dispatch, films, settlement
from storage.database import Database, Tx
from storage.faults import fault_of, name_of
from storage.gates import TELEGRAM

log = logging.getLogger("reelbell.deliver")

RATE = 23
"""Messages a second over all chats and processes: Telegram's limit is 30, and some are delayed on
their way and arrive with later ones."""
IN_FLIGHT = 16
FILMS_IN_FLIGHT = 10
"""Of them; each may take minutes, and must not hold up what takes none."""
RENEW_EVERY = dispatch.LEASE.total_seconds() / 3
SAFELY_OURS = dispatch.LEASE.total_seconds() * 2 / 3
"""Seconds after a claim in which a send may begin."""
LAST_WORD = 2.0
"""Seconds for the database at a shutdown."""


@dataclass(frozen=True, slots=True)
class Timing:
    """While a message is on its way; in seconds."""

    renew_every: float = RENEW_EVERY
    told_every: float = TOLD_EVERY
    patience: Patience = USUAL_PATIENCE
    ticking: Callable[[], float] = time.monotonic


class Deliver:
    def __init__(  # noqa: PLR0913 — all that it works with, each by its name
        self,
        database: Database,
        chat: Chat,
        results: Results,
        *,
        copies: Results | None = None,
        now: Callable[[], datetime],
        dice: Callable[[], float],
        rate: float = RATE,
        timing: Timing = Timing(),
    ) -> None:
        self._database = database
        self._now = now
        self._dice = dice
        peer = Peer(rate, max(1.0, rate / 8), timedelta(seconds=1), timedelta(seconds=4))
        self._telegram = Keeper(TELEGRAM, peer, now())
        self._renew_every = timing.renew_every
        self._ticking = timing.ticking
        self._spacing = Spacing(rate)
        self._lane = Lane(
            database,
            self._telegram,
            self._spacing,
            now=now,
            dice=dice,
            patience=timing.patience,
        )
        self._courier = Courier(
            chat, results, copies=copies, lane=self._lane, told_every=timing.told_every
        )
        self._unsettled: list[tuple[Parcel, Receipt]] = []
        self._free = IN_FLIGHT
        self._films = 0
        self._turn = asyncio.Lock()

    async def once(self) -> int:
        """How many attempts were made. Several may run at once: claims keep them apart."""
        async with self._turn:  # what is free is read and taken in one turn
            good_until = self._ticking() + SAFELY_OURS
            parcels = await self._claim()
            self._free -= len(parcels)
            self._films += sum(map(needs_bytes, parcels))
        # With return_exceptions a cancelled gather waits until each has settled.
        sending = (self._deliver(parcel, good_until) for parcel in parcels)
        await asyncio.gather(*sending, return_exceptions=True)
        return len(parcels)

    async def _claim(self) -> tuple[Parcel, ...]:
        if self._free <= 0:
            return ()
        await self._settle_late()
        async with self._database.write() as tx:
            await self._telegram.hold(tx, self._now())
            now = self._now()
            most = min(self._free, self._telegram.admits(now))
            films = FILMS_IN_FLIGHT - self._films
            parcels = await dispatch.claim(tx, now, most, films) if most > 0 else ()
            going = sum(messages(one) for one in parcels if not needs_bytes(one))
            await self._telegram.let_through(tx, going, now)  # a film when it departs: see Lane
        return parcels

    async def _settle_late(self) -> None:
        """What could not be recorded while the database was away, or it would be sent once more."""
        while self._unsettled:
            parcel, receipt = self._unsettled[0]
            try:
                async with self._database.write() as tx:
                    await self._write(parcel, receipt, tx)
            except Exception as error:
                if fault_of(error) is not None:
                    raise
                log.exception("settle.failed", extra={"outbox": parcel.id})
            del self._unsettled[0]

    async def _deliver(self, parcel: Parcel, good_until: float) -> None:
        receipt: Receipt | None = None
        flight = Flight()
        try:
            if not isinstance(parcel.notice, Toast) and not needs_bytes(parcel):
                await self._spacing.turn()
            if self._ticking() > good_until:  # this process stood still: another may have sent it
                log.warning("claim.too_old", extra={"outbox": parcel.id})
                return
            receipt = await self._send(parcel, flight)
            await self._settle(parcel, receipt)
        except asyncio.CancelledError:
            await self._settle_last(parcel, receipt or _cut_off(flight))
            raise
        except Exception:  # a bug costs this message one lease, and the others nothing
            log.exception("send.failed", extra={"outbox": parcel.id, "attempt": parcel.attempts})
        finally:
            self._free += 1
            self._films -= needs_bytes(parcel)

    async def _settle_last(self, parcel: Parcel, receipt: Receipt) -> None:
        """At a shutdown nobody waits for a database that is away."""
        try:
            async with asyncio.timeout(LAST_WORD), self._database.write() as tx:
                await self._write(parcel, receipt, tx)
        except Exception as error:  # noqa: BLE001 — the lease will end
            fields = {"outbox": parcel.id, "error": name_of(error)}
            log.warning("message.not_recorded", extra=fields)

    async def end(self) -> None:
        """After the last round: what could not be recorded yet, if that is quick."""
        with suppress(TimeoutError):
            async with asyncio.timeout(LAST_WORD):
                for parcel, receipt in self._unsettled:
                    await self._settle_last(parcel, receipt)

    async def _settle(self, parcel: Parcel, receipt: Receipt) -> None:
        try:
            await self._database.unit(partial(self._write, parcel, receipt))
        except Exception as error:
            if fault_of(error) is None:
                raise
            self._unsettled.append((parcel, receipt))

    async def _write(self, parcel: Parcel, receipt: Receipt, tx: Tx) -> None:
        now = self._now()
        await self._lane.note(tx, receipt, now)
        outcome = settle(parcel, receipt, now, self._dice())
        is_ours = await settlement.settle(tx, parcel, outcome, now)
        if is_ours and isinstance(receipt, Unfit) and isinstance(outcome, Again):
            await films.wait_for_host(tx, parcel, outcome.at, now)
        _report(parcel, receipt, outcome)

    async def _send(self, parcel: Parcel, flight: Flight) -> Receipt:
        """Keeps the claim for as long as it takes."""
        sending = asyncio.create_task(self._courier.send(parcel, flight))
        try:
            while not (await asyncio.wait({sending}, timeout=self._renew_every))[0]:
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


def _cut_off(flight: Flight) -> Receipt:
    """By a shutdown: a call that has begun may be executed all the same."""
    return Unsure("shutdown", Doubt.SHUTDOWN) if flight.has_begun else NotAsked()


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
