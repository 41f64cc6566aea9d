"""What the outside said goes in; every notice that could show it comes out, by name."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.core import notice
from bot.core.notice import Answer, News, Toast, ToastText
from bot.core.task import Media, MediaKind, Refusal, Status, Task, TaskId, Trouble
from bot.core.watch import WatchRef
from tests.builders import FILM, NOON, a_task

REF = WatchRef("AbCdEfGhIjKlMnOpQrSt-_")
PICTURE = Media(MediaKind.IMAGE, "https://cdn.example/picture.png")
ALBUM = Media(
    MediaKind.IMAGE, PICTURE.url, tuple(f"https://cdn.example/{n}.png" for n in range(2, 5))
)
EARLIER = NOON - timedelta(minutes=3, seconds=12)


@dataclass(frozen=True, slots=True)
class Outside:
    """As long as the borders let them be: parse_task_id(), read_answer(), find_task_ids()."""

    id: str = "task_c2501e2846d2bf1d06428da9"
    model: str = "sora2-12s"
    error: str = "it broke"
    cost: str = "0.42"
    word: str = "täsk_1"


LONGEST = Outside("i" * 128, "🎬" * 100, "🎬" * 1000, "🎬" * 40, "🎬" * 40)


def tasks(said: Outside) -> dict[str, Task]:
    known = {"id": TaskId(said.id), "model": said.model, "cost": said.cost, "started_at": EARLIER}
    ended = {**known, "ended_at": NOON}
    moving = {**known, "status": Status.RUNNING, "changed_at": NOON}
    return {
        "new": a_task(id=TaskId(said.id)),
        "missing": a_task(id=TaskId(said.id), missing_since=NOON),
        "queued": a_task(**known, status=Status.QUEUED),
        "running": a_task(**known, status=Status.RUNNING, changed_at=EARLIER),
        "percent": a_task(**moving, percent=57),
        "fileless": a_task(**moving, percent=99, fileless_since=NOON),
        "film": a_task(**ended, status=Status.COMPLETED, media=FILM),
        "picture": a_task(**ended, status=Status.COMPLETED, media=PICTURE),
        "album": a_task(**ended, status=Status.COMPLETED, media=ALBUM),
        "no-file": a_task(**ended, status=Status.COMPLETED),
        "failed": a_task(**ended, status=Status.FAILED, error=said.error),
        "silent": a_task(**ended, status=Status.FAILED),
        "moderation": a_task(
            **ended, status=Status.FAILED, error=f"moderation: {said.error}"[:1000]
        ),
        "input": a_task(**ended, status=Status.FAILED, error=f"too long: {said.error}"[:1000]),
        "transport": a_task(**ended, status=Status.FAILED, error=f"timed out: {said.error}"[:1000]),
        "unknown": a_task(**ended, status=Status.UNKNOWN),
        **{why: a_task(**ended, status=Status.REFUSED, refusal=why) for why in Refusal},
        **{
            one: a_task(**moving, percent=1, trouble=one, troubles=3, trouble_since=NOON)
            for one in Trouble
        },
    }


def _of_tasks(said: Outside) -> Iterator[tuple[str, News]]:
    for name, task in tasks(said).items():
        yield f"card-{name}", notice.Card(REF, task, (25, 50, 75), NOON)
        yield f"stopped-card-{name}", notice.Card(REF, task, (), NOON, stopped=True)
        yield f"gave-up-{name}", notice.GaveUp(REF, task, timedelta(hours=72))
        if task.status.is_end:
            yield f"ended-{name}", notice.Ended(REF, task)
        if task.media is not None:
            yield f"attachment-{name}", notice.Attachment(REF, task)
            yield f"as-file-{name}", notice.AsFile(REF, task)
            yield f"reminder-{name}", notice.Reminder(REF, task)
            yield f"attaching-{name}", notice.Attaching(REF, task, 43)
    percent = tasks(said)["percent"]
    yield "milestone", notice.Milestone(REF, percent, 50, timedelta(seconds=102))
    yield "milestone-untimed", notice.Milestone(REF, percent, 50, None)


def _answers(said: Outside) -> Iterator[tuple[str, Answer]]:
    ids = (TaskId(said.id),) * 50
    for limit in (1, 50):
        yield f"help-{limit}", notice.Help(limit)
        for active in (0, 1, 49):
            yield f"too-many-{active}-of-{limit}", notice.TooMany(51, active, limit)
    for count in (1, 50):
        yield f"bad-ids-{count}", notice.BadIds((said.word,) * count)
        yield f"already-watched-{count}", notice.AlreadyWatched(ids[:count])
        yield f"stopped-{count}", notice.Stopped(ids[:count])
    among = notice.WatchList(((REF, tasks(said)["queued"]),) * 20, more=30)
    yield "stop-which", notice.StopWhich(among)
    for name, task in tasks(said).items():
        yield f"list-{name}", notice.WatchList(((REF, task),) * 20, more=30)
    yield "list-one", notice.WatchList(((REF, tasks(said)["queued"]),))
    yield "list-empty", notice.WatchList(())
    yield "not-watched", notice.NotWatched((TaskId(said.word),))
    for kind in (notice.Welcome, notice.Hint, notice.WatchWhat):
        yield kind.__name__, kind()
    yield "key-trouble", notice.KeyTrouble(NOON)
    for other in (notice.NotAllowed, notice.UnknownCommand, notice.NoRoom):
        yield other.__name__, other()


def messages(said: Outside) -> dict[str, News | Answer]:
    return dict([*_of_tasks(said), *_answers(said)])


def toasts() -> list[Toast]:
    plain = [Toast("q", text) for text in ToastText]
    return [*plain, Toast("q", ToastText.LADDER, tuple(range(10, 100, 10)))]


def first(kind: type[Any]) -> Any:
    """A notice of this kind, with a film if it has a task."""
    found = [*messages(Outside()).values(), *toasts()]
    with_film = [one for one in found if getattr(getattr(one, "task", None), "media", None) == FILM]
    return next(one for one in [*with_film, *found] if isinstance(one, kind))
