"""Stored updates are read, what they ask is done, and the answer is put into the outbox.

All of it in the transaction that marks the update as handled: a kill at any moment leaves either
everything done or everything still to do.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any, assert_never

from bot.core import notice, request
from bot.core.notice import Answer, Notice, Toast, ToastText
from bot.core.request import Asker, Button, Press, Request
from bot.pipeline import subscribe
from bot.pipeline.subscribe import Rules
from storage import chats, health, inbox, outbox
from storage.database import Database, Tx
from storage.faults import fault_of
from storage.inbox import Letter
from storage.outbox import Address, Item

log = logging.getLogger("reelbell.answer")
BATCH = 20


class Answering:
    """*read* turns Telegram's JSON into a request, None for what is none of our business.

    *has_room* is for new watches; by default there is as long as the database's disk has some.
    """

    def __init__(
        self,
        database: Database,
        read: Callable[[dict[str, Any]], Request | None],
        *,
        rules: Rules,
        now: Callable[[], datetime],
        has_room: Callable[[], bool] | None = None,
    ) -> None:
        self._database = database
        self._read = read
        self._rules = rules
        self._now = now
        self._has_room = has_room or partial(health.has_room, database.url)
        self._spared: dict[int, Letter] = {}

    async def once(self) -> int:
        """How many updates were tried. Raises what the database raised about any of them."""
        letters = await self._claim()
        # With return_exceptions a cancelled gather waits for each; nothing runs on unattended.
        outcomes = await asyncio.gather(*map(self._handle, letters), return_exceptions=True)
        for error in filter(None, outcomes):
            raise error
        return len(letters)

    async def _claim(self) -> tuple[Letter, ...]:
        """After those whose attempt an outage cut short got it back."""
        spared = dict(self._spared)

        async def work(tx: Tx) -> tuple[Letter, ...]:
            await inbox.spare(tx, spared.values(), self._now())
            return await inbox.claim(tx, self._now(), BATCH)

        letters = await self._database.unit(work)
        self._spared = {key: one for key, one in self._spared.items() if spared.get(key) is not one}
        return letters

    async def _handle(self, letter: Letter) -> None:
        try:
            asked = self._read(letter.payload)
            await self._database.unit(partial(self._settle, letter, asked))
        except inbox.TakenOverError:
            log.warning("update.taken_over", extra={"update": letter.update_id})
        except Exception as error:  # one poisonous update must not hold up its neighbours
            if fault_of(error) is not None:  # says nothing about the update
                self._spared[letter.update_id] = letter
                raise
            log.exception("update.failed", extra={"update": letter.update_id})
            await self._database.unit(partial(self._put_off, letter, repr(error)))

    async def _settle(self, letter: Letter, asked: Request | None, tx: Tx) -> None:
        if await inbox.was_done(tx, letter):
            return
        if asked is not None:
            await self._answer(tx, asked, self._now())
        await inbox.done(tx, letter)

    async def _put_off(self, letter: Letter, why: str, tx: Tx) -> None:
        await inbox.failed(tx, letter, why, self._now())

    async def _answer(self, tx: Tx, asked: Request, now: datetime) -> None:
        asker = asked.asker
        match asked.wish:
            case request.ChatLost():
                return await chats.lost(tx, asker.chat_id, "the bot was blocked or removed")
            case request.ChatRenamed(to):
                return await chats.move(tx, asker.chat_id, to, now)
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
        if wish.task_ids and not self._has_room():
            return [*answers, notice.NoRoom()]
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
            case Button.AGAIN if not self._has_room():
                return Toast(press.query_id, ToastText.NO_ROOM)
            case Button.AGAIN:
                text = await subscribe.press_again(tx, self._rules, asker, press.ref, now)
                return Toast(press.query_id, text)
            case Button.FILE:
                text = await subscribe.press_file(tx, asker, press.ref, now)
                return Toast(press.query_id, text)
            case _:
                assert_never(press.button)
