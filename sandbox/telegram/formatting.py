"""Text with its parse mode or entities goes in; what Telegram makes of it comes out."""

import re
from dataclasses import dataclass

from sandbox.telegram.html import parse_html
from sandbox.telegram.params import Params
from sandbox.telegram.refusal import Json, bad_request
from sandbox.telegram.utf16 import splits_a_character, units

WRITABLE = {
    *("bold", "italic", "underline", "strikethrough", "spoiler", "code", "pre", "text_link"),
    *("text_mention", "custom_emoji", "blockquote", "expandable_blockquote", "date_time"),
}
FOUND_BY_ITSELF = (
    ("bot_command", re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@\w{3,32})?(?![\w/<>])")),
    ("url", re.compile(r"(?<![\w/])(?:https?://|www\.)[^\s<>\"]*[^\s<>\".,;:!?)\]'，。]")),
    ("mention", re.compile(r"(?<!\w)@[A-Za-z]\w{3,31}(?!\w)")),
    ("hashtag", re.compile(r"(?<![\w&])#\w*[^\W\d]\w*")),
)
MONOSPACE = re.compile(r"(?<!`)`([^`]+)`(?!`)")


@dataclass(frozen=True, slots=True)
class Formatted:
    text: str
    entities: tuple[Json, ...] = ()
    """Sorted; offsets and lengths in UTF-16 code units."""

    def under(self, name: str) -> Json:
        """As the fields of a message: *name* is "text" or "caption"."""
        found = "entities" if name == "text" else "caption_entities"
        shown: Json = {name: self.text} if self.text else {}
        return shown | ({found: list(self.entities)} if self.entities else {})


def read_text(params: Params) -> Formatted:
    """1 to 4096 UTF-16 code units: stricter than Telegram only for rare characters."""
    found = _read(params, "text", "entities")
    if not found.text:
        raise bad_request("message text is empty")
    if units(found.text) > 4096:
        raise bad_request("message is too long")
    return found


def read_caption(params: Params) -> Formatted:
    """0 to 1024 UTF-16 code units."""
    found = _read(params, "caption", "caption_entities")
    if units(found.text) > 1024:
        raise bad_request("message caption is too long")
    return found


def _read(params: Params, name: str, entities: str) -> Formatted:
    text = params.text(name)
    match params.text("parse_mode").lower():
        case "html":
            return _finished(*parse_html(text))
        case "" | "none":
            return _finished(text, _given(text, params.structure(entities)))
        case _:
            raise bad_request("unsupported parse_mode")


def _given(text: str, entities: object) -> list[Json]:
    if entities is None:
        return []
    if not isinstance(entities, list):
        raise bad_request("can't parse entities: expected an Array")
    return [kept for entity in entities if (kept := _one_given(text, entity))]


def _one_given(text: str, entity: object) -> Json | None:
    """None for those that a bot cannot write or that lie outside of the text."""
    if not isinstance(entity, dict) or not isinstance(entity.get("type"), str):
        raise bad_request("can't parse entities: can't parse MessageEntity: no type")
    offset, length = entity.get("offset"), entity.get("length")
    if not isinstance(offset, int) or not isinstance(length, int):
        raise bad_request("can't parse entities: can't parse MessageEntity: no offset or length")
    if offset < 0 or length <= 0 or entity["type"] not in WRITABLE:
        return None
    for place in (offset, offset + length):
        if splits_a_character(text, place):
            raise bad_request("can't parse entities: entity splits a UTF-16 symbol")
    kept = min(length, units(text) - offset)
    return entity | {"length": kept} if kept > 0 else None


def _finished(text: str, entities: list[Json]) -> Formatted:
    text, entities = _trimmed(text, _unnested(entities))
    return Formatted(text, tuple(_sorted(entities + detected(text, entities))[:100]))


def _sorted(entities: list[Json]) -> list[Json]:
    return sorted(entities, key=lambda entity: (entity["offset"], -entity["length"]))


def _unnested(entities: list[Json]) -> list[Json]:
    """Nothing lives inside monospace text, and a quotation not in another one."""
    rigid = [entity for entity in entities if entity["type"] in ("code", "pre")]
    quotes = [entity for entity in entities if "blockquote" in entity["type"]]
    return [
        entity
        for entity in entities
        if not any(_inside(entity, outer) for outer in rigid)
        and not (entity in quotes and any(_inside(entity, outer) for outer in quotes))
    ]


def _inside(inner: Json, outer: Json) -> bool:
    ends = inner["offset"] + inner["length"] <= outer["offset"] + outer["length"]
    return inner is not outer and inner["offset"] >= outer["offset"] and ends


def _trimmed(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    text = text.replace("\r", "").rstrip()
    lead = units(text) - units(text.lstrip())
    text, size = text.lstrip(), units(text.lstrip())
    kept = []
    for entity in entities:
        start = max(entity["offset"] - lead, 0)
        end = min(entity["offset"] + entity["length"] - lead, size)
        if end > start:
            kept.append(entity | {"offset": start, "length": end - start})
    return text, kept


def detected(text: str, taken: list[Json]) -> list[Json]:
    """What every client finds by itself where nothing else was marked."""
    found: list[Json] = []
    for kind, pattern in FOUND_BY_ITSELF:
        for match in pattern.finditer(text):
            span = {"offset": units(text[: match.start()]), "length": units(match[0])}
            if not any(_touches(span, other) for other in [*taken, *found]):
                found.append({"type": kind} | span)
    return found


def _touches(one: Json, other: Json) -> bool:
    if other["type"] in ("bold", "italic", "underline", "strikethrough", "spoiler"):
        return False
    before = one["offset"] + one["length"] <= other["offset"]
    return not (before or other["offset"] + other["length"] <= one["offset"])


def typed(text: str) -> Formatted:
    """A person's typing: a pair of backticks makes monospace and vanishes, as in every client."""
    entities: list[Json] = []
    pieces, at = "", 0
    for match in MONOSPACE.finditer(text):
        pieces += text[at : match.start()]
        entities.append({"type": "code", "offset": units(pieces), "length": units(match[1])})
        pieces += match[1]
        at = match.end()
    return _finished(pieces + text[at:], entities)
