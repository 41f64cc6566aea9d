"""What is posted to a path goes to that path's handler; the status that it gives is the answer."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from functools import partial
from http import HTTPStatus

from aiohttp import ClientPayloadError, web
from aiohttp.http_exceptions import HttpProcessingError

log = logging.getLogger("reelbell.http")

# The library's own lines quote the head of a request that it does not understand, secret and all.
_silent = logging.getLogger("reelbell.http.protocol")
_silent.setLevel(logging.CRITICAL + 1)

Handler = Callable[[Mapping[str, str], AsyncIterator[bytes]], Awaitable[HTTPStatus]]
"""Headers (in any case of letters) and the body, piece by piece."""
PIECE = 16 * 1024
LAST_REQUESTS = 5.0
"""Seconds that requests in flight get at the end; then they are cut off."""


class CannotListenError(RuntimeError):
    """The address is not ours to use."""


@asynccontextmanager
async def serving(host: str, port: int, posts: Mapping[str, Handler]) -> AsyncIterator[str]:
    """The address, while the block lasts. Then nothing new is accepted, and what runs may end.

    Raises CannotListenError.
    """
    server = web.Server(partial(_respond, posts), access_log=None, logger=_silent)
    runner = web.ServerRunner(server, shutdown_timeout=LAST_REQUESTS)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as error:
            raise CannotListenError(
                f"HTTP_HOST and HTTP_PORT: {host}:{port} cannot be opened"
                f" ({type(error).__name__}): give an address of this machine and a free port"
            ) from error
        bound = runner.addresses[0][1]
        log.info("http.open", extra={"host": host, "port": bound})
        yield f"http://{host}:{bound}"
    finally:
        await runner.cleanup()


async def _respond(posts: Mapping[str, Handler], request: web.BaseRequest) -> web.Response:
    return web.Response(status=await _status(posts, request))


async def _status(posts: Mapping[str, Handler], request: web.BaseRequest) -> HTTPStatus:
    handler = posts.get(request.path)
    if handler is None:
        return HTTPStatus.NOT_FOUND
    if request.method != "POST":
        return HTTPStatus.METHOD_NOT_ALLOWED
    try:
        return await handler(request.headers, request.content.iter_chunked(PIECE))
    except (web.RequestPayloadError, ClientPayloadError, HttpProcessingError, ConnectionError):
        return HTTPStatus.BAD_REQUEST  # the body is not what its head said, or does not come
    except Exception:
        log.exception("request.failed")
        return HTTPStatus.INTERNAL_SERVER_ERROR
