"""What was refused for its markup goes out as words alone."""

import re

import pytest

from bot.chat.locale import LOCALES, tell
from bot.chat.message import Message
from bot.chat.phrases import code, lines, link, quote
from bot.chat.render import render
from bot.chat.sender import Sender
from bot.core.delivery import Form, Sent
from bot.core.notice import Attachment
from sandbox.bot_api import BotApi
from sandbox.telegram.html import parse_html
from tests.builders import ANN, FILM, a_parcel
from tests.chat.samples import LONGEST, Outside, first, messages

every_language = pytest.mark.parametrize("locale", LOCALES)


@every_language
@pytest.mark.parametrize("name", sorted(messages(Outside())))
def test_plain_words_are_those_of_the_message(name: str, locale: str) -> None:
    message = render(messages(Outside())[name], locale)
    without_addresses = re.sub(r": https://\S+", "", message.plain)
    assert without_addresses == parse_html(message.html)[0]


@every_language
@pytest.mark.parametrize("name", sorted(messages(LONGEST)))
def test_plain_words_always_fit(name: str, locale: str) -> None:
    said = render(messages(LONGEST)[name], locale).plain
    assert len(said.encode("utf-16-le")) // 2 <= 4096


def test_a_link_without_markup_shows_its_address() -> None:
    url = "https://cdn.example/film.mp4?a=1&b=2"
    html = lines(link(url, tell("en", "open-original")), code("<b>"), quote("a & b"))
    assert Message(html).plain == f"Open it at Jimmy AI: {url}\n<b>\na & b"


async def test_an_end_in_plain_words_is_sent_without_markup_and_without_buttons(
    api: BotApi, sender: Sender
) -> None:
    failed = messages(Outside())["ended-failed"]
    assert isinstance(await sender.send(a_parcel(failed, Form.PLAIN)), Sent)
    (message,) = api.messages(ANN)
    assert message["text"] == render(failed, "en").plain
    assert "reply_markup" not in message
    assert "parse_mode" not in api.calls[-1].params


async def test_a_film_in_plain_words_shows_the_way_to_it(api: BotApi, sender: Sender) -> None:
    film = first(Attachment)
    assert isinstance(await sender.send(a_parcel(film, Form.PLAIN)), Sent)
    (message,) = api.messages(ANN)
    assert FILM.url in message["text"]
