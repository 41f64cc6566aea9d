"""Due tasks are looked at, once per key however many wait; what is new goes into the outbox."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

from bot.core.cadence import seldom
from bot.core.gate import Gate, Peer
from bot.core.health import after_reading
from bot.core.step import Step, take_step
from bot.core.task import Endpoint, NotFound, Reading, Refused, Snapshot, Status, TaskId
from bot.pipeline.keeper import Keeper
from bot.pipeline.spacing import Spacing
from storage import films, subscriptions, tasks
from storage.database import Database, Tx
from storage.faults import name_of
from storage.gates import provider_under
from storage.news import publish
from storage.subscriptions import Subscription
from storage.tasks import OPERATOR, Claim

log = logging.getLogger("reelbell.poll")
Seen = tuple[Claim, Reading]
LAST_WORD = 2.0
"""Seconds for the database to take claims back, at a shutdown or when it may be away."""
CALM = Snapshot | NotFound | Refused
"""Answers that say nothing new about a provider that is well."""


class Provider(Protocol):
    """The video API. It answers with a value, whatever happens on the way."""

    async def read(
        self, task_id: TaskId, key: str, now: datetime, endpoint: Endpoint
    ) -> Reading: ...


class Poll:
    """*rate* is requests per second of all processes, *concurrency* the most in flight of this one.

    Both are for the one key.
    """

    def __init__(
        self,
        database: Database,
        provider: Provider,
        *,
        key: str,
        rate: float,
        concurrency: int,
        now: Callable[[], datetime],
        dice: Callable[[], float],
    ) -> None:
        self._database = database
        self._provider = provider
        self._key = key
        peer = Peer(rate, max(1.0, rate / 5), timedelta(seconds=5), timedelta(minutes=1))
        self._jimmy = Keeper(provider_under(OPERATOR), peer, now())
        self._spacing = Spacing(rate)
        self._free = concurrency
        self._turn = asyncio.Lock()
        self._now = now
        self._dice = dice
        self._strange: set[str] = set()

    async def once(self) -> int:
        """How many tasks were looked at. Several may run at once: claims keep them apart."""
        async with self._turn:  # what is free is read and taken in one turn
            claims = await self._claim()
            self._free -= len(claims)
        looks = {asyncio.create_task(self._look(claim)): claim for claim in claims}
        try:
            # Settled as they arrive, those that arrive together in one transaction: a slow
            # answer delays nobody's end.
            while looks:
                ready, _ = await asyncio.wait(looks, return_when=asyncio.FIRST_COMPLETED)
                seen = [(looks.pop(look), look.result()) for look in ready]
                self._free += len(ready)
                await self._settle([(claim, got) for claim, got in seen if got is not None])
        finally:
            await self._abandon(looks)
        return len(claims)

    async def _claim(self) -> tuple[Claim, ...]:
        if self._free <= 0:
            return ()
        async with self._database.write() as tx:
            await self._jimmy.hold(tx, self._now())
            now = self._now()
            most = min(self._free, self._jimmy.admits(now))
            claims = await tasks.claim_due(tx, now, most) if most > 0 else ()
            await self._jimmy.let_through(tx, len(claims), now)
        return claims

    async def _look(self, claim: Claim) -> Reading | None:
        await self._spacing.turn()
        try:
            task = claim.task
            return await self._provider.read(task.id, self._key, self._now(), task.endpoint)
        except Exception:  # a bug costs this task one lease, and the others nothing
            log.exception("look.failed", extra={"task": claim.task.id})
            return None

    async def _settle(self, seen: Sequence[Seen]) -> None:
        """Together, or one by one when that fails: one bad row must not cost the others theirs."""
        try:
            await self._settle_together(seen)
        except Exception:
            if len(seen) <= 1:
                raise
            await self._settle_apart(seen)

    async def _settle_apart(self, seen: Sequence[Seen]) -> None:
        failed: list[tuple[Claim, Exception]] = []
        for claim, reading in seen:
            try:
                await self._settle_together([(claim, reading)])
            except Exception as error:  # noqa: BLE001 — reported below, or raised again
                failed.append((claim, error))
        if len(failed) == len(seen):  # it is the database, not a row
            raise failed[0][1]
        for claim, cause in failed:
            log.error("settle.failed", exc_info=cause, extra={"task": claim.task.id})

    async def _settle_together(self, seen: Sequence[Seen]) -> None:
        for claim, step in await self._database.unit(partial(self._write, seen)):
            _report(claim, step)

    async def _write(self, seen: Sequence[Seen], tx: Tx) -> list[tuple[Claim, Step]]:
        now = self._now()
        steps: list[tuple[Claim, Step]] = []
        told = []
        await self._note(tx, [reading for _, reading in seen], now)
        held = {claim.row for claim in await tasks.still_held(tx, [claim for claim, _ in seen])}
        waiting = await subscriptions.active_of(tx, held)
        for claim, reading in seen:
            if claim.row not in held:
                continue
            here = waiting.get(claim.row, ())
            step = self._decide(claim, reading, here, now)
            if step is not None:
                steps.append((claim, step))
                whose = {one.watch.id: one for one in here}
                told += [(whose[news.watch.id], news) for news in step.news]
        await tasks.save(tx, [(c.row, s.task, s.next_look_at) for c, s in steps])
        await publish(tx, told, now)
        renewed = [claim.row for claim, _ in steps if claim.task.status.is_end]
        if renewed:
            await films.link_is_fresh(tx, renewed, now)
        return steps

    async def _note(self, tx: Tx, readings: Sequence[Reading], now: datetime) -> None:
        """What the answers say about the provider itself; first, as gates are taken first."""
        if self._jimmy.is_calm and all(isinstance(one, CALM) for one in readings):
            return

        def judge(gate: Gate, peer: Peer) -> Gate:
            for reading in readings:
                gate = after_reading(gate, peer, reading, now, self._dice())
            return gate

        await self._jimmy.hears(tx, judge, now)

    def _decide(
        self, claim: Claim, reading: Reading, here: Sequence[Subscription], now: datetime
    ) -> Step | None:
        """None after a bug; the lease will bring the task back."""
        self._remember(claim, reading)
        try:
            watches = tuple(one.watch for one in here)
            step = take_step(claim.task, reading, watches, now, self._dice())
            if not any(one.is_reachable for one in here):
                rare = seldom(step.next_look_at, now, self._dice())
                step = replace(step, next_look_at=rare)
        except Exception:  # same as in _look
            log.exception("step.failed", extra={"task": claim.task.id})
            return None
        return step if here else Step(step.task, (), None)

    def _remember(self, claim: Claim, reading: Reading) -> None:
        match reading:
            case Snapshot(strange_word=word) if word and word not in self._strange:
                if len(self._strange) < 100:
                    self._strange.add(word)
                log.warning("status.unknown", extra={"word": word, "task": claim.task.id})
            case _:
                pass

    async def _abandon(self, looks: dict[asyncio.Task[Reading | None], Claim]) -> None:
        """Shutdown, or a database that fell over: what was not settled is due again at once."""
        if not looks:
            return
        for look in looks:
            look.cancel()
        await asyncio.gather(*looks, return_exceptions=True)
        self._free += len(looks)
        try:
            async with asyncio.timeout(LAST_WORD), self._database.write() as tx:
                await tasks.give_back(tx, looks.values(), self._now())
        except Exception as error:  # noqa: BLE001 — their leases will end
            log.warning("claims.not_given_back", extra={"error": name_of(error)})


def _report(claim: Claim, step: Step) -> None:
    before, after = claim.task, step.task
    if after.status.is_end:
        log.info(
            "task.ended",
            extra={"task": after.id, "status": after.status.value, "watches": len(step.news)},
        )
    elif after.status is not before.status and before.status is Status.NEW:
        log.info("task.found", extra={"task": after.id, "status": after.status.value})
    elif after.troubles == 1:
        log.warning("look.untold", extra={"task": after.id, "why": after.trouble})
