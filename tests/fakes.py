"""Small stand-ins for what lies outside the pipeline: they follow a script and remember."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

from bot.core.delivery import WITH_FILE, Form, Parcel, Receipt, Sent
from bot.core.film import Film, Kept, Progress, Shape, Unattached
from bot.core.notice import FilmNotice, Notice
from bot.core.task import Endpoint, Media, NotFound, Reading, TaskId

FILE = Kept(Shape.VIDEO, ("file-1",))


class ScriptedProvider:
    """Answers from a list per task; the last answer stays."""

    def __init__(self) -> None:
        self.answers: dict[str, list[Reading]] = {}
        self.asked: list[str] = []
        self.gates: dict[str, asyncio.Event] = {}
        """A look at one of these waits until its event is set."""

    def says(self, task_id: str, *readings: Reading) -> None:
        self.answers[task_id] = list(readings)

    async def read(
        self, task_id: TaskId, key: str, now: datetime, endpoint: Endpoint = Endpoint.VIDEOS
    ) -> Reading:
        self.asked.append(task_id)
        if task_id in self.gates:
            await self.gates[task_id].wait()
        script = self.answers.get(task_id, [NotFound()])
        return script.pop(0) if len(script) > 1 else script[0]


class ScriptedResults:
    """Every result is at its address, for Telegram to fetch, unless something else was put down."""

    def __init__(self) -> None:
        self.found: dict[str, list[tuple[Film, ...] | Unattached]] = defaultdict(list)
        """By address, one for each time; the last stays."""
        self.asked: list[tuple[str, bool, bool]] = []
        """Address, as a file, whole."""
        self.open = 0

    @asynccontextmanager
    async def fetch(
        self, media: Media, *, name: str, as_file: bool, whole: bool, progress: Progress
    ) -> AsyncIterator[tuple[Film, ...] | Unattached]:
        self.asked.append((media.url, as_file, whole))
        script = self.found[media.url]
        shape = Shape.FILE if as_file else Shape.VIDEO
        usual = tuple(Film(shape, name, url) for url in (media.url, *media.more))
        self.open += 1
        try:
            yield (script.pop(0) if len(script) > 1 else script[0]) if script else usual
        finally:
            self.open -= 1


class RecordingChat:
    """Does what it is asked, unless a receipt was put down for the next send to a chat."""

    def __init__(self) -> None:
        self.sent: list[Parcel] = []
        self.attempted: list[Parcel] = []
        self.receipts: dict[int, list[Receipt]] = defaultdict(list)
        self.explode_on: type[Notice] | None = None
        self.busied: list[tuple[int, Shape]] = []
        self.keeps = FILE
        """Telegram's names of whatever is sent as a film."""
        self._last_id = 100

    async def send(
        self, parcel: Parcel, films: tuple[Film, ...] = (), progress: Progress | None = None
    ) -> Receipt:
        self.attempted.append(parcel)
        if self.explode_on is not None and isinstance(parcel.notice, self.explode_on):
            raise RuntimeError("a bug")
        if self.receipts[parcel.chat_id]:
            return self.receipts[parcel.chat_id].pop(0)
        self.sent.append(parcel)
        return self._done(parcel)

    def _done(self, parcel: Parcel) -> Sent:
        self._last_id += 1
        edits = parcel.form in (Form.EDIT, Form.EDIT_UPLOAD, Form.EDIT_LINK)
        with_file = isinstance(parcel.notice, FilmNotice) and parcel.form in WITH_FILE
        return Sent(
            parcel.message_id if edits else self._last_id,
            parcel.kept or self.keeps if with_file else None,
        )

    async def busy(self, parcel: Parcel, shape: Shape) -> None:
        self.busied.append((parcel.chat_id, shape))

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
