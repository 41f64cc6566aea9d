"""The words beside a film: what it is, how to have its original, and never too many of them."""

from dataclasses import replace
from typing import Any

import pytest
from telegram import InlineKeyboardButton

from bot.chat.captions import album, caption
from bot.chat.locale import LOCALES, Html
from bot.chat.message import Message
from bot.chat.render import render
from bot.core.film import Facts, Shape
from bot.core.notice import AsFile, Attaching, Attachment, Ended, FilmNotice, Reminder
from bot.core.task import Media, MediaKind
from sandbox.telegram.html import parse_html
from tests.builders import FILM
from tests.chat.samples import ALBUM, LONGEST, PICTURE, REF, Outside, tasks

every_language = pytest.mark.parametrize("locale", LOCALES)
every_shape = pytest.mark.parametrize("shape", Shape)

ID = Outside().id
FACTS = Facts(3_200_000, 1280, 720, 8.04)
FARTHEST = Facts(1_999_900_000, 12_800, 12_800, 86_399, odd="W" * 40)
UNTIL = "original link until 2026-11-27 12:00 UTC"


def plain(html: Html) -> str:
    return parse_html(html)[0]


def links(message: Message) -> list[str]:
    return [one["url"] for one in parse_html(message.html)[1] if "url" in one]


def under(message: Message) -> list[InlineKeyboardButton]:
    rows = () if message.keyboard is None else message.keyboard.inline_keyboard
    return [button for row in rows for button in row]


def attachment(name: str = "film", said: Outside | None = None, **media: Any) -> Attachment:
    task = tasks(said or Outside())[name]
    assert task.media is not None
    return Attachment(REF, replace(task, media=replace(task.media, **media)))


def test_a_film_is_told_with_its_measures_and_until_when_its_link_lives() -> None:
    assert plain(caption(attachment(), "en", Shape.VIDEO, FACTS).html).splitlines() == [
        f"{ID} · sora2-12s",
        "took 3 min 12 s · 1280×720 · 8 s · 3.2 MB · cost 0.42",
        UNTIL,
    ]
    assert plain(caption(attachment(), "zh-Hans", Shape.VIDEO, FACTS).html).splitlines() == [
        f"{ID} · sora2-12s",
        "用时 3 分钟 12 秒 · 1280×720 · 8 秒 · 3.2 MB · 费用 0.42",
        "原链接有效期至 2026-11-27 12:00 UTC",
    ]


def test_what_is_not_known_of_a_film_is_not_told() -> None:
    said = plain(caption(attachment(), "en").html)
    assert said.splitlines() == [f"{ID} · sora2-12s", "took 3 min 12 s · cost 0.42", UNTIL]
    half = caption(attachment(), "en", Shape.VIDEO, Facts(width=1280, seconds=0))
    assert plain(half.html) == said


@pytest.mark.parametrize(
    ("name", "odd", "english", "chinese"),
    [
        (
            *("film", "HEVC"),
            "It is HEVC, which Telegram can’t play in place; open the file to watch it.",
            "这是 HEVC 格式，Telegram 无法直接播放，请打开文件观看。",
        ),
        (
            *("picture", "AVIF"),
            "It is AVIF, which Telegram can’t show in place; open the file to see it.",
            "这是 AVIF 格式，Telegram 无法直接显示，请打开文件查看。",
        ),
        (
            *("film", ""),
            "Telegram can’t play it in place; open the file to watch it.",
            "Telegram 无法直接播放这个视频，请打开文件观看。",
        ),
        (
            *("picture", ""),
            "Telegram can’t show it in place; open the file to see it.",
            "Telegram 无法直接显示这张图片，请打开文件查看。",
        ),
    ],
)
def test_what_does_not_play_in_place_says_why_it_is_a_file(
    name: str, odd: str, english: str, chinese: str
) -> None:
    facts = replace(FACTS, odd=odd)
    for locale, words in (("en", english), ("zh-Hans", chinese)):
        as_file = caption(attachment(name), locale, Shape.FILE, facts)
        assert plain(as_file.html).splitlines()[2] == words
        in_place = caption(attachment(name), locale, Shape.VIDEO, facts)
        assert words not in plain(in_place.html)


@every_language
@every_shape
@pytest.mark.parametrize("name", ["film", "picture"])
@pytest.mark.parametrize("url", [FILM.url, "https://cdn.example/" + "f" * 3000])
def test_the_longest_caption_fits(name: str, url: str, shape: Shape, locale: str) -> None:
    said = attachment(name, LONGEST, url=url)
    as_file = AsFile(REF, said.task)
    for message in (caption(said, locale, shape, FARTHEST), caption(as_file, locale, shape)):
        assert len(plain(message.html).encode("utf-16-le")) // 2 <= 1024


