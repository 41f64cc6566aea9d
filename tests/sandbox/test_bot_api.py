"""What python-telegram-bot and the people's side see of the stand-in when nothing goes wrong."""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, MessageEntity, Update
from telegram.error import BadRequest, Conflict, EndPointNotFound, InvalidToken

from sandbox.bot_api import NO_FLOOD_LIMITS, BotApi
from sandbox.serving import serve

KEYS = InlineKeyboardMarkup([[InlineKeyboardButton("Stop", callback_data="s:1")]])


@pytest.fixture
async def api() -> BotApi:
    return BotApi(limits=NO_FLOOD_LIMITS)


@pytest.fixture
async def bot(api: BotApi) -> AsyncIterator[Bot]:
    async with (
        serve(api.app) as url,
        Bot(api.token, base_url=f"{url}/bot", base_file_url=f"{url}/file/bot") as bot,
    ):
        yield bot


async def test_get_me_names_the_bot(bot: Bot) -> None:
    me = await bot.get_me()
    assert (me.id, me.username, me.is_bot) == (42, "reelbell_sandbox_bot", True)


async def test_a_wrong_token_is_unauthorized(api: BotApi) -> None:
    async with serve(api.app) as url:
        with pytest.raises(InvalidToken):
            await Bot("42:WRONG", base_url=f"{url}/bot").initialize()


async def test_an_unknown_method_is_not_found(bot: Bot) -> None:
    with pytest.raises(EndPointNotFound):
        await bot.do_api_request("sendPigeon")


async def test_an_update_comes_again_until_an_offset_acknowledges_it(api: BotApi, bot: Bot) -> None:
    ann = api.user(7, "Ann")
    api.say(ann, "one")
    api.say(ann, "two")
    first, second = await bot.get_updates()
    assert second.update_id == first.update_id + 1
    assert len(await bot.get_updates(offset=first.update_id)) == 2
    assert await bot.get_updates(offset=second.update_id) == (second,)
    assert await bot.get_updates(offset=second.update_id + 1) == ()


async def test_long_polling_answers_when_something_happens(api: BotApi, bot: Bot) -> None:
    waiting = asyncio.create_task(bot.get_updates(timeout=30))
    await api.change(5)
    api.say(api.user(7, "Ann"), "hello")
    assert len(await asyncio.wait_for(waiting, 30)) == 1


async def test_a_second_poller_ends_the_first_with_a_conflict(api: BotApi, bot: Bot) -> None:
    first = asyncio.create_task(bot.get_updates(timeout=30))
    await api.change(5)
    async with Bot(api.token, base_url=bot.base_url.removesuffix(api.token)) as rival:
        second = asyncio.create_task(rival.get_updates(timeout=30))
        with pytest.raises(Conflict, match="terminated by other getUpdates request"):
            await first
        api.say(api.user(7, "Ann"), "hello")
        assert len(await second) == 1


async def test_polling_is_a_conflict_while_a_webhook_is_set(bot: Bot) -> None:
    await bot.set_webhook("https://example.org/hook")
    assert (await bot.get_webhook_info()).url == "https://example.org/hook"
    with pytest.raises(Conflict, match="webhook is active"):
        await bot.get_updates()
    await bot.delete_webhook()
    assert await bot.get_updates() == ()


async def test_updates_that_were_not_asked_for_do_not_come(api: BotApi, bot: Bot) -> None:
    await bot.get_updates(allowed_updates=[Update.CALLBACK_QUERY])
    api.say(api.user(7, "Ann"), "hello")
    assert await bot.get_updates() == ()


async def test_a_sent_message_comes_back_as_readers_see_it(api: BotApi, bot: Bot) -> None:
    ann = api.user(7, "Ann")
    asked = api.say(ann, "/watch")
    sent = await bot.send_message(
        7,
        "🎬 <b>Ready</b> since <tg-time unix='1764000000' format='r'>now</tg-time>",
        parse_mode="HTML",
        reply_to_message_id=asked["message_id"],
        reply_markup=KEYS,
    )
    assert sent.text == "🎬 Ready since now"
    assert [sent.parse_entity(entity) for entity in sent.entities] == ["Ready", "now"]
    assert sent.entities[0].offset == 3, "offsets count UTF-16 code units"
    assert sent.entities[1].type == MessageEntity.DATE_TIME
    assert sent.reply_to_message is not None
    assert sent.reply_to_message.text == "/watch"
    assert sent.reply_markup == KEYS
    assert [message["text"] for message in api.messages(7)] == ["/watch", sent.text]


