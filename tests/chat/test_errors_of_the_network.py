"""The whole table of what can go wrong on the way (failures.md, 1.2), each row over real HTTP.

Every accident happens to a message of its own, to an edit and to a film; then it is said what
becomes of: an answer, a ring, an edit of a card, an end, a film in the place of its announcement,
a film as a message of its own, and the answer to a button.
"""

from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.core.delivery import FloodWait, Receipt, Unsure
from tests.builders import FILM
from tests.chat.accidents import Accident, answered, at, crowded, cut_after, struck, unaccepted
from tests.chat.outcomes import outcomes, parcels
from tests.chat.reels import at as film_at

SAFE = "again again again again again again again"
AMBIGUOUS = "again never again again again new_link again"
REFUSED = "plain plain never plain edit_link new_link never"
TOO_LARGE = "plain plain never plain edit_upload new_upload never"
REST = "rest rest rest rest rest rest rest"
PARKED = "park park park park park park park"
HTML = "<html>Sign in to this network</html>"
WAIT = '{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 17"}'
UNAUTHORIZED = '{"ok":false,"error_code":401,"description":"Unauthorized"}'
NOT_FOUND = '{"ok":false,"error_code":404,"description":"Not Found"}'
BREAKS_OFF = b'HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"ok":true,"res'

ROWS: dict[str, tuple[Callable[[], Accident], str, str]] = {
    "refused": (lambda: at("http://127.0.0.1:1"), "NotSent", SAFE),
    "no such name": (lambda: at("http://nowhere.invalid"), "NotSent", SAFE),
    "pool exhausted": (crowded, "NotSent", SAFE),
    "connect timeout": (unaccepted, "NotSent", SAFE),
    "reset while sending": (lambda: struck("reset"), "outage", AMBIGUOUS),
    "executed, then reset": (lambda: struck("lost"), "outage", AMBIGUOUS),
    "executed, then closed": (lambda: cut_after(b""), "outage", AMBIGUOUS),
    "executed, then truncated": (lambda: cut_after(BREAKS_OFF), "outage", AMBIGUOUS),
    "executed, then silence": (lambda: struck("silent"), "outage", AMBIGUOUS),
    "silence": (lambda: struck("hang"), "outage", AMBIGUOUS),
    "200 and a page": (lambda: answered(200, HTML), "outage", AMBIGUOUS),
    "200 without a result": (lambda: struck("ok-without-result"), "answer", AMBIGUOUS),
    "200 and no object": (lambda: answered(200, "[]"), "answer", AMBIGUOUS),
    "500": (lambda: struck("500", "Internal Server Error: restart"), "outage", AMBIGUOUS),
    "500 aborted": (lambda: struck("500", "Request aborted"), "outage", AMBIGUOUS),
    "502 and a page": (lambda: struck("502-html"), "outage", AMBIGUOUS),
    "504 and nothing": (lambda: answered(504, ""), "outage", AMBIGUOUS),
    "413": (lambda: struck("413"), "MediaRefused", TOO_LARGE),
    "413 and a page": (lambda: answered(413, HTML), "MediaRefused", TOO_LARGE),
    "429": (lambda: struck("429"), "17", REST),
    "429 without parameters": (lambda: answered(429, WAIT), "5", REST),
    "429 and a page": (lambda: answered(429, HTML), "5", REST),
    "400": (lambda: struck("400", "Bad Request: never seen before"), "Rejected", REFUSED),
    "403": (lambda: struck("403"), "ChatGone", PARKED),
    "403 of a proxy": (lambda: answered(403, HTML), "outage", AMBIGUOUS),
    "401": (lambda: answered(401, UNAUTHORIZED), "TokenRefused", SAFE),
    "404": (lambda: answered(404, NOT_FOUND), "TokenRefused", SAFE),
    "404 of a proxy": (lambda: answered(404, HTML), "outage", AMBIGUOUS),
}
PATIENT_WITH_FILMS = ("executed, then silence", "silence")


def named(receipt: Receipt) -> str:
    match receipt:
        case Unsure(doubt=doubt):
            return doubt.value
        case FloodWait(wait):
            return str(wait // timedelta(seconds=1))
        case _:
            return type(receipt).__name__


@pytest.mark.parametrize("row", ROWS)
async def test_an_accident_means_the_same_for_a_message_and_for_an_edit(row: str) -> None:
    accident, expected, become = ROWS[row]
    async with accident() as sender:
        of_message = await sender.send(parcels()["answer"])
        of_edit = await sender.send(parcels()["card"])
    assert (named(of_message), named(of_edit)) == (expected, expected)
    assert outcomes(of_message) == become


@pytest.mark.parametrize("row", ROWS)
async def test_a_film_that_takes_too_long_is_no_outage_and_everything_else_is_as_for_a_message(
    row: str,
) -> None:
    accident, expected, become = ROWS[row]
    async with accident() as sender:
        receipt = await sender.send(parcels()["film"], [film_at(FILM.url)])
    assert named(receipt) == ("patience" if row in PATIENT_WITH_FILMS else expected)
    assert outcomes(receipt) == become
