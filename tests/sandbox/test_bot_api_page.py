"""The chat page beside a real client library: what the bot does is seen, what people do arrives."""

import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from telegram import Bot, BotCommand, InlineKeyboardButton, InlineKeyboardMarkup

from sandbox.page.cast import ANN, FILM_CREW, LI, STUDIO
from sandbox.serving import serve
from tests.sandbox.visitor import Ground, Visitor, visit


def _is(chat_id: int, state: str) -> Callable[[Any], bool]:
    """Of the list of chats: that one is in this state."""
    return lambda chats: (
        {"id": chat_id, "state": state}
        in [{"id": chat["id"], "state": chat["state"]} for chat in chats]
    )


def _says(text: str) -> Callable[[Any], bool]:
    return lambda body: bool(body["message"]["text"] == text)


@pytest.fixture
async def ground() -> Ground:
    return Ground()


@pytest.fixture
async def bot(ground: Ground) -> AsyncIterator[Bot]:
    async with (
        serve(ground.api.app) as url,
        Bot(ground.api.token, base_url=f"{url}/bot") as bot,
    ):
        yield bot


@pytest.fixture
async def page(ground: Ground) -> AsyncIterator[Visitor]:
    async with visit(ground) as visitor:
        yield visitor


async def test_the_page_opens_with_people_groups_and_topics(page: Visitor) -> None:
    told = dict(await page.hears_next())
    assert [person["first_name"] for person in told["people"]] == ["Ann", "小李", "Mia", "Bo"]
    shown = {chat["title"]: (chat["kind"], chat["state"]) for chat in told["chats"]}
    assert shown == {
        "Ann": ("private", "new"),
        "小李": ("private", "new"),
        "Studio": ("group", "open"),
        "Film crew": ("supergroup", "open"),
    }
    assert [topic["name"] for topic in told["chats"][-1]["topics"]] == ["Rushes", "Final cut"]
    async with page.gets("/") as response:
        assert response.content_type == "text/html"


async def test_what_is_typed_reaches_the_bot_and_its_answer_is_shown(
    bot: Bot, page: Visitor
) -> None:
    await page.does("/say", user=ANN, chat=ANN, text="/start")
    (update,) = await bot.get_updates()
    assert update.effective_chat is not None
    await update.effective_chat.send_message("hello")
    sent = await page.hears("sent", lambda body: body["message"]["from"]["is_bot"])
    assert (sent["chat"], sent["message"]["text"], sent["rang"]) == (ANN, "hello", True)


async def test_an_edit_is_on_the_page_before_a_fifth_of_a_second_is_over(
    ground: Ground, bot: Bot, page: Visitor
) -> None:
    ground.api.private_chat(ground.cast.people[ANN])
    sent = await bot.send_message(ANN, "0")
    delays = []
    for number in range(1, 6):
        began = time.monotonic()
        await bot.edit_message_text(str(number), ANN, sent.message_id)
        await page.hears("edited", _says(str(number)))
        delays.append(time.monotonic() - began)
    assert min(delays) < 0.2


async def test_a_silent_message_and_an_edit_do_not_ring(
    ground: Ground, bot: Bot, page: Visitor
) -> None:
    ground.api.private_chat(ground.cast.people[ANN])
    sent = await bot.send_message(ANN, "psst", disable_notification=True)
    assert (await page.hears("sent"))["rang"] is False
    await bot.edit_message_text("hush", ANN, sent.message_id)
    assert (await page.hears("edited"))["rang"] is False


async def test_a_pressed_button_turns_until_the_bot_answers(
    ground: Ground, bot: Bot, page: Visitor
) -> None:
    ground.api.private_chat(ground.cast.people[ANN])
    keys = InlineKeyboardMarkup([[InlineKeyboardButton("Stop", callback_data="s")]])
    sent = await bot.send_message(ANN, "x", reply_markup=keys)
    pressed = await page.does("/press", user=ANN, chat=ANN, message_id=sent.message_id, data="s")
    (update,) = await bot.get_updates()
    assert update.callback_query is not None
    await update.callback_query.answer("Stopped", show_alert=True)
    toast = {"query": pressed["query"], "text": "Stopped", "alert": True}
    assert await page.hears("toast") == toast
    gone = await page.fails("/press", user=ANN, chat=ANN, message_id=sent.message_id, data="t")
    assert gone[0] == 409