async def test_only_new_messages_with_sound_ring(api: BotApi, bot: Bot) -> None:
    api.private_chat(api.user(7, "Ann"))
    card = await bot.send_message(7, "one", disable_notification=True)
    await card.edit_text("two")
    await bot.send_message(7, "three")
    await card.delete()
    assert [(version.change, version.rings) for version in api.history(7)] == [
        ("sent", False),
        ("edited", False),
        ("sent", True),
        ("deleted", False),
    ]
    assert [version.message["text"] for version in api.history(7)] == [
        *("one", "two", "three"),
        "two",
    ]


async def test_an_edit_without_a_keyboard_removes_it(api: BotApi, bot: Bot) -> None:
    api.private_chat(api.user(7, "Ann"))
    card = await bot.send_message(7, "one", reply_markup=KEYS)
    edited = await card.edit_text("two")
    assert not isinstance(edited, bool)
    assert edited.reply_markup is None
    assert edited.edit_date is not None


async def test_a_keyboard_alone_can_be_changed(api: BotApi, bot: Bot) -> None:
    api.private_chat(api.user(7, "Ann"))
    card = await bot.send_message(7, "one")
    await card.edit_reply_markup(KEYS)
    (shown,) = api.messages(7)
    assert shown["text"] == "one"
    assert shown["reply_markup"]["inline_keyboard"][0][0]["callback_data"] == "s:1"


async def test_commands_are_kept_per_scope_and_language(api: BotApi, bot: Bot) -> None:
    await bot.set_my_commands([("watch", "Watch a task")])
    await bot.set_my_commands([("watch", "关注任务")], language_code="zh")
    (command,) = await bot.get_my_commands(language_code="zh")
    assert command.description == "关注任务"
    await bot.delete_my_commands(language_code="zh")
    assert await bot.get_my_commands(language_code="zh") == ()
    assert len(await bot.get_my_commands()) == 1
    assert api.commands[('{"type": "default"}', "")][0]["command"] == "watch"


async def test_the_profile_is_kept(api: BotApi, bot: Bot) -> None:
    await bot.set_my_name("Reelbell")
    await bot.set_my_description("Rings.", language_code="en")
    await bot.set_my_short_description("Short.")
    assert api.profile == {
        ("name", ""): "Reelbell",
        ("description", "en"): "Rings.",
        ("short_description", ""): "Short.",
    }
    assert (await bot.get_my_name("zh")).name == "Reelbell"
    assert (await bot.get_my_description("zh")).description == ""


async def test_a_reaction_is_kept_beside_the_message(api: BotApi, bot: Bot) -> None:
    said = api.say(api.user(7, "Ann"), "task_1")
    await bot.set_message_reaction(7, said["message_id"], "👀")
    assert api.reactions(7, said["message_id"]) == ["👀"]
    with pytest.raises(BadRequest, match=r"(?i)reaction_invalid"):
        await bot.set_message_reaction(7, said["message_id"], "🦆")


async def test_calls_are_recorded_with_their_answers(api: BotApi, bot: Bot) -> None:
    api.private_chat(api.user(7, "Ann"))
    await bot.send_message(7, "hello", reply_markup=KEYS)
    (call,) = api.called("sendMessage", 7)
    assert (call.status, call.params["text"], call.chat_id) == (200, "hello", 7)
    assert call.params["reply_markup"] == KEYS.to_dict()
    assert call.answer is not None
    assert call.answer["result"]["text"] == "hello"


async def test_until_returns_what_became_true(api: BotApi, bot: Bot) -> None:
    api.private_chat(api.user(7, "Ann"))
    waiting = asyncio.create_task(api.until(lambda: api.messages(7)))
    await bot.send_message(7, "hello")
    assert (await waiting)[0]["text"] == "hello"


async def test_until_fails_with_the_last_calls(api: BotApi, bot: Bot) -> None:
    api.private_chat(api.user(7, "Ann"))
    await bot.send_message(7, "hello")
    with pytest.raises(AssertionError, match=r"sendMessage in 7 → 200.*hello"):
        await api.until(lambda: len(api.messages(7)) > 1, timeout=0.01)


async def test_a_request_may_come_as_a_query_string(api: BotApi) -> None:
    api.private_chat(api.user(7, "Ann"))
    async with serve(api.app) as url, aiohttp.ClientSession() as session:
        path = f"{url}/bot{api.token}"
        async with session.get(f"{path}/sendmessage?chat_id=7&text=hello") as response:
            assert (await response.json())["result"]["text"] == "hello"
        async with session.post(f"{path}/sendMessage", json={"chat_id": 7, "text": "x"}) as answer:
            assert answer.status == 200
