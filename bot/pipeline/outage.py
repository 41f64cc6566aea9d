"""The provider has been away for a while: whoever waits is told so, once and without a sound.

Nothing else happens to a watch: its task was not looked at, so nothing is known of it.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from bot.core.gate import Closed, Gate
from bot.core.notice import Card, KeyTrouble
from bot.core.step import TROUBLES_WORTH_SHOWING, visible_trouble
from bot.core.task import Task, Trouble
from bot.core.watch import ChatId, UserId
from storage import chats, gates, outbox, subscriptions, tasks
from storage.database import Database, Tx
from storage.gates import provider_under
from storage.outbox import Address, Item
from storage.tasks import OPERATOR, TaskRow

log = logging.getLogger("reelbell.outage")

WORTH_TELLING = timedelta(minutes=5)
"""Shorter ones pass before anybody would miss anything."""
BATCH = 200
TROUBLES = {
    Closed.OUTAGE: Trouble.UNAVAILABLE,
    Closed.THROTTLED: Trouble.THROTTLED,
    Closed.REFUSED: Trouble.KEY,
}


class Outage:
    """*admins* are told of a refused key at once: nobody else can mend it."""

    def __init__(
        self,
        database: Database,
        *,
        admins: Iterable[UserId],
        now: Callable[[], datetime],
    ) -> None:
        self._database = database
        # A private chat has its person's number.
        self._admins = tuple(ChatId(admin) for admin in admins)
        self._now = now

    async def once(self) -> int:
        """How many tasks' cards are redrawn: each once, as its state remembers it."""
        told = 0
        last: TaskRow | None = TaskRow(0)
        while last is not None:
            async with self._database.write() as tx:
                count, last = await self._tell(tx, last, self._now())
            told += count
        if told:
            log.warning("outage.told", extra={"tasks": told})
        return told

    async def _tell(self, tx: Tx, last: TaskRow, now: datetime) -> tuple[int, TaskRow | None]:
        """The next ones, unless it is over by now, and up to which; None: that were all."""
        gate = await gates.hold(tx, provider_under(OPERATOR), now)
        trouble = _worth_telling(gate, now)
        if trouble is None or gate.down_since is None:
            return 0, None
        if trouble is Trouble.KEY and gate.told_at is None:
            await gates.put(tx, provider_under(OPERATOR), replace(gate, told_at=now))
            await self._tell_admins(tx, KeyTrouble(gate.down_since), now)
        batch = await tasks.waiting(tx, OPERATOR, last, BATCH)
        fresh = {
            one.row: _troubled(one.task, trouble, gate.down_since)
            for one in batch
            if visible_trouble(one.task) is None
        }
        await tasks.remark(tx, fresh.items())
        await _redraw(tx, fresh, now)
        return len(fresh), batch[-1].row if len(batch) == BATCH else None

    async def _tell_admins(self, tx: Tx, said: KeyTrouble, now: datetime) -> None:
        met = await chats.known(tx, self._admins)
        await outbox.put(tx, [Item(Address(chat), said) for chat in met], now)


def _worth_telling(gate: Gate, now: datetime) -> Trouble | None:
    if gate.closed_by is None or gate.down_since is None:
        return None
    if gate.closed_by is not Closed.REFUSED and now - gate.down_since < WORTH_TELLING:
        return None
    return TROUBLES[gate.closed_by]


def _troubled(task: Task, trouble: Trouble, since: datetime) -> Task:
    enough = max(task.troubles, TROUBLES_WORTH_SHOWING)
    return replace(task, trouble=trouble, troubles=enough, trouble_since=since)


async def _redraw(tx: Tx, known: dict[TaskRow, Task], now: datetime) -> None:
    waiting = await subscriptions.active_of(tx, known)
    cards = [
        (one.watch.id, Card(one.watch.ref, known[row], one.watch.ladder, now))
        for row, here in waiting.items()
        for one in here
    ]
    await outbox.redraw(tx, cards, now)
