"""What people do, in Telegram's JSON, is understood as a request or left alone."""

from typing import Any

import pytest

from bot.chat.updates import chat_of, read_update
from bot.core.intake import to_start_payload
from bot.core.request import (
    Asker,
    AskHelp,
    AskList,
    AskStop,
    AskStopAll,
    AskUnknown,
    AskWatch,
    Request,
    Start,
    Wish,
)
from bot.core.task import TaskId
from bot.core.watch import ChatId, UserId
from sandbox.bot_api import BotApi, User
from tests.builders import ANN, XIAOLI

US = "reelbell_sandbox_bot"
ID = TaskId("task_c2501e2846d2bf1d06428da9")
OTHER = TaskId("veo3.1:1764899481-jTkhPerTVj")
TEAM, FORUM = -5, -1_000_000_000_009


def read(api: BotApi) -> list[Request | None]:
    """Every update so far, as we understand it."""
    return [read_update(update, US) for update in api.pending_updates]


def wish(api: BotApi) -> Wish | None:
    """Of the last update."""
    last = read(api)[-1]
    return None if last is None else last.wish


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        (ID, AskWatch((ID,))),
        (f"here it is: {ID}, thanks", AskWatch((ID,))),
        (f"{ID}\n{OTHER}", AskWatch((ID, OTHER))),
        (f"look: `{ID}`", AskWatch((ID,))),
        (f'{{"code":"20000","data":{{"task_id":"{ID}"}}}}', AskWatch((ID,))),
        (f"https://www.jimmyai.cn/api/open-api/v1/videos/{ID}", AskWatch((ID,))),
        ("hello there", AskWatch(())),
        ("task_" + "1" * 130, AskWatch((), ("task_" + "1" * 34 + "…",))),
        ("/watch", AskWatch((), command=True)),
        (f"/watch {ID} {OTHER}", AskWatch((ID, OTHER), command=True)),
        (f"/watch\n{ID}\n{OTHER}", AskWatch((ID, OTHER), command=True)),
        (f"/watch@{US} {ID}", AskWatch((ID,), command=True)),
        (f"/WATCH@{US.upper()} {ID}", AskWatch((ID,), command=True)),
        ("/watch täsk", AskWatch((), ("täsk",), command=True)),
        ("/start", Start()),
        (f"/start@{US}", Start()),
        (f"/start {ID}", AskWatch((ID,))),
        (f"/start {to_start_payload(OTHER)}", AskWatch((OTHER,))),
        (f"/start {OTHER}", AskWatch((OTHER,), command=True)),
        ("/start sk-0123456789abcdef", AskWatch((), command=True)),
        ("/start b64_!!", AskWatch((), ("b64_!!",))),
        ("/start b64_AAAA", AskWatch((), ("b64_AAAA",))),
        ("/help", AskHelp()),
        ("/list", AskList()),
        ("/list of things", AskList()),
        ("/stop", AskStop()),
        ("/stop all", AskStopAll()),
        ("/stop All", AskStopAll()),
        (f"/stop {ID}, {OTHER}.", AskStop((ID, OTHER))),
        ("/stop été", AskStop((), ("été",))),
        ("/dance", AskUnknown()),
        ("/", AskWatch(())),
        ("/api/open-api/v1/videos/task_c2501e28", AskWatch((TaskId("task_c2501e28"),))),
        (f"/watch@another_bot {ID}", None),
        ("/stop@another_bot", None),
    ],
)
def test_what_a_person_says_in_private_is_understood(said: str, meant: Wish | None) -> None:
    api = BotApi()
    api.say(api.user(ANN, "Ann"), said)
    assert wish(api) == meant


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        (f"/watch {ID}", AskWatch((ID,), command=True)),
        (f"/watch@{US} {ID}", AskWatch((ID,), command=True)),
        ("/stop", AskStop()),
        (f"/dance@{US}", AskUnknown()),
        ("/dance", None),
        (f"/watch@another_bot {ID}", None),
        (ID, None),
        ("hello there", None),
    ],
)
def test_in_a_group_only_commands_are_for_us(said: str, meant: Wish | None) -> None:
    api = BotApi()
    api.say(api.user(ANN, "Ann"), said, chat=api.group(TEAM, "Team", privacy=False))
    assert wish(api) == meant


