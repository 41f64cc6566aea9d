"""Text, its markup and its lengths: what Telegram makes of them and what it refuses."""

from collections.abc import AsyncIterator

import pytest
from telegram import (
    Bot,
    MessageEntity,
)
from telegram.error import BadRequest

from sandbox.bot_api import NO_FLOOD_LIMITS, BotApi
from sandbox.serving import serve

ANN = 7


@pytest.fixture
async def api() -> BotApi:
    api = BotApi(limits=NO_FLOOD_LIMITS)
    api.private_chat(api.user(ANN, "Ann"))
    return api


@pytest.fixture
async def bot(api: BotApi) -> AsyncIterator[Bot]:
    async with serve(api.app) as url, Bot(api.token, base_url=f"{url}/bot") as bot:
        yield bot


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("<b>open", 'can\'t find end tag corresponding to start tag "b"'),
        ("a < b", 'unsupported start tag "" at byte offset 2'),
        ("é <div>x</div>", 'unsupported start tag "div" at byte offset 3'),
        ("<b", "unclosed start tag at byte offset 0"),
        ("x</b>", "unexpected end tag at byte offset 1"),
        ("<b><i>x</b></i>", 'unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
        ("<span>x</span>", 'tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("<tg-time unix='x'>x</tg-time>", "invalid unix timestamp"),
        ("<tg-time unix='1' format='rD'>x</tg-time>", "invalid date format used"),
    ],
)
async def test_broken_html_is_refused_with_its_place(bot: Bot, html: str, words: str) -> None:
    with pytest.raises(BadRequest) as refused:
        await bot.send_message(ANN, html, parse_mode="HTML")
    assert f"can't parse entities: {words}".lower() in str(refused.value).lower()


@pytest.mark.parametrize(
    ("html", "text", "entities"),
    [
        ("<b>a</b>", "a", [("bold", 0, 1)]),
        ("<strong>a</strong> <em>b</em>", "a b", [("bold", 0, 1), ("italic", 2, 1)]),
        ("<u>😀</u><s>x</s>", "😀x", [("underline", 0, 2), ("strikethrough", 2, 1)]),
        ("<b>a<i>b</i></b>", "ab", [("bold", 0, 2), ("italic", 1, 1)]),
        ("<code>a &lt; b</code>", "a < b", [("code", 0, 5)]),
        ("<code><b>a</b></code>", "a", [("code", 0, 1)]),
        ('<pre><code class="language-py">x</code></pre>', "x", [("pre", 0, 1)]),
        ("<blockquote expandable>q</blockquote>", "q", [("expandable_blockquote", 0, 1)]),
        ("<blockquote>q</blockquote>", "q", [("blockquote", 0, 1)]),
        ("<tg-spoiler>s</tg-spoiler>", "s", [("spoiler", 0, 1)]),
        ('<a href="https://example.org/?a=1&amp;b=2">x</a>', "x", [("text_link", 0, 1)]),
        ("<tg-time unix=1 format=wDT>x</tg-time>", "x", [("date_time", 0, 1)]),
        ("R&D &copy; &#65;&#x42;", "R&D &copy; AB", []),
        ("  <b> a </b>  ", "a", [("bold", 0, 1)]),
        ("see /stop", "see /stop", [("bot_command", 4, 5)]),
    ],
)
async def test_html_becomes_text_and_entities(
    bot: Bot, html: str, text: str, entities: list[tuple[str, int, int]]
) -> None:
    sent = await bot.send_message(ANN, html, parse_mode="HTML")
    found = [(entity.type, entity.offset, entity.length) for entity in sent.entities]
    assert (sent.text, found) == (text, entities)


async def test_entities_can_be_given_instead_of_a_parse_mode(bot: Bot) -> None:
    sent = await bot.send_message(ANN, "😀 <b>", entities=[MessageEntity("bold", 0, 2)])
    assert sent.text == "😀 <b>"
    assert sent.parse_entities() == {sent.entities[0]: "😀"}


async def test_an_entity_that_splits_a_character_is_refused(bot: Bot) -> None:
    with pytest.raises(BadRequest, match=r"(?i)can't parse entities"):
        await bot.send_message(ANN, "😀", entities=[MessageEntity("bold", 1, 1)])


@pytest.mark.parametrize(
    ("text", "words"), [(" ", "text is empty"), ("x" * 4097, "is too long"), ("😀" * 2049, "long")]
)
async def test_a_text_has_1_to_4096_utf16_units(bot: Bot, text: str, words: str) -> None:
    await bot.send_message(ANN, "<b>" + "x" * 4096 + "</b>", parse_mode="HTML")
    with pytest.raises(BadRequest, match=words):
        await bot.send_message(ANN, text)


async def test_a_caption_has_at_most_1024(bot: Bot) -> None:
    await bot.send_document(ANN, b"x", caption="x" * 1024)
    with pytest.raises(BadRequest, match="caption is too long"):
        await bot.send_document(ANN, b"x", caption="x" * 1025)


async def test_markdown_is_no_language_of_the_stand_in(bot: Bot) -> None:
    with pytest.raises(BadRequest, match="(?i)unsupported parse_mode"):  # noqa: RUF043 — a flag
        await bot.send_message(ANN, "*x*", parse_mode="MarkdownV2")
