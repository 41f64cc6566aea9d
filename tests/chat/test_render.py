"""Every notice, in every language, whatever the outside said: what Telegram is given to show."""

import re
from typing import get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.chat.locale import LOCALES, Html, say
from bot.chat.render import render, render_toast
from bot.core import notice
from bot.core.notice import Answer, News, Toast
from sandbox.telegram.html import parse_html
from tests.chat.samples import LONGEST, Outside, messages, toasts

PLAIN = Outside()
HOSTILE = '<b>&amp;</b></code> {"x"} $y <a href="https://evil.example">{ $id }</a> &lt;%s'
ID = PLAIN.id
CARD_MISSING = say("en", "card-missing")
NAMES = sorted(messages(PLAIN))

anything = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)
an_id = st.text("abcXYZ019._:-", min_size=1, max_size=128)
outsides = st.builds(Outside, an_id, anything, anything, anything, anything)

every_language = pytest.mark.parametrize("locale", LOCALES)
every_notice = pytest.mark.parametrize("name", NAMES)


def shape(html: Html) -> list[tuple[object, ...]]:
    """The markup alone: what it is and where it leads, not what it stands around."""
    _, entities = parse_html(html)
    return [(one["type"], one.get("url"), one.get("unix_time")) for one in entities]


def plain(html: Html) -> str:
    return parse_html(html)[0]


def most(name: str) -> int:
    return 1024 if name.startswith(("attachment", "as-file")) else 4096


def test_every_kind_of_notice_is_among_the_samples() -> None:
    kinds = {type(one) for one in messages(PLAIN).values()}
    assert kinds == {*get_args(News), *get_args(Answer)}
    assert {toast.text for toast in toasts()} == set(notice.ToastText)


@every_language
@every_notice
def test_a_notice_is_html_that_telegram_takes(name: str, locale: str) -> None:
    said = plain(render(messages(PLAIN)[name], locale).html)
    assert said.strip() == said != ""
    assert not re.search(r"[{}]|&\w+;|None|  ", said)
    assert "\n\n\n" not in said


@every_language
@every_notice
def test_the_longest_that_the_borders_let_through_fits_a_message(name: str, locale: str) -> None:
    said = plain(render(messages(LONGEST)[name], locale).html)
    assert len(said) <= most(name)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(said=outsides)
def test_nothing_from_outside_becomes_markup(said: Outside) -> None:
    usual, strange = messages(PLAIN), messages(said)
    for locale in LOCALES:
        for name in NAMES:
            html = render(strange[name], locale).html
            assert shape(html) == shape(render(usual[name], locale).html), name
            assert len(plain(html)) <= most(name), name


@every_language
def test_words_from_outside_are_shown_as_they_are(locale: str) -> None:
    said = messages(Outside(model=HOSTILE, error=HOSTILE, cost=HOSTILE, word=HOSTILE))
    for name, times in {
        "card-percent": 1,  # the model
        "ended-failed": 2,  # and the error
        "attachment-film": 2,  # the model and the cost
        "bad-ids-1": 1,
        "not-watched": 1,
    }.items():
        assert plain(render(said[name], locale).html).count(HOSTILE) == times, name


@every_language
@pytest.mark.parametrize("toast", toasts(), ids=lambda toast: f"{toast.text}-{len(toast.ladder)}")
def test_a_toast_is_short_and_plain(toast: Toast, locale: str) -> None:
    said = render_toast(toast, locale)
    assert 1 <= len(said) <= 200
    assert not re.search(r"[<>{}&]", said)


def test_the_languages_differ_in_every_sentence_that_has_words() -> None:
    said = messages(Outside(id="1", model="", error="", cost=""))
    of_digits = {name for name in NAMES if name.startswith("as-file-")}
    for name in set(NAMES) - {"milestone-untimed"} - of_digits:
        spoken = {plain(render(said[name], locale).html) for locale in LOCALES}
        assert len(spoken) == len(LOCALES), name


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("card-new", ["🔎 Looking…", ID]),
        ("card-missing", ["🤔 Not known yet", ID, CARD_MISSING]),
        ("card-queued", ["⏳ Queued · sora2-12s", ID]),
        ("card-running", ["🎬 Generating · sora2-12s", ID, "started 11:56 UTC"]),
        (
            "card-percent",
            ["🎬 ▓▓▓▓▓░░░░░ 57% · sora2-12s", ID, "started 11:56 UTC", "last change 12:00 UTC"],
        ),
        ("card-film", ["✅ Ready · sora2-12s", ID]),
        ("stopped-card-percent", ["✖ Stopped watching · sora2-12s", ID]),
    ],
)
def test_a_card_says_what_is_known_and_no_more(name: str, shown: list[str]) -> None:
    assert plain(render(messages(PLAIN)[name], "en").html).splitlines() == shown


def test_a_card_offers_its_buttons_until_the_end() -> None:
    said = messages(PLAIN)
    with_buttons = {name for name in NAMES if render(said[name], "en").keyboard is not None}
    cards = {name for name in with_buttons if name.startswith(("card-", "stopped-card-"))}
    assert cards == {
        *("card-new", "card-missing", "card-queued", "card-running", "card-percent"),
        *("card-fileless", "card-key", "card-throttled", "card-unavailable", "card-nonsense"),
    }


def test_an_end_without_a_file_offers_another_look_and_one_with_a_file_does_not() -> None:
    said = messages(PLAIN)
    ends = [name for name in NAMES if name.startswith("ended-")]
    final = {name for name in ends if render(said[name], "en").keyboard is None}
    nothing_is_kept = {"ended-unknown", "ended-bad_id", "ended-not_yours"}
    assert final == {"ended-film", "ended-picture", "ended-album", *nothing_is_kept}


@every_language
def test_the_words_of_the_provider_stand_in_a_fold_of_their_own(locale: str) -> None:
    html = render(messages(PLAIN)["ended-failed"], locale).html
    assert html.endswith("\n<blockquote expandable>it broke</blockquote>")
