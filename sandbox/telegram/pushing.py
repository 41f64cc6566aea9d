"""Pending updates go in; the bot's webhook hears each of them, until it says yes."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass

import aiohttp
from aiohttp import web

from sandbox.telegram.faults import Faults
from sandbox.telegram.refusal import Json
from sandbox.telegram.rules import Limits
from sandbox.telegram.updates import Lane, Updates
from sandbox.telegram.webhook import Webhook

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 — the name of a header
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 3.2
"""Seconds before an update is pushed again. Telegram's own: 1, and up to 60–120."""
HUNG_UP = "Connection reset by peer"


@dataclass(frozen=True, slots=True)
class Push:
    at: float
    """Seconds of `time.time()`, when the answer was there, or its absence clear."""
    update_id: int
    status: int
    """HTTP status; 0: no answer."""
    trouble: str
    """As getWebhookInfo tells it; empty: acknowledged."""


class Pusher:
    """What happened in a chat is pushed in order, chats side by side, a task for each."""

    def __init__(self, updates: Updates, faults: Faults, limits: Limits) -> None:
        self.made: list[Push] = []
        self.answers_to_lose = 0
        """So many pushes will be acknowledged in vain, and made again."""
        self._updates = updates
        self._faults = faults
        self._timeout = aiohttp.ClientTimeout(total=limits.push_seconds)
        self._lanes: dict[Lane, asyncio.Task[None]] = {}
        self._slots = asyncio.Semaphore()

    async def lifetime(self, app: web.Application) -> AsyncIterator[None]:
        """For `app.cleanup_ctx`."""
        del app
        connector = aiohttp.TCPConnector(limit=0)
        async with aiohttp.ClientSession(
            connector=connector, timeout=self._timeout, skip_auto_headers=("User-Agent",)
        ) as session:
            running = asyncio.create_task(self._run(session))
            yield
            running.cancel()
            await asyncio.gather(running, *self._drop(), return_exceptions=True)

    async def _run(self, session: aiohttp.ClientSession) -> None:
        """Another webhook, or none, or an outage: what is on its way is dropped, and stays."""
        served: Webhook | None = None
        while True:
            stirred = self._updates.news.coming
            hook = None if self._faults.outage else self._updates.webhook
            if hook != served:
                self._drop()
                served = hook
                self._slots = asyncio.Semaphore(hook.max_connections if hook else 1)
            if hook is not None and hook.is_here:
                self._open_lanes(session, hook)
            await stirred.wait()

    def _open_lanes(self, session: aiohttp.ClientSession, hook: Webhook) -> None:
        for lane in self._updates.lanes() - self._lanes.keys():
            self._lanes[lane] = asyncio.create_task(self._serve(session, hook, lane))

    def _drop(self) -> list[asyncio.Task[None]]:
        dropped = list(self._lanes.values())
        self._lanes.clear()
        for task in dropped:
            task.cancel()
        return dropped

    async def _serve(self, session: aiohttp.ClientSession, hook: Webhook, lane: Lane) -> None:
        """Whoever waits for another try holds no connection."""
        pause = FIRST_PAUSE
        while (update := self._updates.first_of(lane)) is not None:
            async with self._slots:
                push = await self._push(session, hook, update)
            self.made.append(push)
            if push.trouble:
                self._updates.not_heard(push.trouble)
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE)
            else:
                self._updates.heard(update)
                pause = FIRST_PAUSE
        del self._lanes[lane]

    async def _push(self, session: aiohttp.ClientSession, hook: Webhook, update: Json) -> Push:
        status, trouble = await _answer(session, hook, update)
        if self.answers_to_lose and not trouble:
            self.answers_to_lose -= 1
            trouble = HUNG_UP
        return Push(time.time(), update["update_id"], status, trouble)


async def _answer(session: aiohttp.ClientSession, hook: Webhook, update: Json) -> tuple[int, str]:
    """Its status, 0 for none; and what is wrong with it, nothing when it is a yes."""
    headers = {SECRET_HEADER: hook.secret} if hook.secret else {}
    try:
        async with session.post(
            hook.target, json=update, headers=headers, allow_redirects=False
        ) as response:
            await response.read()
    except TimeoutError:
        return 0, "Read timeout expired"
    except aiohttp.ClientConnectorError as error:
        refused = isinstance(error.os_error, ConnectionRefusedError)
        return 0, "Connection refused" if refused else "Can't connect to the webhook"
    except (aiohttp.ClientError, OSError):
        return 0, HUNG_UP
    if response.ok and response.status < 300:
        return response.status, ""
    words = f"{response.status} {response.reason}"
    return response.status, f"Wrong response from the webhook: {words}"
