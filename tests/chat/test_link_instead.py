"""A result that is not in the chat: why, how big it is, the way to it, and until when."""

from dataclasses import replace

import pytest

from bot.chat.captions import link_instead
from bot.chat.locale import LOCALES
from bot.chat.message import Message
from bot.chat.sender import Sender
from bot.core.delivery import Form, Sent
from bot.core.film import Unattached, Why
from bot.core.notice import AsFile, Attachment, Ended, FilmNotice
from bot.core.task import Media, MediaKind
from sandbox.bot_api import BotApi
from sandbox.telegram.html import parse_html
from sandbox.telegram.keyboards import buttons
from tests.builders import ANN, FILM, a_parcel
from tests.chat.samples import ALBUM, LONGEST, REF, Outside, tasks

every_language = pytest.mark.parametrize("locale", LOCALES)
every_reason = pytest.mark.parametrize("why", Why)

ID = Outside().id
DIES = "2026-11-27 12:00 UTC"
"""Three days after its end."""
TOOK_NONE = "Telegram didn’t take the file, or this chat doesn’t let me send such files."
TOOK_NONE_ZH = "Telegram 没能收下这个文件，或者这个聊天不允许我发送这类文件。"
LATE = (
    "I couldn’t reach this chat in time to bring the file: "
    f"Jimmy AI’s link to it expired on {DIES}."
)
PRIVATE = Media(MediaKind.VIDEO, "http://user:secret@10.0.0.7/film.mp4")
WITHOUT_LINK = {Why.EXPIRED, Why.GONE, Why.FORBIDDEN, Why.TOO_LATE}


def film(why: Why | None, size: int | None = None, media: Media = FILM) -> Attachment:
    task = replace(tasks(Outside())["film"], media=media)
    return Attachment(REF, task, None if why is None else Unattached(why, size))


def links(message: Message) -> list[str]:
    return [one["url"] for one in parse_html(message.html)[1] if "url" in one]


def told(said: FilmNotice, locale: str = "en", most: int = 50_000_000) -> list[str]:
    return parse_html(link_instead(said, locale, most).html)[0].splitlines()


@every_language
@every_reason
def test_every_reason_is_told_in_words_of_its_own(why: Why, locale: str) -> None:
    headline, reason, *_ = told(film(why, 63_000_000), locale)
    assert ID in headline
    others = [told(film(other, 63_000_000), locale)[1] for other in Why if other is not why]
    assert reason not in others
    assert reason != told(film(why, 63_000_000), "en" if locale != "en" else "zh-Hans")[1]


@every_language
@every_reason
@pytest.mark.parametrize("size", [None, 4_300_000])
def test_there_is_a_link_with_its_end_if_it_may_lead_anywhere(
    why: Why, locale: str, size: int | None
) -> None:
    message = link_instead(film(why, size), locale)
    leads = why not in WITHOUT_LINK
    assert links(message) == [FILM.url] * leads
    assert ("4.3 MB" in message.plain) is (size is not None and leads)
    assert (DIES in message.plain) is (leads or why in (Why.EXPIRED, Why.TOO_LATE))


@every_language
@every_reason
def test_the_longest_fits_a_message(why: Why, locale: str) -> None:
    task = tasks(LONGEST)["film"]
    for kind in (Attachment, AsFile):
        message = link_instead(kind(REF, task, Unattached(why, 10**12)), locale)
        assert len(message.plain) <= 2048


@pytest.mark.parametrize(
    ("why", "size", "english", "chinese"),
    [
        (
            *(Why.TOO_BIG, 63_000_000),
            "At 63 MB it is too big to attach: Telegram takes up to 50 MB from a bot.",
            "文件太大（63 MB），没法直接发到这里：Telegram 只允许机器人发送 50 MB 以内的文件。",
        ),
        (
            *(Why.EXPIRED, None),
            f"Jimmy AI’s link to the file expired on {DIES}.",
            f"Jimmy AI 的文件链接已于 {DIES} 失效。",
        ),
        (
            *(Why.TOO_LATE, None),
            LATE,
            f"没能及时把文件送到这个聊天：Jimmy AI 的链接已于 {DIES} 失效。",
        ),
        (*(Why.REFUSED, None), TOOK_NONE, TOOK_NONE_ZH),
        (None, None, TOOK_NONE, TOOK_NONE_ZH),
    ],
)
def test_the_reason_reads_like_this(
    why: Why | None, size: int | None, english: str, chinese: str
) -> None:
    assert told(film(why, size))[1] == english
    assert told(film(why, size), "zh-Hans")[1] == chinese


