"""A person in a chat with the bot: what they do, and what they see and hear of it."""

from collections.abc import Callable
from typing import Any

from sandbox.bot_api import BotApi, User, Version

SOON = 45
"""Seconds for what takes no poll, on a machine that may stand still for a while."""
NEXT_LOOK = 60
"""Seconds for what takes one poll: 6 and a tick of the clock on an idle machine."""
Message = dict[str, Any]


class Guest:
    """*chat* is a private one, or a group that the person is in."""

    def __init__(self, telegram: BotApi, user: User, chat: int) -> None:
        self.user = user
        self.chat = chat
        self._telegram = telegram

    def says(self, text: str) -> int:
        """The message's id."""
        sent = self._telegram.say(self.user, text, self.chat)
        return int(sent["message_id"])

    async def presses(self, message: Message, button: str) -> str:
        """What the toast says."""
        return await self._toast(
            self._telegram.press(self.user, message["message_id"], button, self.chat)
        )

    async def forges(self, message_id: int, data: str) -> str:
        """A press that no button offers. What the toast says."""
        return await self._toast(
            self._telegram.press(self.user, message_id, data, self.chat, forged=True)
        )

    async def _toast(self, query: str) -> str:
        answers = self._telegram.callback_answers
        await self._telegram.until(lambda: query in answers, SOON)
        return str(answers[query]["text"])

    async def sees(self, words: str, within: float = SOON) -> Message:
        """The first message of the bot that says so now, or comes to say so."""
        return await self._first(lambda one: words in says(one), within)

    async def gets_the(self, kind: str, within: float = SOON) -> Message:
        """*kind*: video or photo."""
        return await self._first(lambda one: kind in one, within)

    async def _first(self, fits: Callable[[Message], bool], within: float) -> Message:
        found = await self._telegram.until(lambda: list(filter(fits, self.seen())), within)
        return found[0]

    def seen(self) -> list[Message]:
        """The messages of the bot as they are now, oldest first."""
        return [one for one in self._telegram.messages(self.chat) if one["from"]["is_bot"]]

    def rung(self) -> list[str]:
        """What each new message but the card said when it made the phone ring, in order."""
        return [says(one.message) for one in self._rings() if not is_card(one.message)]

    def cards(self) -> list[str]:
        """What each said when it came. Of a task that has ended there may be one or none."""
        return [says(one.message) for one in self._rings() if is_card(one.message)]

    def _rings(self) -> list[Version]:
        return [one for one in self.history() if one.rings]

    def history(self) -> list[Version]:
        """Every change by the bot."""
        changes = self._telegram.history(self.chat)
        return [one for one in changes if one.message["from"]["is_bot"]]


def is_card(message: Message) -> bool:
    return "'bell:" in str(message.get("reply_markup"))


def says(message: Message) -> str:
    return str(message.get("text") or message.get("caption") or "")


def reads_as(message: Message, kind: str) -> list[str]:
    """The pieces of the text that are formatted so."""
    raw = says(message).encode("utf-16-le")
    return [
        raw[one["offset"] * 2 : (one["offset"] + one["length"]) * 2].decode("utf-16-le")
        for one in message.get("entities", ())
        if one["type"] == kind
    ]
