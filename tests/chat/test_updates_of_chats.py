"""Pressed buttons, and what becomes of the chats themselves."""

from typing import Any

import pytest

from bot.chat.sender import Sender
from bot.chat.updates import chat_of, read_update
from bot.core.delivery import Sent
from bot.core.request import Button, ChatBack, ChatLost, ChatRenamed, Press, Request
from bot.core.watch import ChatId, UserId, WatchRef
from sandbox.bot_api import BotApi, User
from sandbox.telegram.chats import member_json
from tests.builders import ANN, a_parcel
from tests.chat.samples import REF, Outside, messages

US = "reelbell_sandbox_bot"
TEAM, FORUM = -5, -1_000_000_000_009


def last(api: BotApi) -> Request:
    asked = read_update(api.pending_updates[-1], US)
    assert asked is not None
    return asked


async def a_card(sender: Sender, **more: Any) -> int:
    sent = await sender.send(a_parcel(messages(Outside())["card-percent"], **more))
    assert isinstance(sent, Sent)
    return sent.message_id or 0


@pytest.mark.parametrize(
    ("label", "button"), [("✖ Stop", Button.STOP), ("🔔 25·50·75", Button.LADDER)]
)
async def test_a_pressed_button_says_what_is_wanted_and_of_which_watch(
    api: BotApi, ann: User, sender: Sender, label: str, button: Button
) -> None:
    query = api.press(ann, await a_card(sender), label)
    asked = last(api)
    assert asked.wish == Press(query, button, REF)
    assert (asked.asker.chat_id, asked.asker.user_id) == (ANN, ANN)
    assert asked.asker.private
    assert asked.asker.message_id is None, "the answer hangs on no message"


@pytest.mark.parametrize("data", ["", "old:1", "stop", "stop:\0", "p:1f"])
async def test_a_button_that_is_not_ours_is_still_a_press_that_wants_an_answer(
    api: BotApi, ann: User, data: str
) -> None:
    query = api.press(ann, 999, data, forged=True)
    assert last(api).wish == Press(query, None, WatchRef(""))


async def test_a_button_of_a_message_that_telegram_no_longer_shows_is_understood(
    api: BotApi, ann: User
) -> None:
    query = api.press(ann, 999, f"again:{REF}", forged=True)
    assert last(api).wish == Press(query, Button.AGAIN, REF)
    assert last(api).asker.chat_id == ANN
    assert chat_of(api.pending_updates[-1]) == ANN


async def test_a_press_in_a_topic_is_answered_there(api: BotApi, ann: User, sender: Sender) -> None:
    forum = api.group(FORUM, "Forum", topics=True)
    topic = api.topic(forum)
    number = await a_card(sender, chat_id=ChatId(forum), thread_id=topic)
    api.press(ann, number, f"stop:{REF}", chat=forum)
    assert (last(api).asker.thread_id, last(api).asker.private) == (topic, False)


def pressed(**more: Any) -> Request | None:
    message = {
        "message_id": 7,
        "date": 1_764_000_000,
        "chat": {"id": FORUM, "type": "supergroup", "title": "Team"},
        **more,
    }
    query = {
        "id": "1",
        "from": {"id": ANN, "is_bot": False, "first_name": "Ann"},
        "chat_instance": "1",
        "data": f"stop:{REF}",
    }
    given = query | ({"message": message} if more else {"inline_message_id": "1"})
    return read_update({"update_id": 1, "callback_query": given}, US)


def test_a_press_under_a_reply_in_a_group_without_topics_is_in_no_topic() -> None:
    asked = pressed(message_thread_id=5)
    assert asked is not None
    assert asked.asker.thread_id is None


def test_a_button_under_an_inline_message_is_not_ours() -> None:
    assert pressed() is None


async def test_a_block_and_its_end_are_noticed(api: BotApi, ann: User) -> None:
    api.block(ann)
    assert last(api).wish == ChatLost()
    assert (last(api).asker.chat_id, last(api).asker.user_id) == (ANN, ANN)
    api.unblock(ann)
    assert last(api).wish == ChatBack()


async def test_being_thrown_out_of_a_group_is_noticed(api: BotApi, ann: User) -> None:
    api.kick(ann, api.group(TEAM, "Team"))
    assert last(api).wish == ChatLost()
    assert last(api).asker.chat_id == TEAM
    assert not last(api).asker.private


def restricted(**may: bool) -> dict[str, Any]:
    return {**member_json({}, "restricted"), **may}


@pytest.mark.parametrize(
    ("status", "wish"),
    [
        ({"status": "left"}, ChatLost()),
        ({"status": "kicked", "until_date": 0}, ChatLost()),
        ({"status": "member"}, ChatBack()),
        (restricted(is_member=False, can_send_messages=True), ChatLost()),
        (restricted(is_member=True, can_send_messages=False), ChatLost()),
        (restricted(is_member=True, can_send_messages=True), ChatBack()),
    ],
)
def test_leaving_and_joining_a_group_are_told_apart(
    status: dict[str, Any], wish: ChatLost | ChatBack
) -> None:
    us = {"id": 42, "is_bot": True, "first_name": "Reelbell"}
    change = {
        "chat": {"id": TEAM, "type": "group", "title": "Team"},
        "from": {"id": ANN, "is_bot": False, "first_name": "Ann"},
        "date": 1_764_000_000,
        "old_chat_member": {"status": "member", "user": us},
        "new_chat_member": {**status, "user": us},
    }
    asked = read_update({"update_id": 1, "my_chat_member": change}, US)
    assert asked is not None
    assert asked.wish == wish


@pytest.mark.parametrize("told_by", ["an anonymous administrator", "its owner"])
def test_a_group_that_became_a_supergroup_is_followed(api: BotApi, told_by: str) -> None:
    new = api.migrate(api.group(TEAM, "Team"))
    old_side, new_side = api.pending_updates
    old_side["message"]["from"]["is_bot"] = told_by != "its owner"
    asked = read_update(old_side, US)
    assert asked is not None
    assert asked.asker.chat_id == TEAM
    assert asked.wish == ChatRenamed(ChatId(new))
    assert read_update(new_side, US) is None


def test_who_presses_is_answered_in_their_own_language(api: BotApi) -> None:
    xiaoli = api.user(1002, "小丽", "zh-hans")
    api.press(xiaoli, 999, f"stop:{REF}", forged=True)
    assert last(api).asker.language == "zh-Hans"
    assert last(api).asker.user_id == UserId(1002)
