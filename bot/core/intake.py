"""Whatever a person pasted goes in; the task IDs that were meant come out, good and bad apart.

Text is read in order: JSON documents by the names of their fields, links by their parts, and
the words of a line by their shape, or by the company they keep (a label, or nothing else).
"""

import base64
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from urllib.parse import unquote

from bot.core.task import TaskId

SHOWN = 40
"""Characters of a rejected word that are worth showing."""
ENCODED = "b64_"
"""Begins a payload that carries an ID in base64url."""

_TASK_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,127}")
_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")
_SECRET = re.compile(r"sk-|eyJ[\w-]{8,}\.|(?:bot)?\d{5,}:AA")
_CREDENTIALS = re.compile(
    r"""(?ix)
      (?<!\S) (?:-[Hub]|--(?:header|user|cookie|oauth2-bearer)) (?:[\s=]{1,9}|(?=["']))
        (?: "[^"]*" | '[^']*' | \S+ )
    | \b(?:bearer|authorization)\b ["'\\\s:=：]{1,9} (?:(?:bearer|basic|token)\s{1,9})?
        [^\s"'\\,;\x7f-\U0010ffff]+
    | (?<![a-z0-9.:-]) (?:x-)? (?:api|access|auth|secret)? [ _-]? (?:key|token|secret|password
        |密钥|秘钥|令牌|密码) (?: [\\"'`]{0,2} \s{0,3} [:=：是为] | \s{1,3}is\b | \s ) \s{0,3}
        [\\"'`]{0,2} (?!https?: | (?:task|video)_) [^\s\\"'`,;&\x7f-\U0010ffff]{8,}
    """
)
_CUT = "\ufffc"
"""Stands where something was taken out: it is no word, but its line is not empty either."""
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_GAP = (
    "\\s\x00-\x1f\x7f-\xa0\"'`<>()\\[\\]{},;|*«»"
    "\u2010-\u2025\u2027-\u2bff\u3000-\u303f\ufe00-\ufe6f"
    "\uff00-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65\U0001f000-\U0001faff"
)
# Chinese is written without spaces: where the script changes, a word ends.
_WORD = re.compile(f"[^{_GAP}\u2e80-\U0010ffff]+|[^{_GAP}\x00-\u2e7f]+")
_LINK = re.compile(
    r"[^/]*://|(?:[\w-]+\.)+[A-Za-z]{2,}(?::\d+)?/|/?(?:[\w.-]+/)*(?:videos|images)/"
)
_SHAPE = re.compile(
    r"""(?ix)
      (?:task|video)_ (?= .*\d | .{20} )
    | [0-9a-f]{8} (?:-[0-9a-f]{4}){3} -[0-9a-f]{12} \Z
    | [0-9a-f]{24,} \Z
    | [a-z][a-z0-9._-]* : \d{9,} -
    """
)
_PREFIXED = re.compile(r"(?i)(?:task|video)_(?!(?:ids?|urls?|name|status|type|model)\Z).")
_LOOSE = re.compile(r"(?a)(?=.*\d)(?=.*[A-Za-z])[A-Za-z0-9][\w.:-]{5,}|\d{17,}")
_NUMBER = re.compile(r"[0-9]{6,}")
_ADDRESS_OR_FILE = re.compile(r"@|\.(?:[A-Za-z]{2,5}|mp\d|m4[av]|7z)\Z")
_DATE_OR_VERSION = re.compile(r"(?i)\d{4}-\d\d-\d\d(T.*)?|v?\d+(\.\d+)+([.-]?[a-z]+[\d.]*)?")
_LABEL = re.compile(r"(?i)(?:task|video|image|job)?[_-]?ids?|task|.*(?:任务|任务号|编号)[是为]?")
_GLUED_LABEL = re.compile(r"(?i)\A((?:task|video|image|job)?[_-]?ids?|task|[^\x00-\x7f]+):(?=.)")
_COPULAS = frozenset({"is", "are", "是", "为"})
_NUMBERING = re.compile(
    r"(?<!\S)[(（]?\d{1,3}[.)、）]"
    r"(?:\s+|(?=(?:task|video)_|[0-9a-f]{8}-|[a-z][a-z0-9._-]{0,40}:\d{9}))"
)
_PASTED = re.compile(r"""\bcurl\s|\{\s{0,9}\\?["']""")
_OPENING = re.compile(r"""\{(?=\s*")|\[(?=\s*\{)""")
_TASK_ID_NAMES = frozenset({"task_id", "taskid", "task_ids", "taskids"})
_ID_NAMES = frozenset({"id", "ids"})
_JSON = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=str, strict=False)


@dataclass(frozen=True, slots=True)
class Intake:
    """In order of appearance, without doubles."""

    task_ids: tuple[TaskId, ...]
    rejected: tuple[str, ...]
    """Evidently meant as IDs, but no provider could have made them; clipped, printable."""


def parse_task_id(text: str) -> TaskId | None:
    """The one border: what passes is safe as one path segment. A key or a token never passes."""
    good = _TASK_ID.fullmatch(text) and not _SECRET.match(text)
    return TaskId(text) if good else None


def find_task_ids(text: str) -> Intake:
    """For free messages: chatter must yield nothing, so a word has to look like an ID."""
    return _sift(_in_text(text))


def read_task_ids(words: Iterable[str]) -> Intake:
    """For the arguments of a command: each is meant, however it looks, unless it is a link.

    Quotes, commas and a full stop around a word are not part of it. Pasted JSON and curl
    commands are read like free messages. A key is dropped without an echo.
    """
    text = " ".join(words)
    return find_task_ids(text) if _PASTED.search(text) else _sift(_in_arguments(text))


