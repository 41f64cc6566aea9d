"""The name of a sentence and its values go in, the sentence in a person's language comes out.

A language is a file in locales/, and needs nothing else.
"""

from functools import cache
from html import escape
from importlib import resources

from fluent.runtime import FluentBundle, FluentResource

DEFAULT = "en"

_FILES = resources.files("bot.chat") / "locales"
LOCALES = tuple(sorted(file.name[:-4] for file in _FILES.iterdir() if file.name.endswith(".ftl")))


class Html(str):
    """Markup of our own. What is merely a str was written by somebody else, and gets escaped."""

    __slots__ = ()


class SentenceError(LookupError):
    """No such sentence in that language, or a value that it wants is missing: a bug."""


def pick(language_code: str | None) -> str:
    """The locale for a language as Telegram names it: 'zh-hans', 'zh-TW', 'pt-br', None."""
    wanted = (language_code or DEFAULT).lower()
    by_name = {locale.lower(): locale for locale in LOCALES}
    by_language = {locale.partition("-")[0].lower(): locale for locale in LOCALES}
    return by_name.get(wanted) or by_language.get(wanted.partition("-")[0]) or DEFAULT


def say(locale: str, name: str, **values: str | float) -> str:
    """Plain text, for buttons and menus. Raises SentenceError."""
    bundle = _bundle(locale if locale in LOCALES else DEFAULT)
    pattern = bundle.get_message(name).value if bundle.has_message(name) else None
    if pattern is None:
        raise SentenceError(f"{locale} has no sentence {name!r}")
    said, errors = bundle.format_pattern(pattern, values)
    if errors:
        raise SentenceError(f"{name!r} in {locale}: {errors[0]}")
    return str(said)


def tell(locale: str, name: str, **values: str | float) -> Html:
    """HTML for a message. The sentence may have tags; what comes from outside cannot."""
    return Html(say(locale, name, **{key: _safe(value) for key, value in values.items()}))


def text(outside: str) -> Html:
    """Somebody else's words, shown as they are."""
    return Html(escape(outside, quote=False))


def _safe(value: str | float) -> str | float:
    if isinstance(value, str) and not isinstance(value, Html):
        return text(value)
    return value


@cache
def _bundle(locale: str) -> FluentBundle:
    # Isolating marks around every value would end up in what people copy.
    bundle = FluentBundle([locale], use_isolating=False)
    bundle.add_resource(FluentResource((_FILES / f"{locale}.ftl").read_text("utf-8")))
    return bundle
