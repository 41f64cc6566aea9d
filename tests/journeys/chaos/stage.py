"""Everything that a run needs is there inside the block, and gone after it."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sandbox.bot_api import BotApi
from sandbox.serving import serve
from sandbox.telegram.rules import Limits
from sandbox.video_api import TINY, VideoApi
from tests.journeys.chaos import fate
from tests.journeys.chaos.crew import Life, Seat
from tests.journeys.chaos.fate import Blow
from tests.journeys.chaos.oracle import ends
from tests.journeys.chaos.oracle.facts import Line, read_lines
from tests.journeys.chaos.plan import Plan
from tests.journeys.chaos.postgres import Server
from tests.journeys.chaos.town import Town
from tests.journeys.house import KEY, TOKEN

FIGURES = Limits(private_burst=10)
"""What no run may exceed: 30 a second, 10 in 10 s to a person, 20 a minute to a group.

The usual stand-in takes 4 in 4 s; with answers that come a fifth of a second late on a busy machine
that refuses a bot which keeps to one a second.
"""


@dataclass(slots=True)
class Run:
    """What is known of a run; instants in seconds of `time.time()`."""

    plan: Plan
    seed: int
    folder: Path
    telegram: BotApi
    videos: VideoApi
    town: Town
    seats: list[Seat]
    server: Server | None
    began: float = 0
    ended: float = 0
    settled: float = 0
    """When the last end had come, or the patience was over."""
    done: list[tuple[float, Blow]] = field(default_factory=list)
    damages: list[str] = field(default_factory=list)
    """What the check of a SQLite file found after a kill."""
    weather: Counter[str] = field(default_factory=Counter)

    @property
    def lines(self) -> list[Line]:
        """In the order in which they happened."""
        chats = self.telegram.chats()
        found = [line for chat in chats for line in read_lines(chat, self.telegram.history(chat))]
        return sorted(found, key=lambda line: line.at)

    @property
    def lives(self) -> list[Life]:
        return [life for seat in self.seats for life in seat.lives]

    @property
    def lost(self) -> list[str]:
        return ends.lost(self.town.promises, self.lines, self.town.stopped)

    def downtime(self, what: fate.What) -> tuple[float, float] | None:
        """When it was really so."""
        return next(((at, at + b.lasts) for at, b in self.done if b.what == what), None)


@asynccontextmanager
async def staged(plan: Plan, seed: int, folder: Path) -> AsyncIterator[Run]:
    """Everything is there, and no bot is running yet; at the end nothing is left."""
    async with AsyncExitStack() as opened:
        telegram, videos = BotApi(TOKEN, limits=FIGURES), VideoApi(KEY, film=TINY)
        server = None
        url = f"sqlite+aiosqlite:///{folder}/reelbell.db"
        if plan.engine == "postgresql":
            server = Server()
            opened.push_async_callback(server.close)
            url = await server.start()
        settings = {
            "TELEGRAM_TOKEN": TOKEN,
            "TELEGRAM_API_URL": await opened.enter_async_context(serve(telegram.app)),
            "JIMMY_API_KEY": KEY,
            "JIMMY_API_URL": await opened.enter_async_context(serve(videos.app)),
            "DATABASE_URL": url,
            "ALLOW_PRIVATE_MEDIA_HOSTS": "true",
            "HTTP_PORT": "0",
            "LOG_FORMAT": "json",
            "MAX_WATCHES": "10000",
            **plan.settings,
        }
        seats = [Seat(number, folder, settings) for number in range(plan.bots)]
        for seat in seats:
            opened.push_async_callback(seat.kill)
        town = Town(telegram, videos, plan.groups, plan.people)
        yield Run(plan, seed, folder, telegram, videos, town, seats, server)
