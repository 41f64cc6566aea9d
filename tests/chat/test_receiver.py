"""Updates are in the inbox before Telegram hears that they came, whatever the database does."""

import asyncio
import sqlite3
from contextlib import closing

import pytest
from telegram import Bot

from sandbox.bot_api import BotApi, User
from storage import inbox
from tests.builders import ANN, Clock
from tests.chat.receiving import MoodyDatabase, Start, acknowledged, asked, stored

# The library's advice does not fit us; bot.chat.receiver silences it outside of pytest.
pytestmark = pytest.mark.filterwarnings("ignore:Please use")


async def test_an_update_is_stored_and_only_then_acknowledged(
    api: BotApi, ann: User, moody: MoodyDatabase, start: Start
) -> None:
    api.say(ann, "one")
    api.say(ann, "two")
    last = api.pending_updates[-1]["update_id"]
    start()
    await acknowledged(api)
    assert await stored(moody) == ["one", "two"]
    api.say(ann, "three")
    await acknowledged(api)
    assert [one.get("offset") for one in asked(api)] == [None, str(last + 1)]


async def test_what_is_stored_is_what_telegram_wrote(
    api: BotApi, ann: User, moody: MoodyDatabase, start: Start
) -> None:
    api.say(ann, "你好 🎬 <b>&", forward=True)
    (pending,) = api.pending_updates
    start()
    await acknowledged(api)
    async with moody.write() as tx:
        (letter,) = await inbox.claim(tx, Clock()(), 1)
    assert letter.payload == pending


async def test_everybody_is_told_that_something_arrived(
    api: BotApi, ann: User, moody: MoodyDatabase, start: Start
) -> None:
    rows: list[int] = []

    def look() -> None:
        with closing(sqlite3.connect(moody.url.database or "")) as other:
            rows.append(other.execute("SELECT count(*) FROM inbox").fetchone()[0])

    start(arrived=look)
    api.say(ann, "one")
    await acknowledged(api)
    api.say(ann, "two")
    await acknowledged(api)
    assert rows == [1, 2], "each was in the inbox by then"


async def test_an_update_that_could_not_be_committed_is_not_acknowledged(
    api: BotApi, ann: User, moody: MoodyDatabase, start: Start
) -> None:
    api.say(ann, "one")
    start()
    await acknowledged(api)
    moody.away = True
    api.say(ann, "two")
    await asyncio.wait_for(moody.failed.wait(), 30)
    (waiting,) = api.pending_updates
    seen = len(asked(api))
    api.say(ann, "three")
    await api.until(lambda: len(asked(api)) > seen + 2)
    assert {one["offset"] for one in asked(api)[-2:]} == {str(waiting["update_id"])}
    moody.away = False
    await acknowledged(api)
    assert await stored(moody) == ["one", "two", "three"]


async def test_a_database_that_is_away_at_the_start_is_waited_for(
    api: BotApi, ann: User, moody: MoodyDatabase, start: Start
) -> None:
    moody.away = True
    running = start()
    api.say(ann, "hello")
    await asyncio.wait_for(moody.failed.wait(), 30)
    moody.away = False
    await acknowledged(api)
    assert await stored(moody) == ["hello"]
    assert not running.done()


async def test_a_restart_loses_none_that_a_later_one_overtook(
    api: BotApi, ann: User, moody: MoodyDatabase, start: Start
) -> None:
    """Pushed updates arrive in any order: the newest in the inbox says nothing of the others."""
    api.say(ann, "one")
    api.say(ann, "two")
    later = api.pending_updates[-1]
    async with moody.write() as tx:
        await inbox.store(tx, [inbox.Arrived(later["update_id"], ANN, later)], Clock()())
    start()
    await acknowledged(api)
    assert await stored(moody) == ["one", "two"]
    assert asked(api)[0].get("offset") is None


async def test_who_does_not_hold_the_role_any_more_asks_nothing(
    api: BotApi, ann: User, moody: MoodyDatabase, start: Start
) -> None:
    answers = iter([True, True, False])  # before it looks for a webhook, and before each question
    api.say(ann, "hello")
    await asyncio.wait_for(start(held=lambda: next(answers)), 30)
    assert await stored(moody) == ["hello"]
    assert len(asked(api)) == 1
    assert len(api.pending_updates) == 1, "whoever holds it now confirms it"


async def test_a_webhook_that_is_left_over_is_removed_and_nothing_with_it(
    api: BotApi, ann: User, bot: Bot, moody: MoodyDatabase, start: Start
) -> None:
    """Every poll was refused with 409 for ever, and the bot heard of nothing."""
    await bot.set_webhook("https://bot.example/hook")
    api.say(ann, "hello")
    start()
    await acknowledged(api)
    assert await stored(moody) == ["hello"]
    (removal,) = api.called("deleteWebhook")
    assert removal.params.get("drop_pending_updates") in (None, "false", "False")


async def test_where_no_webhook_is_set_none_is_removed(
    api: BotApi, ann: User, moody: MoodyDatabase, start: Start
) -> None:
    api.say(ann, "hello")
    start()
    await acknowledged(api)
    assert api.called("deleteWebhook") == []


async def test_an_update_that_was_stored_but_not_acknowledged_is_stored_once(
    api: BotApi, ann: User, moody: MoodyDatabase, start: Start
) -> None:
    api.say(ann, "one")
    (update,) = api.pending_updates
    again = [inbox.Arrived(update["update_id"], ANN, update)]
    async with moody.write() as tx:
        await inbox.store(tx, again, Clock()())
    start()
    await acknowledged(api)
    assert await stored(moody) == ["one"]


async def test_only_what_is_understood_is_asked_for(api: BotApi, ann: User, start: Start) -> None:
    start()
    api.say(ann, "hello")
    await acknowledged(api)
    assert asked(api)[0]["allowed_updates"] == ["message", "callback_query", "my_chat_member"]
    assert asked(api)[0]["timeout"] == "30"
