"""What a person wants of their watches, done inside the transaction that also answers."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.core.milestones import Ladder, mark_reached, next_preset
from bot.core.notice import (
    AlreadyWatched,
    Answer,
    AsFile,
    Card,
    NotWatched,
    Stopped,
    StopWhich,
    ToastText,
    TooMany,
    WatchList,
)
from bot.core.request import Asker
from bot.core.step import last_news
from bot.core.task import Status, Task, TaskId
from bot.core.watch import UserId, WatchRef
from storage import chats, films, outbox, subscriptions, tasks
from storage.database import Tx
from storage.news import publish
from storage.outbox import Item, address_of
from storage.subscriptions import Subscription, Wanted
from storage.tasks import OPERATOR, TaskRow

CARD_WAITS = timedelta(seconds=0.5)
"""The first look usually takes less, and then the card can say something at once."""
LIST_ROWS = 20


@dataclass(frozen=True, slots=True)
class Rules:
    """What the operator has decided."""

    ladder: Ladder
    max_watches: int
    max_age: timedelta
    allowed_users: frozenset[UserId]
    """Empty: everyone."""


async def watch(
    tx: Tx, rules: Rules, asker: Asker, task_ids: Sequence[TaskId], now: datetime
) -> list[Answer]:
    """All of them or, beyond the quota, none. The cards are the answer where all goes well."""
    await tasks.hold(tx, OPERATOR, task_ids)
    here = await subscriptions.active_in(tx, asker.chat_id, asker.thread_id)
    known = {one.task.id for one in here}
    fresh = [task_id for task_id in task_ids if task_id not in known]
    active = await subscriptions.count_active(tx, asker.user_id)
    if active + len(fresh) > rules.max_watches:
        return [TooMany(asked=len(fresh), active=active, limit=rules.max_watches)]
    chat = await chats.meet(tx, asker.chat_id, asker.language, rules.ladder, now)
    for task_id in fresh:
        wanted = Wanted(
            chat_id=asker.chat_id,
            thread_id=asker.thread_id,
            user_id=asker.user_id,
            asked_in=asker.message_id,
            ladder=chat.ladder,
            told=0,
            expires_at=now + rules.max_age,
        )
        await _subscribe(tx, task_id, wanted, now)
    again = tuple(task_id for task_id in task_ids if task_id in known)
    return [AlreadyWatched(again)] if again else []


async def _subscribe(tx: Tx, task_id: TaskId, wanted: Wanted, now: datetime) -> None:
    """Joins whoever waits already; a film that was sent to anybody before comes at once."""
    row, task = await _task(tx, task_id, now)
    wanted = replace(wanted, told=mark_reached(wanted.ladder, 0, task.percent) or 0)
    made = await subscriptions.add(tx, row, wanted, now)
    one = Subscription(
        made,
        wanted.chat_id,
        wanted.thread_id,
        wanted.user_id,
        wanted.asked_in,
        row,
        task,
        created_at=now,
        is_active=True,
    )
    if task.status.is_end:
        await publish(tx, [(one, last_news(task, made, now))], now)
        return
    wait = CARD_WAITS if task.status is Status.NEW else timedelta(0)
    card = Card(made.ref, task, made.ladder, now)
    await outbox.put(tx, [Item(address_of(one), card, made.id, wait=wait)], now)


async def _task(tx: Tx, task_id: TaskId, now: datetime) -> tuple[TaskRow, Task]:
    fresh = Task(task_id)
    stored = await tasks.find(tx, OPERATOR, task_id)
    if stored is None:
        return await tasks.add(tx, OPERATOR, fresh, now), fresh
    if not stored.task.status.is_end:
        await tasks.look_now(tx, stored.row, now)
        return stored.row, stored.task
    if stored.is_kept:
        return stored.row, stored.task
    # Asked anew, it is a new question: the provider may have mended what failed.
    await tasks.start_over(tx, stored.row, fresh, now)
    return stored.row, fresh


async def listing(tx: Tx, asker: Asker) -> WatchList:
    here = await subscriptions.active_in(tx, asker.chat_id, asker.thread_id)
    rows = tuple((one.watch.ref, one.task) for one in here[:LIST_ROWS])
    return WatchList(rows, more=max(0, len(here) - LIST_ROWS))


async def stop(tx: Tx, asker: Asker, task_ids: Sequence[TaskId], now: datetime) -> list[Answer]:
    """No IDs: the only watch there is, else a choice."""
    mine = await _mine(tx, asker)
    if not task_ids and len(mine) > 1:
        return [StopWhich(await listing(tx, asker))]
    wanted = [one for one in mine if not task_ids or one.task.id in task_ids]
    stopped = await _end(tx, wanted, now)
    answers: list[Answer] = [Stopped(stopped)] if stopped else []
    unknown = tuple(task_id for task_id in task_ids if task_id not in stopped)
    return [*answers, NotWatched(unknown)] if unknown else answers or [await listing(tx, asker)]


async def stop_all(tx: Tx, asker: Asker, now: datetime) -> list[Answer]:
    stopped = await _end(tx, await _mine(tx, asker), now)
    return [Stopped(stopped)] if stopped else [await listing(tx, asker)]


async def _mine(tx: Tx, asker: Asker) -> list[Subscription]:
    """Locked: a look that is being settled is waited for, so that nothing is said of old states."""
    here = await subscriptions.active_in(tx, asker.chat_id, asker.thread_id)
    await tasks.hold_rows(tx, {one.row for one in here if may_touch(asker, one)})
    here = await subscriptions.active_in(tx, asker.chat_id, asker.thread_id)
    return [one for one in here if may_touch(asker, one)]


async def _of_button(tx: Tx, asker: Asker, ref: WatchRef) -> Subscription | None:
    """Locked, as by _mine(); a stale button, a foreign one and an invented one are the same."""
    one = await subscriptions.by_ref(tx, ref, asker.chat_id)
    if one is None or not may_touch(asker, one):
        return None
    await tasks.hold_rows(tx, {one.row})
    return await subscriptions.by_ref(tx, ref, asker.chat_id)


async def press_stop(tx: Tx, asker: Asker, ref: WatchRef, now: datetime) -> ToastText:
    one = await _of_button(tx, asker, ref)
    if one is None or not one.is_active:
        return ToastText.GONE
    return ToastText.STOPPED if await _end(tx, [one], now) else ToastText.GONE


async def press_ladder(
    tx: Tx, asker: Asker, ref: WatchRef, now: datetime
) -> tuple[ToastText, Ladder]:
    """The next preset, for this watch alone. What lies behind is not rung for again."""
    one = await _of_button(tx, asker, ref)
    if one is None or not one.is_active:
        return ToastText.GONE, ()
    ladder = next_preset(one.watch.ladder)
    behind = mark_reached(ladder, 0, one.task.percent) or 0
    turned = replace(one.watch, ladder=ladder, told=max(one.watch.told, behind))
    await subscriptions.turn(tx, turned)
    await outbox.redraw(tx, [(turned.id, Card(turned.ref, one.task, ladder, now))], now)
    return ToastText.LADDER, ladder


async def press_again(
    tx: Tx, rules: Rules, asker: Asker, ref: WatchRef, now: datetime
) -> ToastText:
    one = await _of_button(tx, asker, ref)
    if one is None or one.is_active:
        return ToastText.GONE
    asked = replace(asker, message_id=one.asked_in, thread_id=one.thread_id)
    for answer in await watch(tx, rules, asked, [one.task.id], now):
        if isinstance(answer, TooMany):
            return ToastText.TOO_MANY
    return ToastText.AGAIN


async def press_file(tx: Tx, asker: Asker, ref: WatchRef, now: datetime) -> ToastText:
    one = await _of_button(tx, asker, ref)
    if one is None or one.task.media is None:
        return ToastText.GONE
    await films.forget_failed_file(tx, one.watch.id)
    if await films.has_file(tx, one.watch.id):
        return ToastText.FILE_ALREADY
    file = AsFile(one.watch.ref, one.task)
    await outbox.put(tx, [Item(address_of(one), file, one.watch.id, one.row)], now)
    return ToastText.FILE


def may_touch(asker: Asker, one: Subscription) -> bool:
    """In a group, a watch belongs to the person who asked for it."""
    return asker.private or one.user_id == asker.user_id


async def _end(tx: Tx, chosen: Sequence[Subscription], now: datetime) -> tuple[TaskId, ...]:
    """Of *chosen*, those whose end did not come first."""
    await tasks.hold_rows(tx, {one.row for one in chosen})
    ids = await subscriptions.end(tx, [one.watch.id for one in chosen], now)
    ended = [one for one in chosen if one.watch.id in ids]
    await outbox.skip_milestones(tx, ids, now)
    cards = [
        (one.watch.id, Card(one.watch.ref, one.task, one.watch.ladder, now, stopped=True))
        for one in ended
    ]
    await outbox.redraw(tx, cards, now)
    await tasks.rest_unwatched(tx, {one.row for one in ended})
    return tuple(one.task.id for one in ended)
