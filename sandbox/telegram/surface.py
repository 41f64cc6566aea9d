"""HTTP requests go in; Telegram's answers, or the accidents that a test ordered, come out."""

import asyncio
import hmac
from collections.abc import AsyncIterator

from aiohttp import web

from sandbox.telegram.calls import Calls
from sandbox.telegram.faults import Fault, Faults
from sandbox.telegram.fetching import Fetcher
from sandbox.telegram.flood import Flood
from sandbox.telegram.methods import MESSAGES, Method
from sandbox.telegram.params import Params, read_params
from sandbox.telegram.refusal import Json, RefusedError, too_large, too_many_requests
from sandbox.telegram.world import World

BAD_GATEWAY = (
    "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad"
    " Gateway</h1></center>\r\n<hr><center>nginx/1.18.0</center>\r\n</body>\r\n</html>\r\n"
)
USUAL_WORDS = {
    400: "Bad Request",
    403: "Forbidden: bot was blocked by the user",
    500: "Internal Server Error",
}


class Surface:
    def __init__(
        self,
        token: str,
        world: World,
        methods: dict[str, Method],
        flood: Flood,
        faults: Faults,
        calls: Calls,
        fetcher: Fetcher,
    ) -> None:
        self._token = token
        self._world = world
        self._methods = {name.lower(): (name, method) for name, method in methods.items()}
        self._flood = flood
        self._faults = faults
        self._calls = calls
        self._fetcher = fetcher
        self._running: set[asyncio.Task[Json]] = set()

    def app(self) -> web.Application:
        app = web.Application(client_max_size=1 << 40)
        app.router.add_route("*", "/bot{token}/{method}", self._call)
        app.router.add_get("/file/bot{token}/{path:.+}", self._download)
        app.cleanup_ctx.append(self._lifetime)
        return app

    async def _lifetime(self, app: web.Application) -> AsyncIterator[None]:
        del app
        yield
        for task in self._running:
            task.cancel()
        await self._fetcher.close()
        self._world.files.close()

    def _is_ours(self, request: web.Request) -> bool:
        given = request.match_info["token"].encode()
        return hmac.compare_digest(given, self._token.encode())

    async def _call(self, request: web.Request) -> web.StreamResponse:
        if self._faults.outage:
            return cut(request)
        if not self._is_ours(request):
            return answer(RefusedError(401, "Unauthorized").body)
        known = self._methods.get(request.match_info["method"].lower())
        if known is None:
            return answer(RefusedError(404, "Not Found: method not found").body)
        name, method = known
        try:
            limit = self._world.limits.most_bytes
            params = await read_params(request, self._world.files.new_sink, limit)
        except RefusedError as refused:
            return self._told(request, name, Params(), refused.body)
        fault = self._faults.strike(name, chat_of(params))
        if fault is not None and fault.kind not in ("lost", "silent"):
            return await self._hit(request, name, params, fault)
        if name == "getUpdates":
            return self._told(request, name, params, await self._run(name, method, params))
        body = await self._finish(name, method, params)
        if fault is not None:
            self._record(name, params, 0, body)
            return await self._ignored(request) if fault.kind == "silent" else cut(request)
        return self._told(request, name, params, body)

    async def _finish(self, name: str, method: Method, params: Params) -> Json:
        """A client that leaves does not undo what it asked for."""
        task = asyncio.create_task(self._run(name, method, params))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            task.add_done_callback(lambda done: self._abandoned(name, params, done))
            raise

    def _abandoned(self, name: str, params: Params, task: asyncio.Task[Json]) -> None:
        if not task.cancelled():
            self._record(name, params, 0, task.result())

    async def _run(self, name: str, method: Method, params: Params) -> Json:
        try:
            chat_id = chat_of(params)
            if name in MESSAGES and chat_id in self._world.chats:
                self._flood.admit(chat_id, name, _messages(name, params))
            return {"ok": True, "result": await method(params)}
        except RefusedError as refused:
            return refused.body

    async def _hit(
        self, request: web.Request, name: str, params: Params, fault: Fault
    ) -> web.StreamResponse:
        match fault.kind:
            case "429":
                return self._told(request, name, params, too_many_requests(fault.retry_after).body)
            case "413":
                return self._told(request, name, params, too_large().body)
            case "400" | "403" | "500":
                status = int(fault.kind)
                words = fault.description or USUAL_WORDS[status]
                return self._told(request, name, params, RefusedError(status, words).body)
            case "ok-without-result":
                return self._told(request, name, params, {"ok": True})
            case "502-html":
                self._record(name, params, 502, None)
                return web.Response(status=502, text=BAD_GATEWAY, content_type="text/html")
            case "hang" | "silent":
                self._record(name, params, 0, None)
                return await self._ignored(request)
            case "reset" | "lost":
                self._record(name, params, 0, None)
                return cut(request)

    async def _ignored(self, request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(self._faults.patience)
        return cut(request)

    def _told(
        self, request: web.Request, name: str, params: Params, body: Json
    ) -> web.StreamResponse:
        """An outage that began meanwhile swallows the answer."""
        if self._faults.outage:
            self._record(name, params, 0, body)
            return cut(request)
        response = answer(body)
        self._record(name, params, response.status, body)
        return response

    def _record(self, name: str, params: Params, status: int, body: Json | None) -> None:
        self._calls.record(name, chat_of(params), params, status, body)

    async def _download(self, request: web.Request) -> web.StreamResponse:
        if self._faults.outage:
            return cut(request)
        unique = request.match_info["path"].rpartition("/")[2]
        stored = self._world.files.find_unique(unique) if self._is_ours(request) else None
        if stored is None or stored.size > self._world.limits.download_bytes:
            return answer(RefusedError(404, "Not Found").body)
        return web.FileResponse(stored.path, headers={"Content-Type": "application/octet-stream"})


def chat_of(params: Params) -> int | None:
    given = params.text("chat_id")
    return int(given) if given.lstrip("-").isdecimal() else None


def answer(body: Json) -> web.Response:
    wait = body.get("parameters", {}).get("retry_after")
    headers = None if wait is None else {"Retry-After": str(wait)}
    return web.json_response(body, status=body.get("error_code", 200), headers=headers)


def cut(request: web.Request) -> web.Response:
    """The client sees its connection reset; what is returned goes nowhere."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


def _messages(name: str, params: Params) -> int:
    """How many it becomes."""
    album = params.structure("media") if name == "sendMediaGroup" else None
    return max(1, len(album)) if isinstance(album, list) else 1
