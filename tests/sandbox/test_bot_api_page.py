"""The chat page over HTTP: what it shows, what it lets people do, and whom it turns away."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup

from sandbox.bot_api import NO_FLOOD_LIMITS, BotApi
from sandbox.page import page_app
from sandbox.serving import serve

ANN = 1001


@pytest.fixture
async def api() -> BotApi:
    return BotApi(limits=NO_FLOOD_LIMITS)


@pytest.fixture
async def bot(api: BotApi) -> AsyncIterator[Bot]:
    async with serve(api.app) as url, Bot(api.token, base_url=f"{url}/bot") as bot:
        yield bot


@pytest.fixture
async def page(api: BotApi) -> AsyncIterator[aiohttp.ClientSession]:
    tasks = [{"id": "task_1", "note": "succeeds"}]
    async with (
        serve(page_app(api, lambda: tasks)) as url,
        aiohttp.ClientSession(base_url=url) as session,
    ):
        yield session


async def state(page: aiohttp.ClientSession) -> dict[str, Any]:
    async with page.get("/state") as response:
        shown: dict[str, Any] = await response.json()
        return shown


async def test_the_page_shows_two_people_and_the_tasks(page: aiohttp.ClientSession) -> None:
    shown = await state(page)
    assert [chat["user"]["first_name"] for chat in shown["chats"]] == ["Ann", "小李"]
    assert shown["tasks"] == [{"id": "task_1", "note": "succeeds"}]
    async with page.get("/") as response:
        assert "nonce-" in response.headers["Content-Security-Policy"]
        assert "innerHTML" not in await response.text()


async def test_what_is_typed_reaches_the_bot_and_its_answer_is_shown(
    bot: Bot, page: aiohttp.ClientSession
) -> None:
    async with page.post("/say", json={"user": ANN, "text": "/start"}) as response:
        assert response.status == 200
    (update,) = await bot.get_updates()
    assert update.effective_chat is not None
    await update.effective_chat.send_message("hello")
    chat = (await state(page))["chats"][0]
    assert [message["text"] for message in chat["messages"]] == ["/start", "hello"]
    assert chat["rang"] == [chat["messages"][1]["message_id"]]


async def test_a_button_that_is_not_there_is_a_conflict(
    api: BotApi, bot: Bot, page: aiohttp.ClientSession
) -> None:
    api.say(api.user(ANN, "Ann"), "/start")
    keys = InlineKeyboardMarkup([[InlineKeyboardButton("Stop", callback_data="s")]])
    sent = await bot.send_message(ANN, "x", reply_markup=keys)
    press = {"user": ANN, "message_id": sent.message_id, "data": "t"}
    async with page.post("/press", json=press) as response:
        assert response.status == 409


async def test_a_received_video_can_be_played_in_parts(
    api: BotApi, bot: Bot, page: aiohttp.ClientSession
) -> None:
    api.say(api.user(ANN, "Ann"), "/start")
    sent = await bot.send_video(ANN, b"0123456789", filename="film.mp4")
    assert sent.video is not None
    wanted = {"Range": "bytes=2-4"}
    path = f"/files/{sent.video.file_unique_id}"
    async with page.get(path, headers=wanted) as response:
        assert (response.status, response.content_type) == (206, "video/mp4")
        assert await response.read() == b"234"


async def test_the_page_is_told_when_something_happens(
    api: BotApi, page: aiohttp.ClientSession
) -> None:
    async with asyncio.timeout(1), page.get("/events") as response:
        assert await response.content.readline() == b"data: look\n"
        await response.content.readline()
        api.say(api.user(ANN, "Ann"), "/start")
        assert await response.content.readline() == b"data: look\n"


async def test_a_foreign_name_or_a_plain_form_is_turned_away(page: aiohttp.ClientSession) -> None:
    async with page.get("/state", headers={"Host": "evil.example"}) as response:
        assert response.status == 403
    async with page.post("/say", data={"user": str(ANN), "text": "x"}) as response:
        assert response.status == 415
