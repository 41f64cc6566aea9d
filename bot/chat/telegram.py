"""A token and a server go in, a connected Bot comes out; python-telegram-bot without its queue.

Its Application would acknowledge updates that sit in memory only (a kill loses them), and its
limiter would stop every chat when one is throttled. So only its types and its client are used.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial

import aiohttp
import httpx_aiohttp
from telegram import Bot, BotCommand
from telegram.error import BadRequest, InvalidToken, RetryAfter, TelegramError
from telegram.request import HTTPXRequest

from bot.chat.locale import LOCALES, say

log = logging.getLogger("reelbell.telegram")

IN_FLIGHT = 32
LONG_POLL = 30
"""Seconds that Telegram may hold a question for updates."""
ALLOWED = ["message", "callback_query", "my_chat_member"]
"""The kinds of updates that we ask for; whoever asks last decides for the next."""
PUSHED_AT_ONCE = 20
"""Webhook calls that Telegram may have in flight; each is one short transaction."""
Sleep = Callable[[float], Awaitable[None]]
COMMANDS = ("watch", "list", "stop", "help", "start")


class TokenRefusedError(Exception):
    """Telegram does not know this token. Carries no text of the library's: that names the token."""


@asynccontextmanager
async def connected(token: str, api_url: str, *, local_mode: bool = False) -> AsyncIterator[Bot]:
    """Not yet introduced to Telegram: see introduced()."""
    base = api_url.rstrip("/")
    bot = Bot(
        token,
        base_url=f"{base}/bot",
        base_file_url=f"{base}/file/bot",
        local_mode=local_mode,
        request=_request(IN_FLIGHT, read_timeout=20),
        get_updates_request=_request(2, read_timeout=LONG_POLL + 10),
    )
    try:
        yield bot
    finally:
        await bot.shutdown()
        for request in bot._request:  # noqa: SLF001 — shutdown() skips them before initialize()
            await request.shutdown()


def _request(connections: int, *, read_timeout: float) -> HTTPXRequest:
    session = partial(_session, connections)
    transport = httpx_aiohttp.AiohttpTransport(client=session)
    return HTTPXRequest(
        connect_timeout=10,
        read_timeout=read_timeout,
        write_timeout=20,
        pool_timeout=20,
        media_write_timeout=60,
        httpx_kwargs={"transport": transport, "trust_env": False},
    )


def _session(connections: int) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=connections, keepalive_timeout=60),
        cookie_jar=aiohttp.DummyCookieJar(),
    )


async def introduced(bot: Bot) -> None:
    """Asks until Telegram answers. Raises TokenRefusedError."""
    pause = 1.0
    while True:
        try:
            await bot.initialize()
        except InvalidToken:
            raise TokenRefusedError from None
        except TelegramError as error:
            if pause == 1:
                log.warning("telegram.down", extra={"error": type(error).__name__})
        else:
            if pause > 1:
                log.warning("telegram.up")
            return
        await asyncio.sleep(pause)  # Telegram tells nobody that it is back
        pause = min(pause * 2, 30)


async def webhook_set(bot: Bot, url: str, secret: str, *, sleep: Sleep = asyncio.sleep) -> None:
    """Asks until Telegram agrees. Several processes may, and what waits is kept."""
    pause = 1.0
    while True:
        try:
            await bot.set_webhook(
                url,
                secret_token=secret,
                allowed_updates=ALLOWED,
                max_connections=PUSHED_AT_ONCE,
                drop_pending_updates=False,
            )
        except TelegramError as error:
            if pause == 1:  # what is wrong with our address, Telegram says in a BadRequest
                why = str(error) if isinstance(error, BadRequest) else type(error).__name__
                log.warning("webhook.not_set", extra={"error": why})
            wait = seconds_of(error) if isinstance(error, RetryAfter) else pause
        else:
            log.info("webhook.set")
            return
        await sleep(wait)
        pause = min(pause * 2, 30)


async def webhook_removed(bot: Bot) -> None:
    """As long as there is one, getUpdates is refused. What waits is kept. Raises TelegramError."""
    info = await bot.get_webhook_info()
    if info.url:
        await bot.delete_webhook(drop_pending_updates=False)
        log.warning("webhook.removed")


def seconds_of(error: RetryAfter) -> float:
    wait = error.retry_after
    return float(wait if isinstance(wait, int) else wait.total_seconds())


async def me(bot: Bot) -> str:
    """The bot's name, asked for once. Raises TokenRefusedError or ConnectionError."""
    try:
        await bot.initialize()
    except InvalidToken:
        raise TokenRefusedError from None
    except TelegramError as error:
        raise ConnectionError(type(error).__name__) from None
    return bot.username


async def register_menu(bot: Bot) -> None:
    """Commands and descriptions per language. Cosmetic: a failure is logged and passes."""
    try:
        for locale in LOCALES:
            code = _telegram_code(locale)
            commands = [BotCommand(name, say(locale, f"command-{name}")) for name in COMMANDS]
            await bot.set_my_commands(commands, language_code=code)
            await bot.set_my_description(say(locale, "bot-description"), language_code=code)
            short = say(locale, "bot-short-description")
            await bot.set_my_short_description(short, language_code=code)
    except TelegramError as error:
        log.warning("menu.not_registered", extra={"error": type(error).__name__})


def _telegram_code(locale: str) -> str | None:
    """Telegram wants two letters; English is what everyone without a menu of their own sees."""
    return None if locale == "en" else locale[:2]
