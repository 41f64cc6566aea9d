"""Buttons: what each is called and what pressing it sends back to us."""

import re
from urllib.parse import urlsplit

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.chat import phrases
from bot.chat.locale import say
from bot.core.milestones import Ladder
from bot.core.request import Button
from bot.core.watch import WatchRef

# A forged press may carry anything, NUL included, which PostgreSQL does not take as text.
_REF = re.compile(r"[A-Za-z0-9_-]{1,40}")
LONGEST_URL = 2048


def read_callback_data(data: str) -> tuple[Button, WatchRef] | None:
    """None for what is no button of ours. Whose the watch is, the pipeline checks."""
    name, _, ref = data.partition(":")
    if name not in {button.value for button in Button} or not _REF.fullmatch(ref):
        return None
    return Button(name), WatchRef(ref)


def of_card(locale: str, ref: WatchRef, ladder: Ladder) -> InlineKeyboardMarkup:
    bell = f"{'🔔' if ladder else '🔕'} {phrases.ladder(locale, ladder)}"
    return InlineKeyboardMarkup.from_row(
        [_press(bell, Button.LADDER, ref), _press(say(locale, "button-stop"), Button.STOP, ref)]
    )


def again(locale: str, ref: WatchRef) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup.from_button(_press(say(locale, "button-again"), Button.AGAIN, ref))


def go_on(locale: str, ref: WatchRef) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup.from_button(_press(say(locale, "button-go-on"), Button.AGAIN, ref))


def original(locale: str, url: str) -> InlineKeyboardMarkup | None:
    """None where Telegram would refuse the whole message for such a button."""
    return InlineKeyboardMarkup.from_button(_open(locale, url)) if fits(url) else None


def of_film(locale: str, ref: WatchRef, url: str) -> InlineKeyboardMarkup:
    as_file = _press(say(locale, "button-file"), Button.FILE, ref)
    return InlineKeyboardMarkup.from_row([_open(locale, url), as_file] if fits(url) else [as_file])


def fits(url: str) -> bool:
    """A button may lead there: TDLib wants a dot in the name of the host."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return False
    return ("." in host or ":" in host) and len(url) <= LONGEST_URL


def _open(locale: str, url: str) -> InlineKeyboardButton:
    return InlineKeyboardButton(say(locale, "button-original"), url=url)


def _press(label: str, button: Button, ref: WatchRef) -> InlineKeyboardButton:
    return InlineKeyboardButton(label, callback_data=f"{button.value}:{ref}")
