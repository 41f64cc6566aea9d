"""Telegram's HTML goes in; plain text and its entities come out, or "can't parse entities"."""

import re
from dataclasses import dataclass
from typing import NoReturn

from sandbox.telegram.refusal import Json, bad_request
from sandbox.telegram.utf16 import units

SIMPLE = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "span": "spoiler",
    "tg-spoiler": "spoiler",
    "code": "code",
    "pre": "pre",
}
SUPPORTED = {*SIMPLE, "a", "blockquote", "tg-emoji", "tg-time"}
CHARACTER = re.compile(r"&(?:#x([0-9a-fA-F]{1,6})|#([0-9]{1,7})|(lt|gt|amp|quot)(?![a-zA-Z]));?")
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
START_TAG = re.compile(r"<([^\s>]*)(?=[\s>])")
END_OF_TAG = re.compile(r"\s*>")
END_TAG = re.compile(r"</([^\s>]*)\s*>")
ATTRIBUTE = re.compile(r"""\s+([^\s=>]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([\w.-]+)))?(?=[\s>])""")
DATE_FORMAT = re.compile(r"r|w?[dD]?[tT]?")
SCHEME = re.compile(
    r"(?:https?|tg|ton|tonsite|mailto|tel)://?\S+|mailto:\S+|tel:\S+", re.IGNORECASE
)
DOMAIN = re.compile(r"[\w-]+(?:\.[\w-]+)+(?:[:/?#]\S*)?")


@dataclass(frozen=True, slots=True)
class OpenTag:
    name: str
    attributes: dict[str, str]
    offset: int
    """UTF-16 units of plain text before it."""
    start: int
    """Pieces of plain text before it."""


class _Reader:
    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.pieces: list[str] = []
        self.units = 0
        self.open: list[OpenTag] = []
        self.entities: list[Json] = []

    def read(self) -> None:
        while self.at < len(self.source):
            match self.source[self.at]:
                case "<" if self.source.startswith("</", self.at):
                    self._end_tag()
                case "<":
                    self._start_tag()
                case _:
                    self._text()
        if self.open:
            name = self.open[-1].name
            _refuse(f'can\'t find end tag corresponding to start tag "{name}"')

    def _text(self) -> None:
        end = self.source.find("<", self.at)
        end = len(self.source) if end < 0 else end
        piece = decode_characters(self.source[self.at : end])
        self.pieces.append(piece)
        self.units += units(piece)
        self.at = end

    def _fail(self, words: str, rest: str = "") -> NoReturn:
        _refuse(f"{words} at byte offset {len(self.source[: self.at].encode())}{rest}")

    def _start_tag(self) -> None:
        named = START_TAG.match(self.source, self.at)
        if named is None:
            self._fail("unclosed start tag")
        name = named[1].lower()
        if name not in SUPPORTED:
            self._fail(f'unsupported start tag "{name}"')
        place, attributes = named.end(), {}
        while found := ATTRIBUTE.match(self.source, place):
            value = found[2] or found[3] or (found[4] or "").lower()
            attributes[found[1].lower()] = decode_characters(value)
            place = found.end()
        end = END_OF_TAG.match(self.source, place)
        if end is None:
            self._fail(f'unclosed start tag "{name}"')
        if name == "span" and attributes.get("class") != "tg-spoiler":
            self._fail('tag "span" must have class "tg-spoiler"')
        self.open.append(OpenTag(name, attributes, self.units, len(self.pieces)))
        self.at = end.end()

    def _end_tag(self) -> None:
        if not self.open:
            self._fail("unexpected end tag")
        found = END_TAG.match(self.source, self.at)
        if found is None:
            self._fail("unclosed end tag")
        tag, name = self.open.pop(), found[1].lower()
        if name not in ("", tag.name):
            self._fail("unmatched end tag", f', expected "</{tag.name}>", found "</{name}>"')
        self.at = found.end()
        if self.units > tag.offset:
            self._close(tag)

    def _close(self, tag: OpenTag) -> None:
        span: Json = {"offset": tag.offset, "length": self.units - tag.offset}
        if tag.name in ("pre", "code") and self._language(tag, span):
            return
        shape = _shape(tag, "".join(self.pieces[tag.start :]))
        if shape is not None:
            self.entities.append(shape | span)

    def _language(self, tag: OpenTag, span: Json) -> bool:
        """`<pre><code class="language-x">` is one entity."""
        inner = self.entities[-1] if self.entities else {}
        if (
            tag.name == "pre"
            and inner == {"type": "code", "language": inner.get("language")} | span
        ):
            inner["type"] = "pre"
            return True
        return False


def _shape(tag: OpenTag, inside: str) -> Json | None:
    """None when Telegram silently ignores the tag."""
    match tag.name:
        case "a":
            return _link(tag.attributes.get("href") or inside)
        case "blockquote":
            expandable = "expandable" in tag.attributes
            return {"type": "expandable_blockquote" if expandable else "blockquote"}
        case "tg-emoji":
            return _custom_emoji(tag.attributes.get("emoji-id", ""))
        case "tg-time":
            return _date_time(tag.attributes)
        case "code" if tag.attributes.get("class", "").startswith("language-"):
            return {"type": "code", "language": tag.attributes["class"][9:]}
        case name:
            return {"type": SIMPLE[name]}


def _link(url: str) -> Json | None:
    if SCHEME.fullmatch(url):
        return {"type": "text_link", "url": url}
    return {"type": "text_link", "url": f"http://{url}"} if DOMAIN.fullmatch(url) else None


def _custom_emoji(identifier: str) -> Json:
    if not identifier.isdecimal() or int(identifier) == 0:
        _refuse("invalid custom emoji identifier specified")
    return {"type": "custom_emoji", "custom_emoji_id": identifier}


def _date_time(attributes: dict[str, str]) -> Json:
    if not attributes.get("unix", "").isdecimal():
        _refuse("invalid Unix timestamp specified")
    style = attributes.get("format", "")
    if not DATE_FORMAT.fullmatch(style):
        _refuse("invalid date format used")
    shape: Json = {"type": "date_time", "unix_time": int(attributes["unix"])}
    return shape | ({"date_time_format": style} if style else {})


def decode_characters(text: str) -> str:
    """Unknown names and a bare `&` stay as they are: Telegram does not mind them."""
    return CHARACTER.sub(_character, text)


def _character(found: re.Match[str]) -> str:
    if found[3]:
        return NAMED[found[3]]
    code = int(found[1], 16) if found[1] else int(found[2])
    return chr(code) if 0 < code < 0x10FFFF else found[0]


def _refuse(words: str) -> NoReturn:
    raise bad_request(f"can't parse entities: {words[0].upper()}{words[1:]}")


def parse_html(source: str) -> tuple[str, list[Json]]:
    """Entities are in the order in which their tags end."""
    reader = _Reader(source)
    reader.read()
    for entity in reader.entities:
        if entity["type"] == "code":
            entity.pop("language", None)
    return "".join(reader.pieces), reader.entities
