"""The Bot API's stand-in goes in; a web page on which people chat with the bot comes out.

Issue 3 makes the real one; this is enough to see the bot work.
"""

import asyncio
import re
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from aiohttp import web

from sandbox.bot_api import BotApi, User
from sandbox.telegram.refusal import Json

PAGE = Path(__file__).with_name("page.html")
LOOPBACK = re.compile(r"(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?")
PLAYABLE = ("video/mp4", "video/webm", "image/jpeg", "image/png", "image/gif", "image/webp")
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def page_app(api: BotApi, tasks: Callable[[], list[Json]] = list) -> web.Application:
    """*tasks*: `{"id": …, "note": …}` of each task that can be watched here."""
    app = web.Application(middlewares=[only_from_here])
    page = _Page(api, tasks)
    app.router.add_get("/", page.index)
    app.router.add_get("/state", page.state)
    app.router.add_get("/events", page.events)
    app.router.add_get("/files/{unique}", page.file)
    app.router.add_post("/say", page.say)
    app.router.add_post("/press", page.press)
    app.cleanup_ctx.append(page.lifetime)
    return app


@web.middleware
async def only_from_here(request: web.Request, handler: Handler) -> web.StreamResponse:
    """A web site must not talk to the page: not by a rebound name, nor by a form."""
    if not LOOPBACK.fullmatch(request.host):
        raise web.HTTPForbidden(text="only from this machine")
    if request.method == "POST" and request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType
    return await handler(request)


class _Page:
    def __init__(self, api: BotApi, tasks: Callable[[], list[Json]]) -> None:
        self._api = api
        self._tasks = tasks
        people = (api.user(1001, "Ann", "en"), api.user(1002, "小李", "zh-hans"))
        self._people: dict[int, User] = {person.id: person for person in people}
        self._closing = asyncio.Event()

    async def lifetime(self, app: web.Application) -> AsyncIterator[None]:
        app.on_shutdown.append(self._close)
        yield

    async def _close(self, app: web.Application) -> None:
        del app
        self._closing.set()

    async def index(self, request: web.Request) -> web.Response:
        del request
        nonce = secrets.token_urlsafe()
        policy = f"default-src 'self'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'"
        text = PAGE.read_text("utf-8").replace("NONCE", nonce)
        headers = {"Content-Security-Policy": policy, "Cache-Control": "no-store"}
        return web.Response(text=text, content_type="text/html", headers=headers)

    async def state(self, request: web.Request) -> web.Response:
        del request
        chats = [self._chat(person) for person in self._people.values()]
        return web.json_response({"chats": chats, "tasks": self._tasks()})

    def _chat(self, person: User) -> Json:
        known = person.id in self._api.chats()
        history = self._api.history(person.id) if known else []
        return {
            "user": person.json,
            "messages": self._api.messages(person.id) if known else [],
            "rang": [version.message["message_id"] for version in history if version.rings],
        }

    async def events(self, request: web.Request) -> web.StreamResponse:
        """One line whenever the page should look again; at least every 2 seconds, for the tasks."""
        headers = {"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
        response = web.StreamResponse(headers=headers)
        await response.prepare(request)
        while not self._closing.is_set():
            await response.write(b"data: look\n\n")
            await self._api.change(2)
        return response

    async def file(self, request: web.Request) -> web.StreamResponse:
        found = self._api.file(request.match_info["unique"])
        if found is None:
            raise web.HTTPNotFound
        kind = found.file.mime if found.file.mime in PLAYABLE else "application/octet-stream"
        headers = {"Content-Type": kind, "X-Content-Type-Options": "nosniff"}
        return web.FileResponse(found.file.path, headers=headers)

    async def say(self, request: web.Request) -> web.Response:
        body = await request.json()
        with _only_possible():
            self._api.say(self._who(body), str(body["text"]))
        return web.json_response({})

    async def press(self, request: web.Request) -> web.Response:
        """Answers with what the bot answers, or with nothing after 3 seconds."""
        body = await request.json()
        with _only_possible():
            query = self._api.press(self._who(body), int(body["message_id"]), str(body["data"]))
        answers = self._api.callback_answers
        with suppress(AssertionError):
            await self._api.until(lambda: query in answers, 3)
        return web.json_response({"text": answers.get(query, {}).get("text", "")})

    def _who(self, body: Json) -> User:
        try:
            return self._people[int(body["user"])]
        except (KeyError, TypeError, ValueError):
            raise web.HTTPBadRequest(text="no such person") from None


@contextmanager
def _only_possible() -> Iterator[None]:
    try:
        yield
    except ValueError as impossible:
        raise web.HTTPConflict(text=str(impossible)) from None