async def test_every_call_of_the_bot_is_told_with_its_answer(
    ground: Ground, bot: Bot, page: Visitor
) -> None:
    ground.api.private_chat(ground.cast.people[LI])
    await bot.send_chat_action(LI, "upload_video")
    call = await page.hears("call", lambda body: body["method"] == "sendChatAction")
    assert (call["chat_id"], call["params"]["action"], call["status"]) == (LI, "upload_video", 200)
    assert call["answer"] == {"ok": True, "result": True}


async def test_the_menu_is_that_of_the_persons_language(bot: Bot, page: Visitor) -> None:
    await bot.set_my_commands([BotCommand("help", "How this works")])
    await bot.set_my_commands([BotCommand("help", "使用说明")], language_code="zh")

    def both(menus: Any) -> bool:
        return bool(menus[f"{LI}:{LI}"] and menus[f"{LI}:{LI}"][0]["description"] == "使用说明")

    menus = await page.hears("menus", both)
    assert menus[f"{STUDIO}:{ANN}"][0]["description"] == "How this works"
    await page.does("/language", user=ANN, language="zh-hans")
    menus = await page.hears("menus")
    assert menus[f"{STUDIO}:{ANN}"][0]["description"] == "使用说明"


async def test_a_changed_language_is_that_of_the_next_update(bot: Bot, page: Visitor) -> None:
    await page.does("/language", user=ANN, language="de")
    await page.does("/say", user=ANN, chat=ANN, text="Hallo")
    (update,) = await bot.get_updates()
    assert update.effective_user is not None
    assert update.effective_user.language_code == "de"


async def test_a_topic_is_written_to_and_answered_in(
    ground: Ground, bot: Bot, page: Visitor
) -> None:
    thread = next(iter(ground.cast.topics[FILM_CREW]))
    await page.does("/say", user=LI, chat=FILM_CREW, thread=thread, text="/list")
    (update,) = await bot.get_updates()
    assert update.effective_message is not None
    await update.effective_message.reply_text("nothing", do_quote=True)
    sent = await page.hears("sent", lambda body: body["message"]["from"]["is_bot"])
    assert sent["message"]["message_thread_id"] == thread
    assert sent["message"]["reply_to_message"]["text"] == "/list"


async def test_a_blocked_bot_is_told_so_and_let_in_again(
    ground: Ground, bot: Bot, page: Visitor
) -> None:
    ground.api.private_chat(ground.cast.people[ANN])
    for chat, state in ((ANN, "blocked"), (STUDIO, "kicked")):
        for present, shown in ((False, state), (True, "open")):
            await page.does("/presence", user=ANN, chat=chat, present=present)
            await page.hears("chats", _is(chat, shown))
    changes = [update.my_chat_member for update in await bot.get_updates()]
    assert [one.new_chat_member.status for one in changes if one] == ["kicked", "member"] * 2


async def test_a_forwarded_message_says_whose_it_was(
    ground: Ground, bot: Bot, page: Visitor
) -> None:
    ground.api.private_chat(ground.cast.people[ANN])
    keys = InlineKeyboardMarkup([[InlineKeyboardButton("Stop", callback_data="s")]])
    sent = await bot.send_message(ANN, "task_1", reply_markup=keys)
    place = {"user": ANN, "source": ANN, "message_id": sent.message_id}
    await page.does("/forward", **place, chat=STUDIO)
    found = await page.hears("sent", lambda body: body["chat"] == STUDIO)
    assert found["message"]["forward_origin"]["sender_user"]["first_name"] == "Reelbell"
    assert "reply_markup" not in found["message"]


async def test_a_received_video_can_be_played_in_parts(
    ground: Ground, bot: Bot, page: Visitor
) -> None:
    ground.api.private_chat(ground.cast.people[ANN])
    sent = await bot.send_video(ANN, b"0123456789", filename="film.mp4")
    assert sent.video is not None
    path = f"/files/{sent.video.file_unique_id}"
    async with page.gets(path, Range="bytes=2-4") as response:
        assert (response.status, response.content_type) == (206, "video/mp4")
        assert await response.read() == b"234"


async def test_a_file_of_the_bot_is_never_a_page_of_ours(
    ground: Ground, bot: Bot, page: Visitor
) -> None:
    ground.api.private_chat(ground.cast.people[ANN])
    sent = await bot.send_document(ANN, b"<script>alert(1)</script>", filename="a.html")
    assert sent.document is not None
    async with page.gets(f"/files/{sent.document.file_unique_id}") as response:
        assert response.content_type == "application/octet-stream"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
    async with page.gets("/files/unknown") as response:
        assert response.status == 404
