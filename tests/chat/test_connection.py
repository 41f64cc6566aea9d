"""The way to Telegram: who we are there, what the menu says, and what is kept to ourselves."""

import pytest
from telegram import Bot

from bot.chat.locale import LOCALES, say
from bot.chat.telegram import COMMANDS, TokenRefusedError, connected, introduced, me, register_menu
from sandbox.bot_api import BotApi, Fault
from sandbox.serving import serve
from tests.chat.servers import saying

TOKEN = "42:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"


async def test_the_menu_is_in_every_language_and_english_for_all_others(
    api: BotApi, bot: Bot
) -> None:
    await register_menu(bot)
    by_language = {language: commands for (_, language), commands in api.commands.items()}
    assert by_language.keys() == {"", "zh"}
    for locale, language in (("en", ""), ("zh-Hans", "zh")):
        assert by_language[language] == [
            {"command": name, "description": say(locale, f"command-{name}")} for name in COMMANDS
        ]
        assert api.profile["description", language] == say(locale, "bot-description")


@pytest.mark.parametrize("locale", LOCALES)
def test_the_menu_fits_what_telegram_takes(locale: str) -> None:
    assert 1 <= len(say(locale, "bot-description")) <= 512
    assert 1 <= len(say(locale, "bot-short-description")) <= 120
    assert all(1 <= len(say(locale, f"command-{name}")) <= 256 for name in COMMANDS)


async def test_a_menu_that_is_refused_stops_nothing(api: BotApi, bot: Bot) -> None:
    api.faults.add(Fault("setMyCommands", "500"))
    await register_menu(bot)
    assert api.commands == {}


async def test_the_bot_knows_its_name(api: BotApi) -> None:
    async with serve(api.app) as url, connected(api.token, f"{url}/") as bot:
        assert await me(bot) == "reelbell_sandbox_bot"
        await introduced(bot)


@pytest.mark.parametrize("status", [401, 404])
async def test_a_refused_token_is_refused_without_being_quoted(status: int) -> None:
    async with saying(status, '{"ok":false}') as url, connected(TOKEN, url) as bot:
        for ask in (me, introduced):
            with pytest.raises(TokenRefusedError) as refused:
                await ask(bot)
            assert TOKEN not in repr(refused.value)
            assert refused.value.__suppress_context__


async def test_an_unreachable_server_is_not_a_refusal() -> None:
    async with connected(TOKEN, "http://127.0.0.1:1") as bot:
        with pytest.raises(ConnectionError) as unreachable:
            await me(bot)
    assert TOKEN not in str(unreachable.value)