@pytest.mark.parametrize("size", [None, 49_960_000, 50_030_000])
def test_what_is_too_big_is_never_said_to_be_as_big_as_is_allowed(size: int | None) -> None:
    assert told(film(Why.TOO_BIG, size))[1].startswith("At more than 50 MB it is too big")


def test_a_local_server_takes_bigger_files() -> None:
    reason = told(film(Why.TOO_BIG, 2_400_000_000), most=2_000_000_000)[1]
    assert reason.startswith("At 2.4 GB")
    assert "up to 2 GB" in reason


@every_language
def test_an_address_that_is_not_public_is_named_and_is_no_link(locale: str) -> None:
    """Whoever tapped it would ask their own network, or nobody; its secrets help nobody."""
    message = link_instead(film(Why.FORBIDDEN, media=PRIVATE), locale)
    assert "<code>10.0.0.7</code>" in message.html
    assert "secret" not in message.html
    assert "film.mp4" not in message.html
    unreadable = Media(MediaKind.VIDEO, "http://[film.mp4")
    assert "<code>?</code>" in link_instead(film(Why.FORBIDDEN, media=unreadable), locale).html


@every_language
@every_reason
def test_another_look_is_offered_where_it_may_help(why: Why, locale: str) -> None:
    offered = link_instead(film(why), locale).keyboard is not None
    assert offered is (why in (Why.GONE, Why.SLOW, Why.UNREACHABLE, Why.NO_ROOM))
    as_file = AsFile(REF, film(why).task, Unattached(why))
    assert link_instead(as_file, locale).keyboard is None, "the film is there"


@every_language
@pytest.mark.parametrize("why", [Why.EXPIRED, Why.TOO_LATE])
def test_without_a_date_it_is_not_said_when_a_link_expired(why: Why, locale: str) -> None:
    said = film(why)
    undated = replace(said, task=replace(said.task, ended_at=None))
    assert told(undated, locale)[1] == told(film(Why.GONE), locale)[1]


@every_language
@pytest.mark.parametrize("path", ["film.mp4?a=1&b=2", 'fi"lm<b>.mp4', "film'.mp4"])
def test_a_link_has_no_button_that_could_be_refused(path: str, locale: str) -> None:
    """It stayed at "attaching…" for ever when Telegram refused the button's address."""
    url = f"https://cdn.example/{path}"
    message = link_instead(film(Why.REFUSED, media=Media(MediaKind.VIDEO, url)), locale)
    assert message.keyboard is None
    assert links(message) == [url]


def test_an_album_that_is_not_attached_has_a_link_for_each_image() -> None:
    message = link_instead(film(Why.REFUSED, media=ALBUM), "en")
    assert links(message) == [ALBUM.url, *ALBUM.more]
    assert f"1: {ALBUM.url} 2: {ALBUM.more[0]}" in message.plain


def test_a_file_that_cannot_be_had_is_not_taken_for_the_end_of_the_task() -> None:
    said = AsFile(REF, film(None).task, Unattached(Why.EXPIRED))
    assert told(said)[0].startswith("📄 As a file · ")
    assert told(film(Why.EXPIRED))[0].startswith("✅ Ready · ")


@pytest.mark.parametrize(
    ("form", "method"), [(Form.EDIT_LINK, "editMessageText"), (Form.NEW_LINK, "sendMessage")]
)
async def test_it_is_told_in_the_place_of_its_announcement_or_alone(
    api: BotApi, sender: Sender, form: Form, method: str
) -> None:
    said = film(Why.GONE)
    announced = await sender.send(a_parcel(Ended(REF, said.task)))
    assert isinstance(announced, Sent)
    receipt = await sender.send(a_parcel(said, form, message_id=announced.message_id))
    message = api.messages(ANN)[-1]
    assert receipt == Sent(message["message_id"])
    assert "stopped working before its time" in message["text"]
    assert [one["callback_data"] for one in buttons(message)] == [f"again:{REF}"]
    assert api.calls[-1].method == method
    assert api.calls[-1].params["link_preview_options"] == {"is_disabled": True}


async def test_the_senders_limit_is_that_of_its_server(api: BotApi, sender: Sender) -> None:
    said = film(Why.TOO_BIG, 2_400_000_000)
    for one in (sender, Sender(sender._bot, local_mode=True)):
        assert isinstance(await one.send(a_parcel(said, Form.NEW_LINK)), Sent)
    of_the_cloud, of_a_local_one = api.messages(ANN)
    assert "up to 50 MB" in of_the_cloud["text"]
    assert "up to 2 GB" in of_a_local_one["text"]
