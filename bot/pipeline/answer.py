"""Stored updates are read, what they ask is done, and the answer is put into the outbox.

All of it in the transaction that marks the update as handled: a kill at any moment leaves either
everything done or everything still to do.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, assert_never

from bot.core import notice, request
from bot.core.notice import Answer, Notice, Toast, ToastText
from bot.core.request import Asker, Button, Press, Request
from bot.pipeline import subscribe
from bot.pipeline.subscribe import Rules
from storage import chats, inbox, outbox
from storage.database import Database, Tx
from storage.inbox import Letter
from storage.outbox import Address, Item

log = logging.getLogger("reelbell.answer")
BATCH = 20


class Answering:
    """*read* turns Telegram's JSON into a request, None for what is none of our business."""

    def __init__(
        self,
        database: Database,
        read: Callable[[dict[str, Any]], Request | None],
        *,
        rules: Rules,
        now: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._read = read
        self._rules = rules
        self._now = now

    async def once(self) -> int:
        """How many updates were tried."""
        async with self._database.write() as tx:
            letters = await inbox.claim(tx, self._now(), BATCH)
        await asyncio.gather(*(self._handle(letter) for letter in letters))
        return len(letters)

    async def _handle(self, letter: Letter) -> None:
        now = self._now()
        try:
            asked = self._read(letter.payload)
            async with self._database.write() as tx:
                if asked is not None:
                    await self._answer(tx, asked, now)
                await inbox.done(tx, letter)
        except inbox.TakenOverError:
            log.warning("update.taken_over", extra={"update": letter.update_id})
        except Exception as error:  # one poisonous update must not hold up its neighbours
            log.exception("update.failed", extra={"update": letter.update_id})
            async with self._database.write() as tx:
                await inbox.failed(tx, letter, repr(error), now)

    async def _answer(self, tx: Tx, asked: Request, now: datetime) -> None:
        asker = asked.asker
        match asked.wish:
            case request.ChatLost():
                return await chats.lost(tx, asker.chat_id, "the bot was blocked or removed")
            case request.ChatRenamed(to):
                return await chats.move(tx, asker.chat_id, to)
            case _:
                pass
        await chats.meet(tx, asker.chat_id, asker.language, self._rules.ladder, now)
        await chats.back(tx, asker.chat_id, now)
        answers = await self._notices(tx, asked, now)
        address = Address(asker.chat_id, asker.thread_id, asker.message_id)
        await outbox.put(tx, [Item(address, one) for one in answers], now)
        return None

    async def _notices(self, tx: Tx, asked: Request, now: datetime) -> Sequence[Notice]:
        allowed = self._rules.allowed_users
        stranger = bool(allowed) and asked.asker.user_id not in allowed
        match asked.wish:
            case request.ChatBack():
                return []
            case Press() as press if stranger:
                return [Toast(press.query_id, ToastText.NOT_ALLOWED)]
            case _ if stranger:
                return [notice.NotAllowed()]
            case Press() as press:
                return [await self._pressed(tx, asked.asker, press, now)]
            case _:
                return await self._asked(tx, asked, now)

    async def _asked(self, tx: Tx, asked: Request, now: datetime) -> Sequence[Answer]:
        match asked.wish:
            case request.Start():
                return [notice.Welcome()]
            case request.AskWatch() as wish:
                return await self._watch(tx, asked.asker, wish, now)
            case request.AskHelp():
                return [notice.Help(self._rules.max_watches)]
            case request.AskList():
                return [await subscribe.listing(tx, asked.asker)]
            case request.AskStop(task_ids, rejected):
                bad = [notice.BadIds(rejected)] if rejected else []
                if bad and not task_ids:
                    return bad
                return [*bad, *await subscribe.stop(tx, asked.asker, task_ids, now)]
            case request.AskStopAll():
                return await subscribe.stop_all(tx, asked.asker, now)
            case request.AskUnknown():
                return [notice.UnknownCommand()]
            case _:
                raise ValueError("not a question")

    async def _watch(
        self, tx: Tx, asker: Asker, wish: request.AskWatch, now: datetime
    ) -> list[Answer]:
        if not wish.task_ids and not wish.rejected:
            return [notice.WatchWhat() if wish.command else notice.Hint()]
        answers: list[Answer] = [notice.BadIds(wish.rejected)] if wish.rejected else []
        if wish.task_ids:
            answers += await subscribe.watch(tx, self._rules, asker, wish.task_ids, now)
        return answers

    async def _pressed(self, tx: Tx, asker: Asker, press: Press, now: datetime) -> Toast:
        match press.button:
            case None:
                return Toast(press.query_id, ToastText.GONE)
            case Button.STOP:
                text = await subscribe.press_stop(tx, asker, press.ref, now)
                return Toast(press.query_id, text)
            case Button.LADDER:
                text, ladder = await subscribe.press_ladder(tx, asker, press.ref, now)
                return Toast(press.query_id, text, ladder)
            case Button.AGAIN:
                text = await subscribe.press_again(tx, self._rules, asker, press.ref, now)
                return Toast(press.query_id, text)
            case _:
                assert_never(press.button)
