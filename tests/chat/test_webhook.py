"""What is pushed to us over real HTTP: stored before it is answered, and nobody else's is."""

import asyncio
import gzip
import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from sqlalchemy import text

from bot.chat.webhook import HIGHEST, LARGEST, SECRET, Webhook
from storage import inbox
from storage.database import Database
from storage.tables import inbox as rows
from tests.builders import ANN, Clock
from tests.chat.pushing import KNOWN, Pusher, an_update, pieces, pushing
from tests.chat.receiving import MoodyDatabase, messages, stored
from tests.storage.rows import rows_of


@pytest.fixture
async def pusher(moody: MoodyDatabase) -> AsyncIterator[Pusher]:
    async with pushing(moody) as pusher:
        yield pusher


async def test_what_was_pushed_is_stored_as_it_was_written(database: Database) -> None:
    rung: list[int] = []
    update = an_update(7, "你好 🎬 \x00 \ud83d")
    async with pushing(database, lambda: rung.append(1)) as pusher:
        assert await pusher.push(update) == (await pusher.push(an_update(8)))
    async with database.write() as tx:
        letters = await inbox.claim(tx, Clock()(), 5)
    assert [one.payload for one in letters] == [update]  # one per chat; the second waits for it
    [first, second] = await rows_of(database, rows)
    assert (first["chat_id"], second["update_id"]) == (ANN, 8)
    assert rung == [1, 1]


async def test_the_same_update_twice_is_stored_once_and_confirmed_twice(
    pusher: Pusher, moody: MoodyDatabase
) -> None:
    answers = await asyncio.gather(*(pusher.push(an_update(7)) for _ in range(5)))
    assert {one.status for one in answers} == {200}
    assert await stored(moody) == ["hello"]


@pytest.mark.parametrize(
    "secret",
    [None, "", KNOWN[:-1], f"{KNOWN}x", KNOWN.lower(), f"{KNOWN[:-1]}é", "x" * 5_000],
    ids=["none", "empty", "short", "long", "lower", "not-ascii", "very-long"],
)
async def test_whoever_does_not_know_the_secret_is_told_nothing(
    pusher: Pusher, moody: MoodyDatabase, secret: str | None
) -> None:
    answer = await pusher.push(an_update(), secret)
    assert (answer.status, answer.body) == (401, b"")
    assert await stored(moody) == []


async def test_whoever_does_not_know_the_secret_is_not_read(pusher: Pusher) -> None:
    """The body would be refused as too large, were it looked at."""
    answer = await pusher.push(b" " * (LARGEST + 1), "forged")
    assert answer.status == 401


