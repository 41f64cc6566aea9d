"""A message as it goes to Telegram."""

import re
from dataclasses import dataclass
from html import unescape

from telegram import InlineKeyboardMarkup

from bot.chat.locale import Html

PLAIN_LIMIT = 2048
"""In characters, each of which may be two of Telegram's 4,096 units."""
_LINK = re.compile(r'<a href="([^"]*)">(.*?)</a>')
_TAG = re.compile(r"<[^>]+>")


@dataclass(frozen=True, slots=True)
class Message:
    html: Html
    keyboard: InlineKeyboardMarkup | None = None

    @property
    def plain(self) -> str:
        """Nothing but words; a link shows its address."""
        with_addresses = _LINK.sub(r"\2: \1", self.html)
        return unescape(_TAG.sub("", with_addresses))[:PLAIN_LIMIT]
