"""One poll decided, as a value: the next task, the news of each watch, and the next look."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.core.advance import advance
from bot.core.cadence import next_look
from bot.core.milestones import mark_reached
from bot.core.notice import Attachment, Card, Ended, GaveUp, Milestone
from bot.core.task import Reading, Status, Task, Trouble
from bot.core.watch import Watch

TROUBLES_WORTH_SHOWING = 3
"""One failed look is weather; three in a row are told on the card."""


@dataclass(frozen=True, slots=True)
class News:
    """What one watch is to be told, in this order."""

    watch: Watch
    """As it is afterwards: *told* has moved with the milestone."""
    card: Card | None = None
    milestone: Milestone | None = None
    ended: Ended | GaveUp | None = None
    attachment: Attachment | None = None


@dataclass(frozen=True, slots=True)
class Step:
    task: Task
    news: tuple[News, ...]
    next_look_at: datetime | None
    """None: never again."""


def take_step(
    task: Task, reading: Reading, watches: tuple[Watch, ...], now: datetime, dice: float
) -> Step:
    """*dice* is in [0, 1)."""
    after = advance(task, reading, now)
    told = tuple(news for watch in watches if (news := _news(task, after, watch, now)) is not None)
    return Step(after, told, next_look(after, reading, now, dice))


def _news(before: Task, after: Task, watch: Watch, now: datetime) -> News | None:
    if after.status.is_end:
        return last_news(after, watch, now)
    if _shown(before) == _shown(after):
        return None
    card = Card(watch.ref, after, watch.ladder, now)
    mark = mark_reached(watch.ladder, watch.told, after.percent)
    if mark is None:
        return News(watch, card)
    climbed = replace(watch, told=mark)
    if before.status is Status.NEW:  # what lay behind it at first sight is no news
        return News(climbed, card)
    elapsed = None if after.started_at is None else now - after.started_at
    return News(climbed, card, Milestone(watch.ref, after, mark, elapsed))


def last_news(task: Task, watch: Watch, now: datetime) -> News:
    """What is told of a task that has ended: announce, then attach."""
    has_file = task.status is Status.COMPLETED and task.media is not None
    return News(
        watch,
        card=Card(watch.ref, task, watch.ladder, now),
        ended=Ended(watch.ref, task),
        attachment=Attachment(watch.ref, task) if has_file else None,
    )


def _shown(task: Task) -> tuple[object, ...]:
    """What of a task a person can see on its card."""
    return (
        task.status,
        task.percent,
        task.model,
        task.missing_since is not None,
        task.fileless_since is not None,
        visible_trouble(task),
    )


def visible_trouble(task: Task) -> Trouble | None:
    """A refused key is told at once; anything else may pass by itself."""
    if task.trouble is Trouble.KEY or task.troubles >= TROUBLES_WORTH_SHOWING:
        return task.trouble
    return None


def given_up(task: Task, watch: Watch, now: datetime, after: timedelta) -> News:
    """The watch is over, the task is not: say what is known."""
    return News(
        watch,
        card=Card(watch.ref, task, watch.ladder, now, stopped=True),
        ended=GaveUp(watch.ref, task, after),
    )
