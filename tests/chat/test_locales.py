"""The files with the sentences agree with each other, with the code, and with how one writes."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from fluent.syntax import FluentParser
from fluent.syntax import ast as ftl
from fluent.syntax.visitor import Visitor

from bot.chat import locale as locale_module
from bot.chat.locale import LOCALES, Html, SentenceError, pick, say, tell, text
from bot.chat.telegram import COMMANDS
from bot.core.failure import Cause
from bot.core.film import Why
from bot.core.notice import ToastText
from bot.core.task import MediaKind, Refusal, Status, Trouble

CHAT = Path(locale_module.__file__).parent
FAMILIES: dict[str, set[str]] = {
    "attaching-": set(MediaKind),
    "command-": set(COMMANDS),
    "file-": set(MediaKind),
    "odd-": set(MediaKind),
    "size-": {"bytes", "kilobytes", "megabytes", "gigabytes"},
    "span-": {"days", "hours", "minutes", "seconds"},
    "state-": set(Status),
    "toast-": set(ToastText),
    "trouble-": set(Trouble),
    "unattached-": set(Why),
    "why-": {*Cause, *Refusal},
}
"""Names that the code puts together, and what it may put behind the beginning."""


class Reader(Visitor):
    """Collects the variables and the texts of one sentence."""

    def __init__(self, message: ftl.Message) -> None:
        self.variables: set[str] = set()
        self.texts: list[str] = []
        self.visit(message)

    def visit_VariableReference(self, node: ftl.VariableReference) -> None:  # noqa: N802 — the library's
        self.variables.add(node.id.name)

    def visit_TextElement(self, node: ftl.TextElement) -> None:  # noqa: N802 — same
        self.texts.append(node.value)


def sentences(locale: str) -> dict[str, Reader]:
    source = (CHAT / "locales" / f"{locale}.ftl").read_text("utf-8")
    body = FluentParser().parse(source).body
    junk = [entry.content for entry in body if isinstance(entry, ftl.Junk)]
    assert not junk
    named = [entry for entry in body if isinstance(entry, ftl.Message)]
    assert len({message.id.name for message in named}) == len(named), "a name given twice"
    return {message.id.name: Reader(message) for message in named}


SENTENCES = {locale: sentences(locale) for locale in LOCALES}
every_language = pytest.mark.parametrize("locale", LOCALES)


def code() -> Iterator[ast.AST]:
    for file in sorted(CHAT.glob("*.py")):
        yield from ast.walk(ast.parse(file.read_text("utf-8")))


def spoken() -> Iterator[ast.expr]:
    """What stands where say() and tell() take the name of a sentence."""
    calls = [node for node in code() if isinstance(node, ast.Call) and len(node.args) > 1]
    for call in calls:
        if isinstance(call.func, ast.Name) and call.func.id in ("say", "tell"):
            yield call.args[1]


def literals() -> set[str]:
    values = {node.value for node in code() if isinstance(node, ast.Constant)}
    return {value for value in values if isinstance(value, str)}


def beginnings() -> set[str]:
    """Of the names that are put together."""
    heads = [node.values[0] for node in code() if isinstance(node, ast.JoinedStr) and node.values]
    said = {str(head.value) for head in heads if isinstance(head, ast.Constant)}
    return {head for head in said if re.fullmatch(r"[a-z]+-", head)}


def put_together() -> set[str]:
    return {head + str(tail) for head, tails in FAMILIES.items() for tail in tails}


def test_english_and_simplified_chinese_are_there() -> None:
    assert LOCALES == ("en", "zh-Hans")


def test_every_language_has_the_same_sentences_with_the_same_values() -> None:
    usual = {name: read.variables for name, read in SENTENCES["en"].items()}
    for locale in LOCALES:
        assert {name: read.variables for name, read in SENTENCES[locale].items()} == usual


def test_every_sentence_that_the_code_asks_for_exists() -> None:
    asked = {node.value for node in spoken() if isinstance(node, ast.Constant)}
    dashed = {one for one in literals() if re.fullmatch(r"[a-z]+(-[a-z_]+)+", one)}
    assert {*asked, *dashed, *put_together()} - SENTENCES["en"].keys() == set()


def test_every_way_of_putting_names_together_is_known_to_this_test() -> None:
    assert beginnings() == FAMILIES.keys()


def test_no_sentence_is_left_over() -> None:
    assert SENTENCES["en"].keys() - literals() - put_together() == set()


@pytest.mark.parametrize(
    ("language_code", "locale"),
    [
        ("zh-hans", "zh-Hans"),
        ("zh-Hans", "zh-Hans"),
        ("zh-CN", "zh-Hans"),
        ("zh-TW", "zh-Hans"),
        ("zh-hant", "zh-Hans"),
        ("zh", "zh-Hans"),
        ("ZH-HANS", "zh-Hans"),
        ("en", "en"),
        ("en-GB", "en"),
        ("pt-br", "en"),
        ("zhx", "en"),
        ("-", "en"),
        ("", "en"),
        (None, "en"),
    ],
)
def test_the_nearest_language_is_picked(language_code: str | None, locale: str) -> None:
    assert pick(language_code) == locale


def test_a_language_that_we_do_not_have_any_more_is_answered_in_english() -> None:
    assert say("fr", "button-stop") == say("en", "button-stop")


@pytest.mark.parametrize("name", ["no-such-sentence", "", "button"])
def test_a_sentence_that_is_not_there_is_an_error(name: str) -> None:
    with pytest.raises(SentenceError, match="has no sentence"):
        say("en", name)


def test_a_value_that_is_missing_is_an_error() -> None:
    with pytest.raises(SentenceError, match="milestone"):
        say("en", "milestone")


def test_a_value_from_outside_is_escaped_in_html_and_kept_in_plain_text() -> None:
    assert tell("en", "cost", cost="<b>&") == "cost &lt;b&gt;&amp;"
    assert tell("en", "cost", cost=Html("<b>1</b>")) == "cost <b>1</b>"
    assert say("en", "cost", cost="<b>&") == "cost <b>&"
    assert text("<'\">") == "&lt;'\"&gt;"


def _prose(locale: str) -> dict[str, list[str]]:
    """With a plain word for what is quoted from code."""
    told = defaultdict(list)
    for name, read in SENTENCES[locale].items():
        for piece in read.texts:
            told[name].append(re.sub(r"<code>.*?</code>", "ID", piece))
    return told


def _found(locale: str, wrong: str) -> list[str]:
    prose = _prose(locale)
    return [
        f"{name}: {piece}" for name in prose for piece in prose[name] if re.search(wrong, piece)
    ]


def test_english_has_real_apostrophes_and_ellipses() -> None:
    assert _found("en", r"['\"]|\.\.|--| - ") == []


def test_chinese_has_chinese_punctuation() -> None:
    assert _found("zh-Hans", r"[\u4e00-\u9fff][,:;?!.()]|\.\.|[,;?!](?= ?[\u4e00-\u9fff])") == []
    assert _found("zh-Hans", r"(?<!…)…(?!…)(?!</i>)") == [], "an ellipsis has six dots"


def test_chinese_is_spaced_where_the_script_changes() -> None:
    assert _found("zh-Hans", r"[\u4e00-\u9fff][A-Za-z0-9/]|[A-Za-z0-9][\u4e00-\u9fff]") == []


@every_language
def test_no_sentence_has_space_that_nobody_asked_for(locale: str) -> None:
    assert _found(locale, r"  |\t| \n|[，。：；？！] ") == []
