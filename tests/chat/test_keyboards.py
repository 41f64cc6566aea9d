"""Buttons of ours are told from everybody else's, and say nothing that Telegram refuses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import InlineKeyboardMarkup

from bot.chat import keyboards
from bot.chat.keyboards import read_callback_data
from bot.chat.locale import LOCALES
from bot.chat.render import render
from bot.core.milestones import PRESETS
from bot.core.request import Button
from bot.core.watch import WatchRef
from tests.chat.samples import REF, Outside, messages

refs = st.from_regex(r"\A[A-Za-z0-9_-]{22}\Z").map(WatchRef)


def pressed(keyboard: InlineKeyboardMarkup | None) -> list[str]:
    """What its buttons send to us."""
    rows = [] if keyboard is None else keyboard.inline_keyboard
    data = [button.callback_data for row in rows for button in row if button.callback_data]
    return [one for one in data if isinstance(one, str)]


def all_of_ours(locale: str, ref: WatchRef) -> list[str]:
    made = [keyboards.of_card(locale, ref, ladder) for ladder in PRESETS]
    made += [keyboards.again(locale, ref), keyboards.go_on(locale, ref)]
    made += [keyboards.of_film(locale, ref, "https://cdn.example/film.mp4")]
    return [data for keyboard in made for data in pressed(keyboard)]


@pytest.mark.parametrize("locale", LOCALES)
@given(ref=refs)
def test_what_a_button_sends_is_read_back_and_fits_64_bytes(locale: str, ref: WatchRef) -> None:
    sent = all_of_ours(locale, ref)
    assert {read_callback_data(data) for data in sent} == {(button, ref) for button in Button}
    assert all(len(data.encode()) <= 64 for data in sent)


@pytest.mark.parametrize(
    "data",
    [
        *("", ":", "stop", "stop:", "bell", f":{REF}", f"STOP:{REF}", f"stop :{REF}", f"d:{REF}"),
        *(f"stop:{REF}\n", f"stop:{REF}:more", f"stop: {REF}", "stop:\0", "stop:关注"),
        *("stop:'; DROP TABLE inbox", "again:" + "x" * 58, f"\ufeffstop:{REF}"),
    ],
)
def test_what_we_could_not_have_sent_is_no_button_of_ours(data: str) -> None:
    assert read_callback_data(data) is None


@given(data=st.text() | st.text().map("stop:{}".format))
def test_what_is_read_says_what_was_sent(data: str) -> None:
    read = read_callback_data(data)
    if read is not None:
        assert data == f"{read[0].value}:{read[1]}"


@pytest.mark.parametrize("locale", LOCALES)
def test_every_button_under_a_message_has_a_label_and_one_purpose(locale: str) -> None:
    for name, said in messages(Outside()).items():
        keyboard = render(said, locale).keyboard
        for row in keyboard.inline_keyboard if keyboard else ():
            for button in row:
                assert 1 <= len(button.text) <= 64, name
                assert (button.callback_data is None) != (button.url is None), name


def test_the_bell_shows_what_rings() -> None:
    labels = [keyboards.of_card("en", REF, one).inline_keyboard[0][0].text for one in PRESETS]
    assert labels == ["🔔 25·50·75", "🔔 50", "🔕 end only", "🔔 10·20·…·90"]


@pytest.mark.parametrize(
    "url",
    [
        "https://cdn.example/film.mp4?a=1&b=2",
        "https://cdn.example/" + "f" * 2028,
        "http://[2001:db8::1]/film.mp4",
        "http://127.0.0.1:8080/film.mp4",
    ],
)
def test_an_address_that_telegram_takes_is_on_a_button(url: str) -> None:
    assert keyboards.original("en", url) is not None
    original, _ = keyboards.of_film("en", REF, url).inline_keyboard[0]
    assert original.url == url


@pytest.mark.parametrize(
    "url",
    [
        "https://cdn.example/" + "f" * 2029,
        *("http://localhost/film.mp4", "http://[film.mp4", "film.mp4", ""),
    ],
)
def test_what_telegram_would_refuse_the_message_for_is_on_no_button(url: str) -> None:
    assert keyboards.original("en", url) is None
    (as_file,) = keyboards.of_film("en", REF, url).inline_keyboard[0]
    assert as_file.url is None
