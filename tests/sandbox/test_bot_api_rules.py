"""Each rule of Telegram that the stand-in must be as strict about, with its words."""

from collections.abc import AsyncIterator

import pytest
from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    ReplyParameters,
)
from telegram.error import BadRequest, ChatMigrated, Forbidden

from sandbox.bot_api import NO_FLOOD_LIMITS, BotApi
from sandbox.serving import serve

ANN = 7


@pytest.fixture
async def api() -> BotApi:
    api = BotApi(limits=NO_FLOOD_LIMITS)
    api.private_chat(api.user(ANN, "Ann"))
    return api


@pytest.fixture
async def bot(api: BotApi) -> AsyncIterator[Bot]:
    async with serve(api.app) as url, Bot(api.token, base_url=f"{url}/bot") as bot:
        yield bot


def keys(*rows: int, data: str = "x") -> InlineKeyboardMarkup:
    button = InlineKeyboardButton("k", callback_data=data)
    return InlineKeyboardMarkup([[button] * row for row in rows])


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        (keys(1, data="é" * 33), "button_data_invalid"),
        (keys(9), "reply markup is too long"),
        (keys(*[8] * 13), "reply markup is too long"),
        (InlineKeyboardMarkup([[InlineKeyboardButton("k")]]), "text buttons are unallowed"),
        (InlineKeyboardMarkup([[InlineKeyboardButton("k", url="no")]]), "is invalid"),
    ],
)
async def test_a_keyboard_that_breaks_a_limit_is_refused(
    api: BotApi, bot: Bot, markup: InlineKeyboardMarkup, words: str
) -> None:
    await bot.send_message(ANN, "x", reply_markup=keys(*[8] * 12, 4, data="é"))
    with pytest.raises(BadRequest, match=f"(?i){words}"):
        await bot.send_message(ANN, "x", reply_markup=markup)
    assert len(api.messages(ANN)) == 1


async def test_an_edit_that_changes_nothing_is_not_modified(api: BotApi, bot: Bot) -> None:
    card = await bot.send_message(ANN, "x", reply_markup=keys(1))
    exact = (
        "Message is not modified: specified new message content and reply markup are exactly the"
        " same as a current content and reply markup of the message"
    )
    with pytest.raises(BadRequest) as refused:
        await card.edit_text("x", reply_markup=keys(1))
    assert str(refused.value) == exact
    with pytest.raises(BadRequest, match="not modified"):
        await card.edit_reply_markup(keys(1))
    await card.edit_text("x")
    assert [version.change for version in api.history(ANN)] == ["sent", "edited"]


async def test_only_own_and_existing_messages_can_be_edited(api: BotApi, bot: Bot) -> None:
    said = api.say(api.user(ANN, "Ann"), "mine")
    with pytest.raises(BadRequest, match="can't be edited"):
        await bot.edit_message_text("yours", ANN, said["message_id"])
    with pytest.raises(BadRequest, match="essage to edit not found"):
        await bot.edit_message_text("x", ANN, 99)


async def test_a_deleted_message_can_be_neither_edited_nor_deleted_again(
    api: BotApi, bot: Bot
) -> None:
    card = await bot.send_message(ANN, "x")
    api.delete_message(ANN, card.message_id)
    with pytest.raises(BadRequest, match="essage to edit not found"):
        await card.edit_text("y")
    with pytest.raises(BadRequest, match="essage to delete not found"):
        await card.delete()


async def test_a_caption_needs_media_and_a_text_edit_needs_text(bot: Bot) -> None:
    card = await bot.send_message(ANN, "x")
    with pytest.raises(BadRequest, match="here is no caption in the message to edit"):
        await card.edit_caption("y")
    film = await bot.send_video(ANN, b"film")
    with pytest.raises(BadRequest, match="here is no text in the message to edit"):
        await film.edit_text("y")


async def test_a_reply_to_nothing_is_refused_unless_allowed(bot: Bot) -> None:
    with pytest.raises(BadRequest, match="essage to be replied not found"):
        await bot.send_message(ANN, "x", reply_parameters=ReplyParameters(99))
    loose = ReplyParameters(99, allow_sending_without_reply=True)
    assert (await bot.send_message(ANN, "x", reply_parameters=loose)).reply_to_message is None


