"""Each refusal of the Bot API, as python-telegram-bot and aiogram make an exception of it."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable

import aiohttp
import pytest
from aiogram import exceptions as second
from telegram import Bot, error

from sandbox.bot_api import BotApi, Fault
from sandbox.serving import serve
from tests.sandbox import readers
from tests.sandbox.readers import Heard, Tap

ANN, TEAM = 7, -5
pytestmark = pytest.mark.filterwarnings("ignore:.*retry_after")


@pytest.fixture
async def api() -> BotApi:
    api = BotApi()
    api.private_chat(api.user(ANN, "Ann"))
    api.group(TEAM, "Team")
    return api


@pytest.fixture
def heard() -> list[Heard]:
    return []


@pytest.fixture
async def bot(api: BotApi, heard: list[Heard]) -> AsyncIterator[Bot]:
    async with (
        serve(api.app) as url,
        Bot(
            api.token,
            base_url=f"{url}/bot",
            request=Tap(heard),
            get_updates_request=Tap(heard),
        ) as bot,
    ):
        yield bot


async def throttled(api: BotApi, bot: Bot) -> None:
    api.faults.add(Fault("sendMessage", "429", retry_after=17))
    await bot.send_message(ANN, "x")


async def migrated(api: BotApi, bot: Bot) -> None:
    api.migrate(TEAM)
    await bot.send_message(TEAM, "x")


async def blocked(api: BotApi, bot: Bot) -> None:
    api.block(api.user(ANN, "Ann"))
    await bot.send_message(ANN, "x")


async def too_large(api: BotApi, bot: Bot) -> None:
    api.faults.add(Fault("sendMessage", "413"))
    await bot.send_message(ANN, "x")


async def unmodified(api: BotApi, bot: Bot) -> None:
    card = await bot.send_message(ANN, "x")
    await card.edit_text("x")


async def unparsable(api: BotApi, bot: Bot) -> None:
    await bot.send_message(ANN, "<b>x", parse_mode="HTML")


async def broken(api: BotApi, bot: Bot) -> None:
    api.faults.add(Fault("sendMessage", "500"))
    await bot.send_message(ANN, "x")


async def polled_in_vain(api: BotApi, bot: Bot) -> None:
    await bot.set_webhook("https://example.org/hook")
    await bot.get_updates()


async def mistaken(api: BotApi, bot: Bot) -> None:
    bot._token, bot._base_url = "42:WRONG", bot.base_url.replace(api.token, "42:WRONG")
    await bot.send_message(ANN, "x")


@pytest.mark.parametrize(
    ("act", "status", "ours", "theirs"),
    [
        (throttled, 429, error.RetryAfter, second.TelegramRetryAfter),
        (migrated, 400, error.ChatMigrated, second.TelegramMigrateToChat),
        (blocked, 403, error.Forbidden, second.TelegramForbiddenError),
        (too_large, 413, error.NetworkError, second.TelegramEntityTooLarge),
        (unmodified, 400, error.BadRequest, second.TelegramBadRequest),
        (unparsable, 400, error.BadRequest, second.TelegramBadRequest),
        (broken, 500, error.NetworkError, second.TelegramServerError),
        (polled_in_vain, 409, error.Conflict, second.TelegramConflictError),
        (mistaken, 401, error.InvalidToken, second.TelegramUnauthorizedError),
    ],
)
async def test_both_readers_make_the_same_of_a_refusal(
    api: BotApi,
    bot: Bot,
    heard: list[Heard],
    act: Callable[[BotApi, Bot], Awaitable[None]],
    status: int,
    ours: type[error.TelegramError],
    theirs: type[second.TelegramAPIError],
) -> None:
    with pytest.raises(error.TelegramError) as first:
        await act(api, bot)
    told = json.loads(heard[-1].body)
    assert type(first.value) is ours
    assert heard[-1].status == told["error_code"] == status
    with pytest.raises(theirs) as read:
        readers.by_aiogram(heard[-1])
    assert told["description"] in read.value.message


async def test_both_readers_know_how_long_to_wait_and_a_header_says_it_too(
    api: BotApi, bot: Bot, heard: list[Heard]
) -> None:
    with pytest.raises(error.RetryAfter) as first:
        await throttled(api, bot)
    with pytest.raises(second.TelegramRetryAfter) as read:
        readers.by_aiogram(heard[-1])
    assert first.value.retry_after == read.value.retry_after == 17
    api.faults.add(Fault("getMe", "429", retry_after=18))
    async with aiohttp.ClientSession() as session, session.get(f"{bot.base_url}/getMe") as answer:
        assert answer.headers["Retry-After"] == "18"


async def test_both_readers_know_where_a_group_has_gone(
    api: BotApi, bot: Bot, heard: list[Heard]
) -> None:
    with pytest.raises(error.ChatMigrated) as first:
        await migrated(api, bot)
    with pytest.raises(second.TelegramMigrateToChat) as read:
        readers.by_aiogram(heard[-1])
    assert first.value.new_chat_id == read.value.migrate_to_chat_id < TEAM
    assert api.chat(first.value.new_chat_id).title == "Team"


async def test_a_thread_is_ignored_where_there_are_no_topics(api: BotApi, bot: Bot) -> None:
    assert (await bot.send_message(TEAM, "x", message_thread_id=9)).message_thread_id is None
    with pytest.raises(error.BadRequest, match="essage thread not found"):
        await bot.send_message(ANN, "x", message_thread_id=9)
