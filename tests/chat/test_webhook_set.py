"""Telegram is told where to push to, until it agrees; and no secret is told to anybody else."""

import asyncio
import logging

import pytest
from telegram import Bot

from bot.chat.telegram import webhook_removed, webhook_set
from sandbox.bot_api import BotApi, Fault
from tests.chat.pushing import KNOWN
from tests.fakes import Pauses

URL = "https://bot.example/hooks/reelbell"


async def test_telegram_is_told_the_address_the_secret_and_what_to_push(
    api: BotApi, bot: Bot
) -> None:
    await webhook_set(bot, URL, KNOWN)
    (call,) = api.called("setWebhook")
    assert (call.params["url"], call.params["secret_token"]) == (URL, KNOWN)
    assert call.params["allowed_updates"] == ["message", "callback_query", "my_chat_member"]
    assert call.params.get("drop_pending_updates") in (None, "false", "False")
    assert 1 <= int(call.params["max_connections"]) <= 100
    assert (await bot.get_webhook_info()).url == URL


async def test_it_is_told_until_it_agrees_and_never_before_it_allows(
    api: BotApi, bot: Bot, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "reelbell.telegram")
    pauses = Pauses()
    api.faults.add(Fault("setWebhook", "500", times=2))
    api.faults.add(Fault("setWebhook", "429", retry_after=17))
    await webhook_set(bot, URL, KNOWN, sleep=pauses)
    assert pauses.asked == [1, 2, 17]
    assert [one.message for one in caplog.records] == ["webhook.not_set", "webhook.set"]
    assert KNOWN not in caplog.text


async def test_several_processes_may_tell_it(api: BotApi, bot: Bot) -> None:
    pauses = Pauses()
    await asyncio.gather(*(webhook_set(bot, URL, KNOWN, sleep=pauses) for _ in range(3)))
    assert (await bot.get_webhook_info()).url == URL


async def test_what_waits_at_telegram_is_kept_when_a_webhook_goes(api: BotApi, bot: Bot) -> None:
    ann = api.user(1, "Ann")
    api.private_chat(ann)
    await webhook_set(bot, "http://127.0.0.1:9/nobody-is-here", KNOWN)
    api.say(ann, "hello")
    await webhook_removed(bot)
    assert (await bot.get_webhook_info()).url == ""
    assert len(api.pending_updates) == 1