def test_the_original_and_a_file_are_a_button_away() -> None:
    original, as_file = under(caption(attachment(), "en", Shape.VIDEO, FACTS))
    assert (original.text, original.url) == ("⬇ Original", FILM.url)
    assert (as_file.text, as_file.callback_data) == ("📄 As a file", f"file:{REF}")


def test_what_is_a_file_already_is_not_offered_as_one() -> None:
    (original,) = under(caption(attachment(), "en", Shape.FILE, FACTS))
    assert original.url == FILM.url


@every_language
@every_shape
def test_an_address_that_no_button_takes_is_a_link_in_the_text(shape: Shape, locale: str) -> None:
    """Telegram refuses the whole film for such a button."""
    for url in ("http://media/film.mp4", "https://cdn.example/" + "f" * 3000):
        message = caption(attachment(url=url), locale, shape, FACTS)
        assert [button.url for button in under(message) if button.url] == []
        assert links(message) == [url]
    assert links(caption(attachment(), locale, shape, FACTS)) == []


def test_a_file_that_was_asked_for_is_told_in_a_line() -> None:
    message = caption(AsFile(REF, attachment().task), "en", Shape.FILE, FACTS)
    assert plain(message.html) == f"{ID} · 3.2 MB"
    assert under(message) == []


def test_an_album_has_the_ways_to_all_its_originals_among_its_words() -> None:
    message = album(attachment("album"), "en", Shape.PHOTO, 4)
    assert plain(message.html).splitlines() == [
        f"{ID} · sora2-12s",
        "took 3 min 12 s · cost 0.42",
        "Originals at Jimmy AI: 1 2 3 4",
        UNTIL,
    ]
    assert links(message) == [ALBUM.url, *ALBUM.more]
    assert message.keyboard is None


@every_language
def test_the_longest_album_fits_and_says_what_it_leaves_out(locale: str) -> None:
    others = tuple(f"https://cdn.example/{number}.png" for number in range(19))
    message = album(attachment("picture", LONGEST, more=others), locale, Shape.FILE, 10)
    said = plain(message.html)
    assert len(said.encode("utf-16-le")) // 2 <= 1024
    assert {"en": "10 of 20 images", "zh-Hans": "共 20 张图片，这里是 10 张"}[locale] in said


@every_language
@pytest.mark.parametrize("media", [FILM, PICTURE], ids=lambda media: str(media.kind))
def test_an_announcement_under_way_differs_from_the_announcement_in_its_end_only(
    media: Media, locale: str
) -> None:
    task = replace(attachment().task, media=media)
    announced = plain(render(Ended(REF, task), locale).html)
    assert plain(render(Attaching(REF, task, 43), locale).html) == f"{announced} 43%"


def test_an_announcement_under_way_reads_like_this() -> None:
    said = Attaching(REF, attachment().task, 43)
    assert plain(render(said, "en").html) == f"✅ Ready · {ID} · attaching the video… 43%"
    assert plain(render(said, "zh-Hans").html) == f"✅ 已完成 · {ID} · 正在发送视频…… 43%"


@every_language
def test_the_announcement_of_an_album_counts_its_images_and_stays(locale: str) -> None:
    """An album is not edited into it: a percentage would stand there for ever."""
    task = attachment("album").task
    announced = render(Ended(REF, task), locale)
    assert plain(announced.html).endswith({"en": " · 4 images", "zh-Hans": " · 4 张图片"}[locale])
    assert render(Attaching(REF, task, 43), locale) == announced


@every_language
def test_a_reminder_says_until_when_and_where(locale: str) -> None:
    message = render(Reminder(REF, attachment().task), locale)
    text, entities = parse_html(message.html)
    assert ID in text
    (moment,) = [one for one in entities if one["type"] == "date_time"]
    assert moment["date_time_format"] == "r"
    assert "2026-11-27 12:00 UTC" in text
    assert links(message) == [button.url for button in under(message)] == [FILM.url]


@every_language
@pytest.mark.parametrize("kind", [Attachment, AsFile, Reminder])
def test_words_are_found_even_for_a_task_of_which_nothing_is_known(
    kind: type[FilmNotice | Reminder], locale: str
) -> None:
    bare = replace(attachment().task, media=None, ended_at=None, started_at=None)
    assert ID in plain(render(kind(REF, bare), locale).html)


def test_several_originals_are_reached_from_a_reminder() -> None:
    message = render(Reminder(REF, attachment("album").task), "en")
    assert links(message) == [ALBUM.url, *ALBUM.more]
    assert ALBUM.kind is MediaKind.IMAGE
