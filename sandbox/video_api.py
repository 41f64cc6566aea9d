"""The provider's stand-in: scripts go in; an aiohttp application and its calls come out."""

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from aiohttp import web

from sandbox.demo import DEMO
from sandbox.films import TINY, Film, Films
from sandbox.scripts import Script
from sandbox.telegram.bell import Bell
from sandbox.video_faults import Fault, Faults, cut
from sandbox.video_media import Shelf
from sandbox.video_task import Task
from sandbox.wire import BAD_PARAMETER, NO_SUCH_TASK, NOT_YOURS, Json, Wire, refusal

__all__ = ["TINY", "Call", "Fetch", "Film", "Script", "Task", "VideoApi", "Wire", "seed_demo"]

TASK_ID = re.compile(r"[A-Za-z0-9._:-]{1,128}")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Call:
    """One question of the bot; its answer may have been an accident."""

    seq: int
    at: float
    """Seconds of the API's clock."""
    task_id: str
    key: str
    """The last 4 characters; empty: it had none."""
    status: int
    """HTTP status; 0: no answer has reached the client."""
    code: str
    """Of the envelope; empty: there was none."""
    told_status: str
    """Empty: no status was told."""
    told_percent: Any
    """As told; None: none."""
    fault: str = ""
    endpoint: str = "videos"


@dataclass(frozen=True, slots=True)
class Fetch:
    """One request for a file; its answer may have been none."""

    at: float
    """Seconds of the API's clock."""
    task_id: str
    part: int
    """Which of its pictures; 1 for a film."""
    bytes_range: str
    """As asked for, "bytes=0-65535"; empty: the whole file."""
    agent: str
    """Who asks, as it calls itself."""


