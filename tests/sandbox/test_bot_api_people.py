"""What people do in their chats, as the bot experiences it."""

from collections.abc import AsyncIterator

import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import BadRequest, Forbidden

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


async def test_what_a_person_says_arrives_with_its_command_marked(api: BotApi, bot: Bot) -> None:
    ann = api.user(7, "Ann")
    api.say(ann, "/watch task_1 https://example.org/a.")
    (update,) = await bot.get_updates()
    assert update.message is not None
    assert update.message.parse_entities() == {
        update.message.entities[0]: "/watch",
        update.message.entities[1]: "https://example.org/a",
    }
    assert update.message.from_user is not None
    assert update.message.from_user.language_code == "en"


async def test_backticks_become_monospace_text(api: BotApi, bot: Bot) -> None:
    api.say(api.user(7, "Ann"), "look: `task_1`")
    (update,) = await bot.get_updates()
    assert update.message is not None
    assert update.message.text == "look: task_1"
    assert update.message.parse_entities(["code"]) == {update.message.entities[0]: "task_1"}


async def test_a_pressed_button_reaches_the_bot_and_its_answer_is_kept(
    api: BotApi, bot: Bot
) -> None:
    ann = api.user(7, "Ann")
    api.private_chat(ann)
    card = await bot.send_message(7, "one", reply_markup=KEYS)
    pressed = api.press(ann, card.message_id, "Stop")
    (update,) = await bot.get_updates()
    assert update.callback_query is not None
    assert (update.callback_query.id, update.callback_query.data) == (pressed, "s:1")
    await update.callback_query.answer("stopped")
    assert api.callback_answers[pressed]["text"] == "stopped"


async def test_a_button_that_is_not_there_cannot_be_pressed_unless_forged(
    api: BotApi, bot: Bot
) -> None:
    ann = api.user(7, "Ann")
    api.private_chat(ann)
    card = await bot.send_message(7, "one", reply_markup=KEYS)
    with pytest.raises(ValueError, match="no button"):
        api.press(ann, card.message_id, "Go")
    api.press(ann, 999, "s:2", forged=True)
    (update,) = await bot.get_updates()
    assert update.callback_query is not None
    assert update.callback_query.message is not None
    assert not update.callback_query.message.is_accessible


async def test_a_late_callback_answer_is_refused(api: BotApi, bot: Bot) -> None:
    ann = api.user(7, "Ann")
    api.private_chat(ann)
    card = await bot.send_message(7, "one", reply_markup=KEYS)
    pressed = api.press(ann, card.message_id, "s:1")
    api.expire_callbacks()
    with pytest.raises(BadRequest, match=r"(?i)query is too old and response timeout expired"):
        await bot.answer_callback_query(pressed)


async def test_an_edited_message_is_an_update_of_its_own(api: BotApi, bot: Bot) -> None:
    ann = api.user(7, "Ann")
    said = api.say(ann, "task_1")
    api.edit(ann, said["message_id"], "task_2")
    _, update = await bot.get_updates()
    assert update.edited_message is not None
    assert update.edited_message.text == "task_2"


async def test_a_forwarded_message_says_so(api: BotApi, bot: Bot) -> None:
    api.say(api.user(7, "Ann"), "task_1", forward=True)
    (update,) = await bot.get_updates()
    assert update.message is not None
    assert update.message.forward_origin is not None


async def test_a_photo_brings_its_caption(api: BotApi, bot: Bot) -> None:
    api.send_photo(api.user(7, "Ann"), "task_1")
    (update,) = await bot.get_updates()
    assert update.message is not None
    assert (update.message.caption, len(update.message.photo)) == ("task_1", 1)


async def test_a_block_is_told_and_felt_until_it_ends(api: BotApi, bot: Bot) -> None:
    ann = api.user(7, "Ann")
    api.private_chat(ann)
    api.block(ann)
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_message(7, "hello")
    api.unblock(ann)
    await bot.send_message(7, "hello")
    blocked, unblocked = await bot.get_updates()
    assert blocked.my_chat_member is not None
    assert blocked.my_chat_member.new_chat_member.status == "kicked"
    assert unblocked.my_chat_member is not None
    assert unblocked.my_chat_member.new_chat_member.status == "member"


async def test_chats_and_members_can_be_asked_for(api: BotApi, bot: Bot) -> None:
    ann, bob = api.user(7, "Ann"), api.user(8, "Bob")
    team = api.group(-5, "Team")
    api.member(team, ann, "administrator")
    assert (await bot.get_chat(team)).title == "Team"
    assert (await bot.get_chat_member(team, ann.id)).status == "administrator"
    assert (await bot.get_chat_member(team, bob.id)).status == "left"
    assert [admin.user.id for admin in await bot.get_chat_administrators(team)] == [7]
