"""The flood limits, on a clock that the test moves."""

import pytest
from telegram import (
    Bot,
)
from telegram.error import RetryAfter

from sandbox.bot_api import BotApi
from sandbox.serving import serve

ANN = 7


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


async def test_a_private_chat_takes_a_burst_and_then_one_per_second() -> None:
    clock = Clock()
    api = BotApi(clock=clock)
    api.private_chat(api.user(ANN, "Ann"))
    async with serve(api.app) as url, Bot(api.token, base_url=f"{url}/bot") as bot:
        card = await bot.send_message(ANN, "0")
        for count in range(1, 4):
            await card.edit_text(str(count))
        with pytest.raises(RetryAfter) as refused:
            await card.edit_text("edits count")
        await bot.send_chat_action(ANN, "typing")
        clock.now += 1
        with pytest.raises(RetryAfter):
            await card.edit_text("too early")
        clock.now += 3
        await card.edit_text("in time")
    assert refused.value.retry_after == 4
    assert [(one.chat_id, one.scope) for one in api.violations] == [(ANN, "chat")] * 2


async def test_a_group_takes_20_per_minute_and_all_chats_30_per_second() -> None:
    clock = Clock()
    api = BotApi(clock=clock)
    team = api.group(-5, "Team")
    people = [api.private_chat(api.user(ANN + count, "Ann")) for count in range(12)]
    async with serve(api.app) as url, Bot(api.token, base_url=f"{url}/bot") as bot:
        for _ in range(20):
            await bot.send_message(team, "x")
        with pytest.raises(RetryAfter) as refused:
            await bot.send_message(team, "x")
        for chat in people[:10]:
            await bot.send_message(chat, "x")
        with pytest.raises(RetryAfter):
            await bot.send_message(people[10], "x")
        clock.now += 60
        await bot.send_message(team, "x")
    assert refused.value.retry_after == 60
    assert [one.scope for one in api.violations] == ["group", "overall"]
