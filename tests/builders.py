"""Values for tests: each builder states only what matters."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.core.delivery import Form, Parcel
from bot.core.milestones import Ladder
from bot.core.notice import Notice
from bot.core.request import Asker, AskWatch, Request, Wish
from bot.core.task import Media, MediaKind, Snapshot, Status, Task, TaskId
from bot.core.watch import ChatId, UserId, Watch, WatchId, WatchRef

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
FILM = Media(MediaKind.VIDEO, "https://cdn.example/film.mp4")
ANN = 1001
XIAOLI = 1002


def a_task(**known: Any) -> Task:
    return Task(**{"id": TaskId("task_c2501e28"), **known})


def running(percent: int | None = None, **said: Any) -> Snapshot:
    return Snapshot(Status.RUNNING, percent, **said)


def queued() -> Snapshot:
    return Snapshot(Status.QUEUED, 0)


def completed(**said: Any) -> Snapshot:
    return Snapshot(Status.COMPLETED, 100, **{"media": FILM, "model": "sora2-12s", **said})


def failed(error: str = "PROVIDER_MODERATION_ERROR") -> Snapshot:
    return Snapshot(Status.FAILED, 0, error=error)


def a_watch(ladder: Ladder = (25, 50, 75), told: int = 0, number: int = 1) -> Watch:
    return Watch(WatchId(number), WatchRef(f"ref-{number:0>12}"), ladder, told)


def asker(chat: int = ANN, user: int | None = None, **more: Any) -> Asker:
    return Asker(
        **{
            "chat_id": ChatId(chat),
            "user_id": UserId(chat if user is None else user),
            "language": "en",
            "private": chat > 0,
            "message_id": 7,
            **more,
        }
    )


def ask(wish: Wish | str, chat: int = ANN, **more: Any) -> Request:
    """A task ID stands for the wish to watch it."""
    wanted = AskWatch((TaskId(wish),)) if isinstance(wish, str) else wish
    return Request(asker(chat, **more), wanted)


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.at = NOON

    def __call__(self) -> datetime:
        return self.at

    def pass_by(self, **span: float) -> None:
        self.at += timedelta(**span)

    async def sleep(self, seconds: float) -> None:
        """Whoever sleeps by it moves it: by a little more, as any sleep."""
        self.at += timedelta(seconds=seconds) + timedelta.resolution
        await asyncio.sleep(0)


def a_parcel(said: Notice, form: Form = Form.NEW, **more: Any) -> Parcel:
    """On its first attempt, to Ann."""
    usual = {"id": 1, "fence": 1, "revision": 1, "attempts": 1, "chat_id": ChatId(ANN)}
    return Parcel(**{**usual, "notice": said, "form": form, "language": "en", **more})
