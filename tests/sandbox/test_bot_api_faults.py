"""Each accident that a test can order, as python-telegram-bot experiences it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
from telegram import Bot
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TimedOut

from sandbox.bot_api import BotApi, Fault
from sandbox.serving import serve

ANN, BOB = 7, 8


@pytest.fixture
async def api() -> BotApi:
    api = BotApi()
    for user, name in ((ANN, "Ann"), (BOB, "Bob")):
        api.private_chat(api.user(user, name))
    return api


@pytest.fixture
async def bot(api: BotApi) -> AsyncIterator[Bot]:
    async with serve(api.app) as url, Bot(api.token, base_url=f"{url}/bot") as bot:
        yield bot


async def test_an_injected_429_names_its_wait_and_is_no_violation(api: BotApi, bot: Bot) -> None:
    api.faults.add(Fault("sendMessage", "429", retry_after=17))
    with pytest.raises(RetryAfter) as refused:
        await bot.send_message(ANN, "x")
    assert refused.value.retry_after == 17
    assert api.violations == []


async def test_a_500_is_json_and_a_502_is_html(api: BotApi, bot: Bot) -> None:
    api.faults.add(Fault("sendMessage", "500"))
    api.faults.add(Fault("sendMessage", "502-html"))
    with pytest.raises(NetworkError, match="Internal Server Error"):
        await bot.send_message(ANN, "x")
    with pytest.raises(NetworkError, match="<html>"):
        await bot.send_message(ANN, "x")
    assert [call.status for call in api.called("sendMessage")] == [500, 502]


async def test_a_hanging_call_is_never_answered_nor_executed(api: BotApi, bot: Bot) -> None:
    api.faults.add(Fault("sendMessage", "hang"))
    with pytest.raises(TimedOut):
        await bot.send_message(ANN, "x", read_timeout=0.05)
    assert api.messages(ANN) == []
    assert [call.status for call in api.called("sendMessage")] == [0]


async def test_a_lost_answer_leaves_the_message_behind(api: BotApi, bot: Bot) -> None:
    api.faults.add(Fault("sendMessage", "lost"))
    with pytest.raises(NetworkError):
        await bot.send_message(ANN, "x")
    assert [message["text"] for message in api.messages(ANN)] == ["x"]
    (call,) = api.called("sendMessage")
    assert call.status == 0
    assert call.answer is not None
    assert call.answer["ok"]


async def test_an_answer_that_never_comes_leaves_the_message_behind(api: BotApi, bot: Bot) -> None:
    api.faults.add(Fault("sendMessage", "silent"))
    with pytest.raises(TimedOut):
        await bot.send_message(ANN, "x", read_timeout=0.05)
    assert [message["text"] for message in api.messages(ANN)] == ["x"]
    assert [call.status for call in api.called("sendMessage")] == [0]


async def test_a_reset_connection_leaves_nothing_behind(api: BotApi, bot: Bot) -> None:
    api.faults.add(Fault("sendMessage", "reset"))
    with pytest.raises(NetworkError):
        await bot.send_message(ANN, "x")
    assert api.messages(ANN) == []


async def test_an_ok_without_a_result_has_none(api: BotApi, bot: Bot) -> None:
    api.faults.add(Fault("sendMessage", "ok-without-result"))
    with pytest.raises(KeyError):
        await bot.send_message(ANN, "x")


async def test_a_refusal_says_what_the_test_wants(api: BotApi, bot: Bot) -> None:
    api.faults.add(Fault("sendMessage", "400", description="Bad Request: not enough rights"))
    api.faults.add(Fault("sendMessage", "403"))
    api.faults.add(Fault("sendMessage", "413"))
    with pytest.raises(BadRequest, match="ot enough rights"):
        await bot.send_message(ANN, "x")
    with pytest.raises(Forbidden, match="blocked"):
        await bot.send_message(ANN, "x")
    with pytest.raises(NetworkError, match="Request Entity Too Large"):
        await bot.send_message(ANN, "x")


async def test_a_fault_hits_only_its_method_and_chat_after_those_it_spares(
    api: BotApi, bot: Bot
) -> None:
    api.faults.add(Fault("*", "500", times=2, chat_id=ANN, after=1))
    await bot.send_message(BOB, "x")
    card = await bot.send_message(ANN, "spared")
    for text in ("a", "b"):
        with pytest.raises(NetworkError):
            await card.edit_text(text)
    await card.edit_text("c")
    assert api.faults.pending == []


async def test_any_method_does_not_mean_polling(api: BotApi, bot: Bot) -> None:
    api.faults.add(Fault("*", "500"))
    assert await bot.get_updates() == ()
    api.faults.clear()
    api.faults.add(Fault("getUpdates", "500"))
    with pytest.raises(NetworkError):
        await bot.get_updates()


async def test_an_outage_cuts_every_call_until_it_is_over(api: BotApi, bot: Bot) -> None:
    api.outage = True
    with pytest.raises(NetworkError):
        await bot.send_message(ANN, "x")
    with pytest.raises(NetworkError):
        await bot.get_updates()
    api.outage = False
    await bot.send_message(ANN, "x")
    assert len(api.messages(ANN)) == 1


async def test_an_outage_ends_a_poll_that_waits(api: BotApi, bot: Bot) -> None:
    waiting = asyncio.create_task(bot.get_updates(timeout=30))
    await api.change(5)
    api.outage = True
    with pytest.raises(NetworkError):
        await asyncio.wait_for(waiting, 30)


async def test_the_stand_in_ends_at_once_with_calls_in_the_air(api: BotApi) -> None:
    api.faults.add(Fault("sendMessage", "hang"))
    async with asyncio.timeout(30), AsyncExitStack() as clients:
        async with serve(api.app) as url:
            bot = await clients.enter_async_context(Bot(api.token, base_url=f"{url}/bot"))
            polling = asyncio.create_task(bot.get_updates(timeout=30))
            hanging = asyncio.create_task(bot.send_message(ANN, "x", read_timeout=30))
            await api.until(lambda: api.called("sendMessage"))
        for call in (polling, hanging):
            with pytest.raises(NetworkError):
                await call