async def test_a_body_is_as_large_as_it_is_whatever_is_said_of_it(
    pusher: Pusher, moody: MoodyDatabase
) -> None:
    assert (await pusher.push(b" " * (LARGEST + 1))).status == 413
    for piece in (1_000, 64 * 1024):
        assert (await pusher.push(pieces(piece, LARGEST // piece + 1))).status == 413
    raw = json.dumps(an_update()).encode()
    assert (await pusher.push(raw + b" " * (LARGEST - len(raw)))).status == 200
    assert await stored(moody) == ["hello"]


async def test_a_body_that_does_not_come_is_not_waited_for(moody: MoodyDatabase) -> None:
    async def silence() -> AsyncIterator[bytes]:
        yield b'{"update_id": 7'
        await asyncio.Event().wait()

    webhook = Webhook(moody, KNOWN, now=Clock(), arrived=lambda: None, patience=0.05)
    assert await asyncio.wait_for(webhook({SECRET: KNOWN}, silence()), 30) == 408
    assert await stored(moody) == []


async def test_a_bomb_is_as_large_as_what_comes_out_of_it(pusher: Pusher) -> None:
    bomb = gzip.compress(b" " * 50_000_000)
    answer = await pusher.push(bomb, **{"Content-Encoding": "gzip"})
    assert answer.status in (400, 413)


NONSENSE: dict[str, bytes] = {
    "nothing": b"",
    "no-json": b"<html>",
    "half": b'{"update_id": 1',
    "no-text": b"\xff\xfe\xfa",
    "a-list": b"[1]",
    "a-number": b"7",
    "null": b"null",
    "no-id": b'{"message": {}}',
    "id-null": b'{"update_id": null}',
    "id-true": b'{"update_id": true}',
    "id-text": b'{"update_id": "7"}',
    "id-float": b'{"update_id": 7.0}',
    "id-nan": b'{"update_id": NaN}',
    "id-negative": b'{"update_id": -1}',
    "id-huge": b'{"update_id": 9223372036854775808}',
    "id-endless": b'{"update_id": ' + b"9" * 5_000 + b"}",
    "too-deep": b'{"update_id": 1, "a": ' + b"[" * 60_000 + b"]" * 60_000 + b"}",
}


@pytest.mark.parametrize("body", NONSENSE.values(), ids=NONSENSE.keys())
async def test_nonsense_is_refused_and_never_called_a_fault_of_ours(
    pusher: Pusher, moody: MoodyDatabase, body: bytes
) -> None:
    """Telegram repeats what we call our fault, for ever."""
    answer = await pusher.push(body)
    assert (answer.status, answer.body) == (400, b"")
    assert await rows_of(moody, rows) == []


async def test_a_body_that_is_not_what_its_head_says_is_refused(pusher: Pusher) -> None:
    answer = await pusher.push(an_update(), **{"Content-Encoding": "gzip"})
    assert answer.status == 400


@pytest.mark.parametrize("chat", ["x", None, 7.5, True, 2**63, {"id": 1}, [], HIGHEST])
async def test_an_odd_chat_is_for_the_answer_stage_to_judge(database: Database, chat: Any) -> None:
    async with pushing(database) as pusher:
        answer = await pusher.push({"update_id": 1, "message": {"chat": {"id": chat}}})
    assert answer.status == 200
    [row] = await rows_of(database, rows)
    assert row["chat_id"] == (chat if chat == HIGHEST else None)


async def test_what_could_not_be_committed_is_not_confirmed(
    pusher: Pusher, moody: MoodyDatabase, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, "reelbell.receive")
    moody.away = True
    answers = [await pusher.push(an_update(7)) for _ in range(3)]
    assert {(one.status, one.body) for one in answers} == {(503, b"")}
    moody.away = False
    assert await stored(moody) == []
    assert (await pusher.push(an_update(7))).status == 200
    assert await stored(moody) == ["hello"]
    assert messages(caplog) == ["updates.not_stored", "updates.up"]


async def test_nobody_is_told_of_what_could_not_be_committed(moody: MoodyDatabase) -> None:
    rung: list[int] = []
    moody.away = True
    async with pushing(moody, lambda: rung.append(1)) as pusher:
        await pusher.push(an_update())
    assert rung == []


@asynccontextmanager
async def locked(database: Database) -> AsyncIterator[None]:
    """Nobody else can write into the inbox."""
    async with database.write() as tx:
        if not database.is_sqlite:
            await tx.execute(text("LOCK TABLE inbox IN EXCLUSIVE MODE"))
        yield


async def waits_for_the_lock(database: Database) -> None:
    """On SQLite the only writer is known; on PostgreSQL the server is asked who waits."""
    while not database.is_sqlite:
        async with database.read() as tx:
            question = "SELECT count(*) FROM pg_locks WHERE NOT granted"
            if await tx.scalar(text(question)):
                return


async def test_the_answer_comes_after_the_commit(database: Database) -> None:
    async with pushing(database) as pusher:
        async with locked(database):
            answering = asyncio.create_task(pusher.push(an_update()))
            await waits_for_the_lock(database)
            done, _ = await asyncio.wait({answering}, timeout=0.3)
            assert done == set()
        assert (await answering).status == 200
        assert len(await rows_of(database, rows)) == 1


async def test_nothing_of_a_request_is_logged(
    pusher: Pusher, moody: MoodyDatabase, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    moody.away = True
    await pusher.push(an_update(text="CANARY"))
    await pusher.push(an_update(text="CANARY"), "CANARY-forged")
    await pusher.push(b'{"update_id": "CANARY')
    ours = [one for one in caplog.records if one.name.startswith(("reelbell", "aiohttp"))]
    assert [one.message for one in ours if one.levelno > logging.DEBUG] == ["updates.not_stored"]
    assert [one for one in ours if "CANARY" in logging.Formatter().format(one)] == []
