"""Small stand-ins for what lies outside the pipeline: they follow a script and remember."""

import asyncio
from collections import defaultdict
from datetime import datetime

from bot.core.delivery import Form, Parcel, Receipt, Sent
from bot.core.notice import Attachment, Notice
from bot.core.task import NotFound, Reading, TaskId


class ScriptedProvider:
    """Answers from a list per task; the last answer stays."""

    def __init__(self) -> None:
        self.answers: dict[str, list[Reading]] = {}
        self.asked: list[str] = []
        self.gates: dict[str, asyncio.Event] = {}
        """A look at one of these waits until its event is set."""

    def says(self, task_id: str, *readings: Reading) -> None:
        self.answers[task_id] = list(readings)

    async def read(self, task_id: TaskId, key: str, now: datetime) -> Reading:
        self.asked.append(task_id)
        if task_id in self.gates:
            await self.gates[task_id].wait()
        script = self.answers.get(task_id, [NotFound()])
        return script.pop(0) if len(script) > 1 else script[0]


class RecordingChat:
    """Does what it is asked, unless a receipt was put down for the next send to a chat."""

    def __init__(self) -> None:
        self.sent: list[Parcel] = []
        self.attempted: list[Parcel] = []
        self.receipts: dict[int, list[Receipt]] = defaultdict(list)
        self.explode_on: type[Notice] | None = None
        self._last_id = 100

    async def send(self, parcel: Parcel) -> Receipt:
        self.attempted.append(parcel)
        if self.explode_on is not None and isinstance(parcel.notice, self.explode_on):
            raise RuntimeError("a bug")
        if self.receipts[parcel.chat_id]:
            return self.receipts[parcel.chat_id].pop(0)
        self.sent.append(parcel)
        return self._done(parcel)

    def _done(self, parcel: Parcel) -> Sent:
        self._last_id += 1
        edits = parcel.form in (Form.EDIT, Form.EDIT_LINK)
        with_file = isinstance(parcel.notice, Attachment) and parcel.form in (Form.EDIT, Form.NEW)
        return Sent(
            parcel.message_id if edits else self._last_id,
            parcel.file_id or "file-1" if with_file else None,
        )

    def told(self, chat: int | None = None) -> list[str]:
        """The names of the notices that arrived, in order."""
        return [
            type(one.notice).__name__ for one in self.sent if chat is None or one.chat_id == chat
        ]


class Pauses:
    """Sleeps no longer than it takes everybody else to have their turn, and remembers."""

    def __init__(self) -> None:
        self.asked: list[float] = []
        self._asked = asyncio.Event()

    async def __call__(self, seconds: float) -> None:
        self.asked.append(seconds)
        self._asked.set()
        await asyncio.sleep(0)

    async def wanted(self) -> None:
        """Returns once somebody has asked for a pause."""
        await asyncio.wait_for(self._asked.wait(), 30)
