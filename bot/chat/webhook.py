"""An update that Telegram pushed goes into the inbox; the HTTP status says whether it is there."""

import asyncio
import hmac
import json
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any

from bot.chat.updates import chat_of
from storage import inbox
from storage.database import Database
from storage.faults import fault_of, name_of

log = logging.getLogger("reelbell.receive")

SECRET = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 — the header's name
LARGEST = 256 * 1024
"""Bytes; an update of Telegram's has a tenth of that at most."""
READ_WITHIN, STORED_WITHIN = 10, 20
"""Seconds. Telegram waits for a minute."""
HIGHEST = 2**63 - 1


class Webhook:
    """Telegram repeats whatever was not answered with 200. *arrived* is called after storing.

    Neither what is wrong with a request nor anything out of it is told or logged: whoever does
    not know the secret learns nothing, and what people write is nobody's business.
    """

    def __init__(
        self,
        database: Database,
        secret: str,
        *,
        now: Callable[[], datetime],
        arrived: Callable[[], None],
        patience: float = READ_WITHIN,
    ) -> None:
        self._database = database
        self._secret = secret.encode()
        self._now = now
        self._arrived = arrived
        self._patience = patience
        self._down = False

    async def __call__(self, headers: Mapping[str, str], body: AsyncIterator[bytes]) -> HTTPStatus:
        given = headers.get(SECRET, "").encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(given, self._secret):
            return HTTPStatus.UNAUTHORIZED
        try:
            async with asyncio.timeout(self._patience):
                raw = await _read(body)
        except TimeoutError:
            return HTTPStatus.REQUEST_TIMEOUT
        if raw is None:
            return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        arrived = _parsed(raw)
        if arrived is None:
            return HTTPStatus.BAD_REQUEST
        return await self._store(arrived)

    async def _store(self, arrived: inbox.Arrived) -> HTTPStatus:
        try:
            async with asyncio.timeout(STORED_WITHIN), self._database.write() as tx:
                await inbox.store(tx, [arrived], self._now())
        except Exception as error:  # noqa: BLE001 — Telegram keeps what we did not confirm
            self._not_stored(error)
            return HTTPStatus.SERVICE_UNAVAILABLE
        if self._down:
            self._down = False
            log.warning("updates.up")
        self._arrived()
        return HTTPStatus.OK

    def _not_stored(self, error: Exception) -> None:
        if not self._down:
            self._down = True
            bug = None if fault_of(error) else error
            log.error("updates.not_stored", exc_info=bug, extra={"error": name_of(error)})


async def _read(body: AsyncIterator[bytes]) -> bytes | None:
    """None: more than anybody has to say. Counted, because a length is only a promise."""
    read = bytearray()
    async for piece in body:
        read += piece
        if len(read) > LARGEST:
            return None
    return bytes(read)


def _parsed(raw: bytes) -> inbox.Arrived | None:
    """None for what is no update. One that only looks odd is kept: the answer stage judges it."""
    try:
        update: Any = json.loads(raw)
        json.dumps(update)  # as it will be stored: not too deep
    except (ValueError, RecursionError):
        return None
    number = update.get("update_id") if isinstance(update, dict) else None
    if type(number) is not int or not 0 <= number <= HIGHEST:
        return None
    return inbox.Arrived(number, _chat(update), update)


def _chat(update: dict[str, Any]) -> int | None:
    chat: Any = chat_of(update)
    return chat if type(chat) is int and abs(chat) <= HIGHEST else None
