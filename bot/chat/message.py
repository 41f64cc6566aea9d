"""A message as it goes to Telegram."""

from dataclasses import dataclass

from telegram import InlineKeyboardMarkup

from bot.chat.locale import Html


@dataclass(frozen=True, slots=True)
class Message:
    html: Html
    keyboard: InlineKeyboardMarkup | None = None