def start_payload(payload: str) -> TaskId | None:
    """What follows ?start=: the ID itself, or "b64_" and its base64url without padding."""
    if not _PAYLOAD.fullmatch(payload):
        return None
    if not payload.startswith(ENCODED):
        return parse_task_id(payload)
    code = payload.removeprefix(ENCODED)
    try:
        return parse_task_id(base64.urlsafe_b64decode(code + "=" * (-len(code) % 4)).decode())
    except ValueError:
        return None


def to_start_payload(task_id: TaskId) -> str | None:
    """The inverse of start_payload; None when the ID does not fit: over 45 to 64 characters."""
    if _PAYLOAD.fullmatch(task_id) and not task_id.startswith(ENCODED):
        return task_id
    payload = ENCODED + base64.urlsafe_b64encode(task_id.encode()).decode().rstrip("=")
    return payload if _PAYLOAD.fullmatch(payload) else None


def _sift(meant: Iterable[str]) -> Intake:
    task_ids: dict[TaskId, None] = {}
    rejected: dict[str, None] = {}
    for word in meant:
        if (task_id := parse_task_id(word)) is not None:
            task_ids[task_id] = None
        elif not _SECRET.match(word):
            rejected[_shown(word)] = None
    return Intake(tuple(task_ids), tuple(rejected))


def _shown(word: str) -> str:
    clipped = word if len(word) <= SHOWN else word[: SHOWN - 1] + "…"
    return "".join(char if char.isprintable() else "\ufffd" for char in clipped)


def _in_text(text: str) -> Iterator[str]:
    for piece in _pieces(_INVISIBLE.sub("", text)):
        if isinstance(piece, str):
            for line in _without_credentials(piece).splitlines():
                yield from _in_line(line)
        else:
            yield from piece


def _in_arguments(text: str) -> Iterator[str]:
    for word in _words(_without_credentials(_INVISIBLE.sub("", text))):
        if _LINK.match(word):
            yield from _in_link(word)
        elif not _LABEL.fullmatch(word) and word != _CUT:
            yield word


def _without_credentials(text: str) -> str:
    return _CREDENTIALS.sub(_CUT, text.replace('\\"', '"'))


def _pieces(text: str) -> Iterator[str | list[str]]:
    """The text around its JSON documents, and of each of those the IDs that it names."""
    start, at, cut = 0, 0, ""
    while opening := _OPENING.search(text, at):
        try:
            document, at = _JSON.raw_decode(text, opening.start())
        except json.JSONDecodeError as error:
            at = max(error.pos, opening.end())  # never back, or brackets would cost their square
            continue
        except RecursionError:
            break
        yield cut + text[start : opening.start()] + _CUT
        yield _named(document, _TASK_ID_NAMES) or _named(document, _ID_NAMES)
        start, cut = at, _CUT
    yield cut + text[start:]


def _named(document: object, names: frozenset[str]) -> list[str]:
    """The outermost fields of these names; what lies inside an object that has one is its own."""
    found: list[str] = []
    todo = [document]
    while todo:
        match todo.pop():
            case dict() as node:
                here = [value for name, value in node.items() if name.lower() in names]
                found += _texts(here)
                todo += [] if here else reversed(node.values())
            case list() as nodes:
                todo += reversed(nodes)
    return found


def _texts(values: list[object]) -> list[str]:
    flat = [item for value in values for item in (value if isinstance(value, list) else [value])]
    return [text for item in flat if isinstance(item, str) and (text := item.strip())]


def _in_line(line: str) -> Iterator[str]:
    words = list(_words(line))
    believes = _may_be_meant if all(map(_may_be_meant, words)) else _is_meant
    labelled = False
    for word in words:
        if _LINK.match(word):
            yield from _in_link(word)
        elif believes(word) or (labelled and (_may_be_meant(word) or _NUMBER.fullmatch(word))):
            yield word
        else:
            labelled = bool(_LABEL.fullmatch(word)) or (labelled and word in _COPULAS)


def _words(text: str) -> Iterator[str]:
    for word in _WORD.findall(_NUMBERING.sub(" ", text)):
        whole = word.lstrip("-#:!?~+…").rstrip(".:!?~…")
        parts = [whole] if _LINK.match(whole) else _GLUED_LABEL.sub(r"\1=", whole, 1).split("=")
        yield from filter(None, parts)


def _in_link(link: str) -> Iterator[str]:
    """The first part, the host and any password before it, is nobody's right neighbour."""
    for before, part in pairwise(re.split("[/?#&]", link.partition("://")[2] or link)):
        name, is_field, value = part.partition("=")
        if is_field:
            yield from _in_field(name.lower(), unquote(value))
            continue
        believes = _may_be_meant if before in ("videos", "images") else _is_meant
        if believes(word := unquote(part)):
            yield word


def _in_field(name: str, value: str) -> Iterator[str]:
    word = (start_payload(value) or "") if name == "start" else value
    if (name in _TASK_ID_NAMES and word) or (name in ("id", "start") and _may_be_meant(word)):
        yield word


def _is_meant(word: str) -> bool:
    """True for the shapes that task IDs are known to have, also among other words."""
    return bool(_SHAPE.match(word)) and not _ADDRESS_OR_FILE.search(word)


def _may_be_meant(word: str) -> bool:
    """True for what can be believed to be an ID when nothing else is said."""
    if _ADDRESS_OR_FILE.search(word):
        return False
    loose = _LOOSE.fullmatch(word) and not _DATE_OR_VERSION.fullmatch(word)
    return bool(_SHAPE.match(word) or _PREFIXED.match(word) or loose)