async def test_a_stranger_cannot_be_written_to(api: BotApi, bot: Bot) -> None:
    api.user(8, "Bob")
    for chat in (8, 9, -9):
        with pytest.raises(BadRequest, match="hat not found"):
            await bot.send_message(chat, "x")


async def test_a_deleted_account_and_a_group_that_threw_us_out_are_forbidden(
    api: BotApi, bot: Bot
) -> None:
    ann = api.user(ANN, "Ann")
    team = api.group(-5, "Team")
    api.kick(ann, team)
    with pytest.raises(Forbidden, match="bot was kicked from the group chat"):
        await bot.send_message(team, "x")
    api.deactivate(ann)
    with pytest.raises(Forbidden, match="user is deactivated"):
        await bot.send_message(ANN, "x")


async def test_a_message_keeps_to_its_topic(api: BotApi, bot: Bot) -> None:
    forum = api.group(-6, "Forum", topics=True)
    topic = api.topic(forum)
    asked = api.say(api.user(ANN, "Ann"), "/watch", chat=forum, thread=topic)
    sent = await bot.send_message(forum, "x", reply_to_message_id=asked["message_id"])
    assert (sent.message_thread_id, sent.is_topic_message) == (topic, True)
    with pytest.raises(BadRequest, match="essage thread not found"):
        await bot.send_message(forum, "x", message_thread_id=99)
    api.close_topic(forum, topic)
    with pytest.raises(BadRequest, match=r"(?i)topic_closed"):
        await bot.send_message(forum, "x", message_thread_id=topic)


async def test_a_migrated_group_names_its_heir(api: BotApi, bot: Bot) -> None:
    team = api.group(-5, "Team")
    heir = api.migrate(team)
    with pytest.raises(ChatMigrated) as moved:
        await bot.send_message(team, "x")
    assert moved.value.new_chat_id == heir
    await bot.send_message(heir, "x")
    old, new = await bot.get_updates()
    assert old.message is not None
    assert old.message.migrate_to_chat_id == heir
    assert new.message is not None
    assert new.message.migrate_from_chat_id == team


async def test_privacy_hides_what_is_not_meant_for_the_bot(api: BotApi, bot: Bot) -> None:
    ann, team = api.user(ANN, "Ann"), api.group(-5, "Team")
    card = await bot.send_message(team, "x")
    for text in ("task_1", "/stop@other_bot", "/list", "/stop@reelbell_sandbox_bot"):
        api.say(ann, text, chat=team)
    api.say(ann, "task_2", chat=team, reply_to=card.message_id)
    heard = [update.message.text for update in await bot.get_updates() if update.message]
    assert heard == ["/list", "/stop@reelbell_sandbox_bot", "task_2"]


async def test_a_group_without_privacy_is_heard(api: BotApi, bot: Bot) -> None:
    team = api.group(-5, "Team", privacy=False)
    api.say(api.user(ANN, "Ann"), "task_1", chat=team)
    assert len(await bot.get_updates()) == 1


async def test_a_people_s_message_in_a_group_is_not_the_bot_s_to_delete(
    api: BotApi, bot: Bot
) -> None:
    ann, team = api.user(ANN, "Ann"), api.group(-5, "Team")
    said = api.say(ann, "/key secret", chat=team)
    with pytest.raises(BadRequest, match="can't be deleted"):
        await bot.delete_message(team, said["message_id"])
    own = api.say(ann, "/key secret")
    assert await bot.delete_message(ANN, own["message_id"])


async def test_a_command_name_must_be_lower_case(bot: Bot) -> None:
    with pytest.raises(BadRequest, match=r"(?i)bot_command_invalid"):
        await bot.set_my_commands([("Watch", "x")])


async def test_an_unknown_chat_action_is_refused(bot: Bot) -> None:
    await bot.send_chat_action(ANN, "upload_video")
    with pytest.raises(BadRequest, match="rong parameter action"):
        await bot.send_chat_action(ANN, "dance")
