"""A request goes in; whoever may not talk to the page is turned away, all others go on."""

import re
from collections.abc import Awaitable, Callable

from aiohttp import web

LOOPBACK = re.compile(r"(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?")
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; object-src 'none';"
    " form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@web.middleware
async def only_from_here(request: web.Request, handler: Handler) -> web.StreamResponse:
    """A web site must not talk to the page: not by a rebound name, nor by a form."""
    if not LOOPBACK.fullmatch(request.host):
        raise web.HTTPForbidden(text="only from this machine")
    if request.method == "POST" and request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType(text="only application/json")
    return await handler(request)


@web.middleware
async def only_what_is_possible(request: web.Request, handler: Handler) -> web.StreamResponse:
    """What no person could do is a conflict, and says why."""
    try:
        return await handler(request)
    except ValueError as impossible:
        raise web.HTTPConflict(text=str(impossible).partition("\n")[0]) from None


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    del request
    response.headers.update(HEADERS)
