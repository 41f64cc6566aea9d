"""What the page's console asks for goes in; tasks, accidents and another speed come out."""

import secrets
from dataclasses import replace

from aiohttp import web

from sandbox.page.fields import Fields, read_fields
from sandbox.page.outcomes import OUTCOMES
from sandbox.page.switches import NAMES, Switches
from sandbox.scripts import Script, Starts
from sandbox.telegram.bell import Bell
from sandbox.video_api import VideoApi

LONGEST = 3_600
"""Seconds of a task."""
SLOWEST, FASTEST = 0.1, 100
STARTS: dict[str, Starts] = {"now": "added", "asked": "asked"}


class Workshop:
    def __init__(self, videos: VideoApi, switches: Switches, bell: Bell) -> None:
        self._videos = videos
        self._switches = switches
        self._bell = bell

    def add_routes(self, router: web.UrlDispatcher) -> None:
        router.add_post("/tasks", self.create)
        router.add_post("/faults", self.switch)
        router.add_post("/faults/clear", self.clear)
        router.add_post("/speed", self.pace)

    async def create(self, request: web.Request) -> web.Response:
        script = _script(await read_fields(request))
        self._videos.add(script)
        return web.json_response({"task_id": script.task_id})

    async def switch(self, request: web.Request) -> web.Response:
        fields = await read_fields(request)
        self._switches.turn(fields.choice("name", NAMES), on=fields.flag("on"))
        self._bell.ring()
        return web.json_response({})

    async def clear(self, request: web.Request) -> web.Response:
        await read_fields(request)
        self._switches.clear()
        self._bell.ring()
        return web.json_response({})

    async def pace(self, request: web.Request) -> web.Response:
        self._videos.speed = (await read_fields(request)).number("speed", SLOWEST, FASTEST)
        return web.json_response({})


def _script(fields: Fields) -> Script:
    usual = Script(
        task_id=f"task_{secrets.token_hex(12)}",
        model=fields.text("model", 100),
        queue=fields.number("queue", 0, LONGEST),
        duration=fields.number("duration", 1, LONGEST),
        starts=STARTS[fields.choice("starts", STARTS)],
    )
    outcome = fields.choice("outcome", OUTCOMES)
    script = replace(usual, **OUTCOMES[outcome])
    if outcome == "failed":
        return replace(script, error=fields.text("error", 5_000))
    return script
