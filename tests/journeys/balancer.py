"""A load balancer in front of the bots: each push goes to the next that takes it."""

from collections import Counter, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
from aiohttp import web

from bot.chat.webhook import SECRET
from sandbox.serving import serve

PATH = "/hooks/reelbell"


class Balancer:
    def __init__(self, ports: list[int], session: aiohttp.ClientSession) -> None:
        self.stored: Counter[int] = Counter()
        """Updates that the bot on a port said yes to."""
        self.under_way: Counter[int] = Counter()
        self._session = session
        self._ports = deque(ports)

    async def pass_on(self, request: web.Request) -> web.Response:
        body, secret = await request.read(), request.headers[SECRET]
        self._ports.rotate()
        for port in list(self._ports):  # others take their turns meanwhile
            try:
                status = await self._ask(port, body, secret)
            except aiohttp.ClientConnectorError:
                continue
            except aiohttp.ClientError:  # it died over it: Telegram has to ask again
                break
            self.stored[port] += status == 200
            return web.Response(status=status)
        return web.Response(status=502)

    async def _ask(self, port: int, body: bytes, secret: str) -> int:
        self.under_way[port] += 1
        try:
            async with self._session.post(
                f"http://127.0.0.1:{port}{PATH}", data=body, headers={SECRET: secret}
            ) as answer:
                return answer.status
        finally:
            self.under_way[port] -= 1


@asynccontextmanager
async def balancing(ports: list[int]) -> AsyncIterator[tuple[Balancer, str]]:
    """And the address that Telegram is given."""
    async with aiohttp.ClientSession() as session:
        balancer = Balancer(ports, session)
        app = web.Application()
        app.router.add_post(PATH, balancer.pass_on)
        async with serve(app) as url:
            yield balancer, url + PATH