def test_who_asked_is_known_with_the_place_of_the_answer(api: BotApi) -> None:
    xiaoli = api.user(XIAOLI, "小丽", "zh-hans")
    group = api.group(TEAM, "Team")
    forum = api.group(FORUM, "Forum", topics=True)
    topic = api.topic(forum)
    private = api.say(xiaoli, ID)["message_id"]
    asked = api.say(xiaoli, "/list", chat=group)["message_id"]
    deep = api.say(xiaoli, "/list", chat=forum, thread=topic)["message_id"]
    assert [one and one.asker for one in read(api)] == [
        Asker(ChatId(XIAOLI), UserId(XIAOLI), "zh-Hans", private=True, message_id=private),
        Asker(ChatId(TEAM), UserId(XIAOLI), "zh-Hans", private=False, message_id=asked),
        Asker(
            *(ChatId(FORUM), UserId(XIAOLI), "zh-Hans"),
            private=False,
            message_id=deep,
            thread_id=topic,
        ),
    ]


def test_captions_and_forwarded_messages_are_read_like_any_other(api: BotApi, ann: User) -> None:
    api.send_photo(ann, f"please watch {ID}")
    api.send_photo(ann, f"/watch {OTHER}")
    api.say(ann, ID, forward=True)
    assert [one and one.wish for one in read(api)] == [
        AskWatch((ID,)),
        AskWatch((OTHER,), command=True),
        AskWatch((ID,)),
    ]


def test_a_picture_without_words_gets_a_hint_and_not_silence() -> None:
    assert wished(text=None, dice={"emoji": "🎲", "value": 1}) == AskWatch(())


@pytest.mark.parametrize(
    "note",
    [
        {"pinned_message": {"message_id": 1, "date": 0, "chat": {"id": ANN, "type": "private"}}},
        {"forum_topic_created": {"name": "Films", "icon_color": 7_322_096}},
    ],
    ids=["pinned", "topic"],
)
def test_nobody_is_told_off_for_pinning_a_card(note: dict[str, Any]) -> None:
    assert wished(text=None, **note) is None


def test_an_edited_message_is_not_asked_again(api: BotApi, ann: User) -> None:
    said = api.say(ann, "hello")
    api.edit(ann, said["message_id"], ID)
    assert read(api)[1:] == [None]


def message(**more: Any) -> dict[str, Any]:
    """An update by hand, for what people of the stand-in do not do; None takes a field away."""
    usual = {
        "message_id": 7,
        "date": 1_764_000_000,
        "chat": {"id": ANN, "type": "private", "first_name": "Ann"},
        "from": {"id": ANN, "is_bot": False, "first_name": "Ann"},
        "text": ID,
    }
    kept = {name: value for name, value in {**usual, **more}.items() if value is not None}
    return {"update_id": 1, "message": kept}


def wished(**more: Any) -> Wish | None:
    asked = read_update(message(**more), US)
    return None if asked is None else asked.wish


@pytest.mark.parametrize(
    "odd",
    [
        {"from": {"id": 8, "is_bot": True, "first_name": "Bot"}},
        {"via_bot": {"id": 8, "is_bot": True, "first_name": "Bot"}},
        {"from": None},
    ],
    ids=["by-a-bot", "via-a-bot", "by-nobody"],
)
def test_bots_and_channels_are_not_listened_to(odd: dict[str, Any]) -> None:
    assert wished() == AskWatch((ID,))
    assert wished(**odd) is None


def test_a_reply_in_a_group_without_topics_is_in_no_topic() -> None:
    chat = {"id": FORUM, "type": "supergroup", "title": "Team"}
    asked = read_update(message(chat=chat, text="/list", message_thread_id=5), US)
    assert asked is not None
    assert asked.asker.thread_id is None


@pytest.mark.parametrize(
    "update",
    [
        {"update_id": 1},
        {"update_id": 1, "poll_answer_of_the_future": {"id": 1}},
        {"update_id": 1, "channel_post": message()["message"]},
        {"update_id": 1, "edited_message": message()["message"]},
    ],
    ids=["empty", "unknown", "channel-post", "edited"],
)
def test_other_updates_are_none_of_our_business(update: dict[str, Any]) -> None:
    assert read_update(update, US) is None


def test_our_own_name_is_known_however_it_is_written() -> None:
    asked = read_update(message(text="/list@reelbell_sandbox_bot"), "Reelbell_Sandbox_Bot")
    assert asked is not None
    assert asked.wish == AskList()


def test_reading_an_update_does_not_change_it() -> None:
    update = message()
    read_update(update, US)
    assert update == message()


def test_the_chat_of_an_update_is_found_without_understanding_it(api: BotApi, ann: User) -> None:
    api.say(ann, "hello")
    api.press(ann, 999, "old", forged=True)
    api.block(ann)
    assert [chat_of(update) for update in api.pending_updates] == [ANN, ANN, ANN]
    odds: list[dict[str, Any]] = [
        {},
        {"message": None},
        {"message": {}},
        {"callback_query": {"id": "1"}},
    ]
    for odd in odds:
        assert chat_of({"update_id": 1, **odd}) is None
