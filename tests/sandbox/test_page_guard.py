"""Whom the page turns away, and that nothing that is sent to it makes it fall."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from sandbox.page.cast import ANN, BO, LI, STUDIO
from tests.sandbox.visitor import Ground, Visitor, visit

SAY = {"user": ANN, "chat": ANN, "text": "x"}
TASK = {"model": "m", "queue": 1, "duration": 1, "outcome": "image", "starts": "now"}
HOSTILE = (
    b"",
    b"null",
    b"[]",
    b'"text"',
    b"{",
    b"\xff\xfe{}",
    b"[" * 100_000,
    b'{"user": NaN, "chat": Infinity}',
    b'{"user": 1e400, "chat": -1e400, "speed": 1e400}',
    b'{"user": ' + b"9" * 5_000 + b"}",
    b'{"user": true, "chat": true, "on": 1, "speed": true, "present": "yes"}',
    b'{"user": [1001], "chat": {"id": 1001}, "name": ["x"], "speed": "1"}',
    b'{"user": "1001", "chat": "1001", "text": 5, "language": 7}',
    b'{"user": 1001, "chat": 1001, "text": null, "message_id": null, "data": null}',
)


@pytest.fixture
async def ground() -> Ground:
    return Ground()


@pytest.fixture
async def page(ground: Ground) -> AsyncIterator[Visitor]:
    async with visit(ground) as visitor:
        yield visitor


def posts(ground: Ground) -> list[str]:
    routes = ground.app.router.routes()
    plain = (one.resource for one in routes if one.method == "POST")
    return [one.canonical for one in plain if isinstance(one, web.PlainResource)]


@pytest.mark.parametrize("body", HOSTILE, ids=lambda body: repr(body[:40]))
async def test_a_hostile_body_is_answered_in_one_line_by_every_post(
    ground: Ground, page: Visitor, body: bytes
) -> None:
    assert len(posts(ground)) == 11
    for path in posts(ground):
        status, words = await page.sends(path, body)
        if path == "/faults/clear" and status == 200:
            continue  # asks for nothing but an object
        assert 400 <= status < 500, path
        assert 0 < len(words.splitlines()) <= 1, path


@pytest.mark.parametrize(
    ("path", "fields", "status"),
    [
        ("/say", {"user": 7}, 400),
        ("/say", {"chat": 7}, 400),
        ("/say", {"user": LI}, 400),
        ("/say", {"user": BO, "chat": LI}, 400),
        ("/say", {"text": ""}, 400),
        ("/say", {"text": " "}, 409),
        ("/say", {"text": "x" * 5_000}, 409),
        ("/say", {"text": "x" * 50_000}, 400),
        ("/say", {"text": "\ud800"}, 400),
        ("/say", {"reply_to": 999}, 404),
        ("/say", {"thread": 999}, 409),
        ("/edit", {"message_id": 999}, 404),
        ("/delete", {"message_id": -1}, 404),
        ("/press", {"message_id": 999, "data": "x"}, 404),
        ("/press", {"message_id": 1, "data": "x" * 65}, 400),
        ("/forward", {"source": STUDIO, "message_id": 1}, 404),
        ("/language", {"language": "<b>"}, 400),
        ("/language", {"language": "e" * 21}, 400),
        ("/presence", {"present": False}, 409),
        ("/presence", {"chat": STUDIO, "present": True}, 409),
    ],
)
async def test_what_no_person_could_do_is_refused(
    page: Visitor, path: str, fields: dict[str, object], status: int
) -> None:
    answered, words = await page.fails(path, **SAY | fields)
    assert (answered, len(words.splitlines())) == (status, 1)


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/tasks", {"duration": 0}),
        ("/tasks", {"duration": 1e9}),
        ("/tasks", {"queue": -1}),
        ("/tasks", {"model": ""}),
        ("/tasks", {"outcome": "video-1000"}),
        ("/tasks", {"outcome": "failed", "error": ""}),
        ("/tasks", {"starts": "never"}),
        ("/speed", {"speed": 0}),
        ("/speed", {"speed": -1}),
        ("/speed", {"speed": 1_000}),
        ("/faults", {"name": "meteor", "on": True}),
    ],
)
async def test_an_impossible_order_is_refused(
    page: Visitor, path: str, fields: dict[str, object]
) -> None:
    assert (await page.fails(path, **TASK | fields))[0] == 400


async def test_a_large_body_is_not_read(page: Visitor) -> None:
    status, _ = await page.fails("/say", **SAY | {"text": "x" * 2_000_000})
    assert status == 413


async def test_control_characters_are_blanks(page: Visitor) -> None:
    await page.does("/say", user=ANN, chat=ANN, text="a\x00b\x1b[1m\nc")
    assert (await page.hears("sent"))["message"]["text"] == "a b [1m\nc"


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost:1@evil", ""])
async def test_a_foreign_name_is_turned_away(page: Visitor, host: str) -> None:
    async with page.gets("/", Host=host) as response:
        assert response.status in (400, 403)


async def test_a_form_is_turned_away(page: Visitor) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        async with page._session.post("/say", data=b"{}", headers={"Content-Type": kind}) as told:
            assert told.status == 415


@pytest.mark.parametrize("path", ["/", "/web/main.js", "/web/base.css", "/events", "/files/x"])
async def test_every_answer_forbids_what_the_page_does_not_need(page: Visitor, path: str) -> None:
    async with page.gets(path) as response:
        policy = response.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'self';")
        assert "unsafe" not in policy
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/web/../app.py", "/web/%2e%2e/app.py", "/web/..%2fapp.py"])
async def test_nothing_beside_the_pages_files_is_served(page: Visitor, path: str) -> None:
    async with page.gets(path) as response:
        assert response.status in (403, 404)
