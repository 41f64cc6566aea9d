"""The body of a POST goes in; its values, or a 400 that says what is wrong, come out."""

import json
import math
from collections.abc import Container
from typing import NoReturn

from aiohttp import web

from sandbox.telegram.refusal import Json

WHOLE = 1 << 52
"""What JavaScript counts to without loss, roughly."""


def wrong(words: str) -> NoReturn:
    raise web.HTTPBadRequest(text=words)


async def read_fields(request: web.Request) -> "Fields":
    """Whatever charset the header names: JSON is UTF-8."""
    try:
        given = json.loads(await request.read())
    except (ValueError, RecursionError):
        wrong("this is not JSON")
    if not isinstance(given, dict):
        wrong("this is not a JSON object")
    return Fields(given)


class Fields:
    def __init__(self, given: Json) -> None:
        self._given = given

    def number(self, name: str, least: float, most: float) -> float:
        value = self._given.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float):
            wrong(f"{name} must be a number")
        if not math.isfinite(value) or not least <= value <= most:
            wrong(f"{name} must be from {least:g} to {most:g}")
        return float(value)

    def integer(self, name: str) -> int:
        value = self._given.get(name)
        if isinstance(value, bool) or not isinstance(value, int) or abs(value) > WHOLE:
            wrong(f"{name} must be a whole number")
        return value

    def maybe_integer(self, name: str) -> int | None:
        """None when it is absent or null."""
        return None if self._given.get(name) is None else self.integer(name)

    def flag(self, name: str) -> bool:
        value = self._given.get(name)
        if not isinstance(value, bool):
            wrong(f"{name} must be true or false")
        return value

    def text(self, name: str, longest: int) -> str:
        """1 to *longest* characters. Control characters are blanks, as from Telegram's clients."""
        value = self._given.get(name)
        if not isinstance(value, str) or not 1 <= len(value) <= longest:
            wrong(f"{name} must be a text of 1 to {longest} characters")
        try:
            value.encode()
        except UnicodeEncodeError:
            wrong(f"{name} has half a character in it")
        return "".join(" " if one < " " and one not in "\n\t" else one for one in value)

    def choice(self, name: str, among: Container[str]) -> str:
        value = self._given.get(name)
        if not isinstance(value, str) or value not in among:
            wrong(f"{name} must be one of those that the page offers")
        return value
