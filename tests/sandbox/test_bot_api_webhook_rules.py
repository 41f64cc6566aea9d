"""What setWebhook takes, what it refuses, and what it does to those who poll."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from telegram import Bot
from telegram.error import BadRequest, Conflict, RetryAfter

from sandbox.bot_api import NO_FLOOD_LIMITS, BotApi
from sandbox.serving import serve

ELSEWHERE = "https://example.org/hook"


@pytest.fixture
async def api() -> BotApi:
    return BotApi(limits=NO_FLOOD_LIMITS)


@pytest.fixture
async def bot(api: BotApi) -> AsyncIterator[Bot]:
    async with serve(api.app) as url, Bot(api.token, base_url=f"{url}/bot") as bot:
        yield bot


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("ftp://example.org/", "invalid webhook URL specified"),
        ("https://", "invalid webhook URL specified"),
        ("https://example.org:0/", "invalid webhook URL specified"),
        ("https://example.org:70000/", "invalid webhook URL specified"),
        ("http://example.org/hook", "bad webhook: An HTTPS URL must be provided for webhook"),
        (
            "https://example.org:8080/",
            "bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443",
        ),
        ("https://10.0.0.1/", "bad webhook: IP address 10.0.0.1 is reserved"),
        ("https://[2606:4700::1111]/", "bad webhook: IPv6-only addresses are not allowed"),
    ],
)
async def test_an_address_that_telegram_would_not_push_to_is_refused(
    bot: Bot, url: str, words: str
) -> None:
    with pytest.raises(BadRequest) as refused:
        await bot.set_webhook(url)
    assert refused.value.message.lower() == words.lower()


@pytest.mark.parametrize(
    ("secret", "words"),
    [
        ("s" * 257, "secret token is too long"),
        ("42:SANDBOX-TOKEN", "secret token contains unallowed characters"),
        ("two words", "secret token contains unallowed characters"),
        ("ключ", "secret token contains unallowed characters"),
    ],
)
async def test_a_secret_has_256_plain_characters_at_most(bot: Bot, secret: str, words: str) -> None:
    with pytest.raises(BadRequest, match=f"(?i){words}"):
        await bot.set_webhook(ELSEWHERE, secret_token=secret)
    assert await bot.set_webhook(ELSEWHERE, secret_token="aZ0_-" + "s" * 251)


@pytest.mark.parametrize(
    ("ip", "words"),
    [("nowhere", "Invalid IP address specified"), ("192.168.0.1", "192.168.0.1 is reserved")],
)
async def test_an_address_of_ones_own_choice_must_be_a_public_one(
    bot: Bot, ip: str, words: str
) -> None:
    with pytest.raises(BadRequest, match=f"(?i){words}"):
        await bot.set_webhook(ELSEWHERE, ip_address=ip)
    await bot.set_webhook(ELSEWHERE, ip_address="8.8.8.8")
    assert (await bot.get_webhook_info()).ip_address == "8.8.8.8"


@pytest.mark.parametrize(("asked", "got"), [(None, 40), (0, 1), (5, 5), (1000, 100)])
async def test_connections_are_40_unless_asked_and_1_to_100(
    bot: Bot, asked: int | None, got: int
) -> None:
    await bot.set_webhook(ELSEWHERE, max_connections=asked)
    assert (await bot.get_webhook_info()).max_connections == got


async def test_what_lives_elsewhere_is_told_and_never_pushed_to(api: BotApi, bot: Bot) -> None:
    await bot.set_webhook(ELSEWHERE)
    api.say(api.user(7, "Ann"), "hello")
    info = await bot.get_webhook_info()
    assert (info.url, info.ip_address, info.pending_update_count) == (ELSEWHERE, "<unknown>", 1)
    assert info.last_error_message is None
    assert (api.pushes, api._pusher._lanes) == ([], {})


async def test_a_refused_webhook_takes_the_old_one_away(bot: Bot) -> None:
    await bot.set_webhook(ELSEWHERE)
    with pytest.raises(BadRequest):
        await bot.set_webhook("http://example.org")
    assert (await bot.get_webhook_info()).url == ""


async def test_a_webhook_ends_a_running_poll_in_its_own_words(api: BotApi, bot: Bot) -> None:
    waiting = asyncio.create_task(bot.get_updates(timeout=30))
    await api.change(5)
    await bot.set_webhook(ELSEWHERE)
    with pytest.raises(Conflict, match="terminated by setWebhook request"):
        await waiting


async def test_taking_no_webhook_away_leaves_a_running_poll_alone(api: BotApi, bot: Bot) -> None:
    waiting = asyncio.create_task(bot.get_updates(timeout=30))
    await api.change(5)
    await bot.delete_webhook()
    api.say(api.user(7, "Ann"), "hello")
    assert len(await waiting) == 1


async def test_the_second_of_two_bots_that_set_it_at_once_has_to_wait() -> None:
    api = BotApi()
    async with serve(api.app) as url, Bot(api.token, base_url=f"{url}/bot") as bot:
        await bot.set_webhook(ELSEWHERE)
        with pytest.raises(RetryAfter):
            await bot.set_webhook(ELSEWHERE)
        await bot.delete_webhook()


async def test_the_end_of_the_stand_in_is_the_end_of_its_pushes(api: BotApi) -> None:
    before = asyncio.all_tasks()
    came = asyncio.Event()

    async def hang(request: web.Request) -> web.Response:
        came.set()
        return await asyncio.Future()

    listener = web.Application()
    listener.router.add_post("/hook", hang)
    async with serve(listener) as hook, serve(api.app) as url:
        async with Bot(api.token, base_url=f"{url}/bot") as bot:
            await bot.set_webhook(f"{hook}/hook")
        api.say(api.user(7, "Ann"), "hello")
        await asyncio.wait_for(came.wait(), 30)
    assert asyncio.all_tasks() == before
    assert len(api.pending_updates) == 1