class VideoApi:
    """`app` is served once (`sandbox.serving.serve`); its end removes the films.

    Not thread-safe: everything is called in the event loop that serves `app`.
    """

    def __init__(
        self,
        key: str = "sandbox-key",
        clock: Callable[[], float] = time.time,
        speed: float = 1.0,
        film: Film | None = None,
    ) -> None:
        """*clock* in Unix seconds; *speed*: seconds of script per second; *film*: the usual one."""
        self.keys = {key}
        self.faults = Faults()
        self.calls: list[Call] = []
        self.fetches: list[Fetch] = []
        """Of files, redirected ones each time, in the order in which they were asked for."""
        self._clock = clock
        self._speed = speed
        self._tasks: dict[str, Task] = {}
        self.bell = Bell()
        """Rings after every question, and when a task or the speed is new."""
        self._films = Films()
        self._shelf = Shelf(self._films, film or Film(), self.faults)
        self.app = self._wired()

    def _wired(self) -> web.Application:
        app = web.Application()
        app.router.add_get("/api/open-api/v1/{endpoint:videos|images}/{task_id}", self._ask)
        app.router.add_get("/media/{name}", self._media)
        app.cleanup_ctx.append(self._lifetime)
        return app

    async def _lifetime(self, app: web.Application) -> AsyncIterator[None]:
        del app
        yield
        self._films.close()

    def add(self, script: Script) -> Task:
        """A task of the same ID is replaced."""
        task = Task(script, self._clock, self._speed)
        self._tasks[script.task_id] = task
        self.bell.ring()
        return task

    @property
    def speed(self) -> float:
        """Seconds of script per second, of every task."""
        return self._speed

    @speed.setter
    def speed(self, speed: float) -> None:
        self._speed = speed
        for task in self._tasks.values():
            task.speed = speed
        self.bell.ring()

    def task(self, task_id: str) -> Task:
        return self._tasks[task_id]

    def all_tasks(self) -> list[Task]:
        """In the order in which they were added."""
        return list(self._tasks.values())

    def tasks(self) -> list[Json]:
        """Id, note, status and percent of each, in the same order."""
        return [_summary(task) for task in self._tasks.values()]

    def asked(self, task_id: str) -> int:
        """How many questions there were, unlucky ones included."""
        return sum(call.task_id == task_id for call in self.calls)

    async def until(self, condition: Callable[[], T], timeout: float = 30) -> T:  # noqa: ASYNC109 — its failure names the calls
        """What *condition* returned once it was true; asked again after every call."""
        try:
            async with asyncio.timeout(timeout):
                while not (found := condition()):
                    await self.bell.next(timeout)
        except TimeoutError:
            tail = "\n".join(map(str, self.calls[-20:])) or "none"
            raise AssertionError(f"not within {timeout} s; the last calls:\n{tail}") from None
        return found

    async def _ask(self, request: web.Request) -> web.StreamResponse:
        task_id = request.match_info["task_id"]
        if self.faults.outage:
            self._record(request, {}, Fault("cut"))
            return cut(request)
        if self.faults.latency:
            await asyncio.sleep(self.faults.latency)
        fault = self.faults.strike(task_id)
        body = self._answer(request, task_id)
        self._record(request, body, fault)
        right = json.dumps(body, ensure_ascii=False).encode()
        if fault is not None:
            return await self.faults.hit(request, fault, right, self._clock())
        return web.Response(body=right, content_type="application/json")

    def _answer(self, request: web.Request, task_id: str) -> Json:
        key = _key(request)
        if self.faults.wrong_key or key not in self.keys:
            return refusal("20001", "")
        if not TASK_ID.fullmatch(task_id):
            return refusal("20002", BAD_PARAMETER)
        task = self._tasks.get(task_id)
        if task is None or task.script.where not in ("anywhere", request.match_info["endpoint"]):
            return refusal("-1", NO_SUCH_TASK)
        if task.script.owner not in ("", key):
            return refusal("-1", NOT_YOURS)
        return task.payload(str(request.url.origin()))

    async def _media(self, request: web.Request) -> web.StreamResponse:
        """Like a signed link: no key is needed, and some day it is over."""
        task_id, query = request.match_info["name"].rpartition(".")[0], request.query
        whole = request.headers.get("Range", "")
        agent = request.headers.get("User-Agent", "")
        self.fetches.append(Fetch(self._clock(), task_id, int(query.get("part", 1)), whole, agent))
        self.bell.ring()
        task = self._tasks.get(task_id)
        if task is None or not task.moment.has_url:
            raise web.HTTPNotFound
        is_over = self._clock() >= float(query.get("expires", "inf"))
        if is_over or int(query.get("link", 1)) <= task.script.dead_links:
            raise web.HTTPForbidden(text="<Error>Request has expired</Error>")
        return await self._shelf.give(request, task.script)

    def _record(self, request: web.Request, body: Json, fault: Fault | None) -> None:
        """Of a fault, only what it is; its body is no reading."""
        told = _told(body) if fault is None else {}
        call = Call(
            seq=len(self.calls) + 1,
            at=self._clock(),
            task_id=request.match_info["task_id"],
            key=_key(request)[-4:],
            status=200 if fault is None else fault.status,
            code=str(body.get("code", "")) if fault is None else "",
            told_status=str(told.get("status", "")),
            told_percent=told.get("progress"),
            fault="" if fault is None else fault.kind,
            endpoint=request.match_info["endpoint"],
        )
        self.calls.append(call)
        self.bell.ring()


def seed_demo(api: VideoApi) -> None:
    """Tasks for a newcomer; each starts when it is first asked for."""
    for script in DEMO:
        api.add(script)


def _key(request: web.Request) -> str:
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    return key if scheme == "Bearer" else ""


def _told(body: Json) -> Json:
    data = body.get("data", body)
    return data if isinstance(data, dict) else {}


def _summary(task: Task) -> Json:
    now = task.moment
    return {
        "id": task.script.task_id,
        "note": task.script.note,
        "status": now.word or now.meaning,
        "percent": now.percent,
    }
