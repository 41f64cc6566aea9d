"""A stage goes in; Ann and 小李 use the bot on it for a minute, and a line tells of each scene."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

from sandbox.bot_api import BotApi
from sandbox.page import Cast
from sandbox.page.cast import ANN, LI
from sandbox.scripts import Script
from sandbox.stage import Stage
from sandbox.telegram.keyboards import buttons
from sandbox.telegram.refusal import Json

HAPPY = Script(
    "task_7c1e5b0f9a2d48e6b3f0c9d1",
    queue=5,
    duration=36,
    size=3_200_000,
    note="Ann's: ready 41 seconds after she asks",
    starts="asked",
)
FAILING = Script(
    "task_e0b94d7a51c8426f9d3a7b60",
    model="sora2-pro",
    queue=4,
    duration=14,
    outcome="failed",
    error="PROVIDER_MODERATION_ERROR: TRADEMARK",
    note="小李's first: refused by the content filter after 18 seconds",
    starts="asked",
)
BIG = Script(
    "veo3.1:1764899481-Kx2mTq8hWb",
    model="veo3.1-fast",
    queue=4,
    duration=30,
    size=30_000_000,
    note="小李's second: 30 MB, too large for Telegram to fetch by itself",
    starts="asked",
)
PATIENCE = 60
"""Seconds for a scene that waits for the bot; the story goes on without it."""


async def play(stage: Stage) -> None:
    """About a minute. What a visitor does meanwhile does not disturb it."""
    cast, api = stage.cast, stage.cast.api
    for script in (HAPPY, FAILING, BIG):
        stage.videos.add(script)
    await _comes(api, lambda: len(api.commands) > 1)
    _tell("Ann", "opens the chat")
    api.say(cast.people[ANN], "/start")
    await asyncio.sleep(2)
    _tell("Ann", "sends a task's ID in a sentence: a card appears, and moves")
    api.say(cast.people[ANN], f"Hi! Here is my reel: {HAPPY.task_id}")
    await asyncio.sleep(3)
    _tell("小李", "sends two IDs at once")
    api.say(cast.people[LI], f"帮我盯着这两个：\n{FAILING.task_id}\n{BIG.task_id}")
    await asyncio.sleep(5)
    _tell("Ann", "presses the bell on her card: other milestones, and a toast")
    _press_the_bell(cast)
    refused = await _comes(api, lambda: _has(api, LI, lambda one: "TRADEMARK" in _words(one)))
    _tell("小李", "is told why the first one failed", came=refused)
    given = await _comes(api, lambda: _has(api, LI, _brings(BIG)))
    _tell("小李", "has the second one: 30 MB, which the bot itself has sent on", came=given)
    played = await _comes(api, lambda: _has(api, ANN, _brings(HAPPY)))
    _tell("Ann", "has her film: press play", came=played)
    print("  The end; the page is yours.\n", flush=True)


def _tell(who: str, does: str, *, came: bool = True) -> None:
    does = does if came else f"waits in vain for this: {does}"
    print(f"  Chats › {who:<6} {does}", flush=True)


async def _comes(api: BotApi, condition: Callable[[], bool]) -> bool:
    with suppress(AssertionError):
        return await api.until(condition, PATIENCE)
    return False


def _press_the_bell(cast: Cast) -> None:
    """The first button of Ann's newest card, if she has one."""
    for message in reversed(cast.api.messages(ANN)):
        for button in buttons(message):
            if "callback_data" in button:
                data = button["callback_data"]
                cast.api.press(cast.people[ANN], message["message_id"], data)
                return


def _has(api: BotApi, chat: int, wanted: Callable[[Json], bool]) -> bool:
    return chat in api.chats() and any(map(wanted, api.messages(chat)))


def _words(message: Json) -> str:
    return str(message.get("text") or message.get("caption") or "")


def _brings(script: Script) -> Callable[[Json], bool]:
    """The film itself."""
    return lambda message: "video" in message and script.task_id in _words(message)
