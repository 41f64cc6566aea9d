"""Updates come in from Telegram and go into the inbox, before Telegram is told that they came."""

import asyncio
import logging
import warnings
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from telegram import Bot
from telegram.error import Conflict, EndPointNotFound, InvalidToken, RetryAfter, TelegramError

from bot.chat.telegram import ALLOWED, LONG_POLL, seconds_of, webhook_removed
from bot.chat.updates import chat_of
from storage import inbox
from storage.database import Database
from storage.faults import fault_of, name_of

log = logging.getLogger("reelbell.receive")
# Bot.get_updates() gives objects of the library's; the inbox keeps what Telegram wrote.
warnings.filterwarnings("ignore", message="Please use 'Bot.getUpdates'")
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0


class Receiver:
    """*arrived* is called after updates were stored."""

    def __init__(
        self,
        bot: Bot,
        database: Database,
        *,
        now: Callable[[], datetime],
        arrived: Callable[[], None],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._bot = bot
        self._database = database
        self._now = now
        self._arrived = arrived
        self._sleep = sleep
        self._down = False

    async def run(self, held: Callable[[], bool]) -> None:
        """Until cancelled, or until *held* says False: each question is asked after it said True.

        The offset moves only after the commit: a kill repeats, never loses. It begins with none:
        Telegram begins with the first update that nobody confirmed. The inbox could not tell:
        another process, or a webhook, may have stored a later one first.
        """
        ready, last = False, None
        pause = FIRST_PAUSE
        while held():
            try:
                if not ready:
                    await webhook_removed(self._bot)
                    ready = True
                else:
                    last = await self._store(await self._ask(last), last)
            except (TelegramError, TimeoutError) as error:
                pause = self._pause_after(error, pause)
                await self._sleep(pause)
            except Exception as error:  # noqa: BLE001 — Telegram keeps what we did not confirm
                self._not_stored(error)
                await self._sleep(pause)
            else:
                pause = FIRST_PAUSE
                self._up()

    async def _ask(self, last: int | None) -> list[dict[str, Any]]:
        question: dict[str, Any] = {"timeout": LONG_POLL, "allowed_updates": ALLOWED}
        if last is not None:
            question["offset"] = last + 1
        async with asyncio.timeout(LONG_POLL + 15):
            answer = await self._bot.do_api_request("getUpdates", api_kwargs=question)
        return answer if isinstance(answer, list) else []

    async def _store(self, updates: list[dict[str, Any]], last: int | None) -> int | None:
        if not updates:
            return last
        arrived = [inbox.Arrived(one["update_id"], chat_of(one), one) for one in updates]
        async with self._database.write() as tx:
            await inbox.store(tx, arrived, self._now())
        self._arrived()
        return max(one.update_id for one in arrived)

    def _pause_after(self, error: Exception, pause: float) -> float:
        if not self._down:
            self._down = True
            log.warning("updates.down", extra={"error": type(error).__name__})
        match error:
            case RetryAfter():
                return seconds_of(error)
            case InvalidToken() | EndPointNotFound():  # what do_api_request() makes of a 401
                log.critical("token.refused")
                return LONGEST_PAUSE
            case Conflict():  # another process polls with this token: stand back
                return min(max(pause * 2, 5.0), LONGEST_PAUSE)
            case _:
                return min(pause * 2, LONGEST_PAUSE)

    def _not_stored(self, error: Exception) -> None:
        if not self._down:
            self._down = True
            bug = None if fault_of(error) else error
            log.error("updates.not_stored", exc_info=bug, extra={"error": name_of(error)})

    def _up(self) -> None:
        if self._down:
            self._down = False
            log.warning("updates.up")
