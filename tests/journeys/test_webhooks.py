"""Updates that are pushed: to two bots on one PostgreSQL, through a load balancer."""

import asyncio
import secrets
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from tests.journeys.balancer import Balancer, balancing
from tests.journeys.company import BOTH, Where, journey
from tests.journeys.guest import NEXT_LOOK, Guest
from tests.journeys.house import House
from tests.journeys.pair import Bot, a_bot
from tests.journeys.test_kills import nobody_can_store

SECRET = "CANARY_SECRET_that-no-output-may-show"
CLAIMS_END = 30


def free_ports(number: int) -> list[int]:
    """Below those that connections get: one of these would be gone before the bot listens."""
    found: set[int] = set()
    while len(found) < number:
        port = 20_000 + secrets.randbelow(10_000)
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            found.add(port)
    return list(found)


def settings(url: str, port: int) -> dict[str, str]:
    return {"WEBHOOK_URL": url, "WEBHOOK_SECRET": SECRET, "HTTP_PORT": str(port)}


@asynccontextmanager
async def two_behind_a_balancer(
    house: House,
) -> AsyncIterator[tuple[Balancer, dict[int, Bot]]]:
    one, two = free_ports(2)
    async with (
        balancing([one, two]) as (balancer, url),
        a_bot(house, **settings(url, one)) as first,
        a_bot(house, **settings(url, two)) as second,
    ):
        await house.telegram.until(lambda: len(house.telegram.called("setWebhook")) >= 2)
        yield balancer, {one: first, two: second}


async def gets_one_film(guest: Guest) -> None:
    film = await guest.gets_the("video", CLAIMS_END + NEXT_LOOK)
    assert [one for one in guest.seen() if "video" in one] == [film]
    assert {text.partition(" · ")[0] for text in guest.rung()} == {"✅ Ready"}


def asks(house: House, number: int) -> list[Guest]:
    """So many guests, for a film each."""
    guests = [house.newcomer(f"Guest {number}") for number in range(number)]
    for guest in guests:
        house.task(f"task_pushed{guest.chat}", "completed")
        guest.says(f"task_pushed{guest.chat}")
    return guests


@journey(Where.CLOSED, on=("postgresql",))
async def test_two_bots_are_pushed_to_and_what_comes_twice_is_done_once(house: House) -> None:
    async with two_behind_a_balancer(house) as (balancer, bots):
        house.telegram.lose_push_answers(4)
        for guest in asks(house, 6):
            await gets_one_film(guest)
            assert len(guest.cards()) <= 1
        assert set(balancer.stored) == set(bots)
        assert sum(balancer.stored.values()) == 10
        assert house.telegram.called("getUpdates") == []


@journey(Where.CLOSED, on=("postgresql",))
async def test_a_bot_that_dies_over_an_update_leaves_it_to_the_other(house: House) -> None:
    async with two_behind_a_balancer(house) as (balancer, bots):
        async with nobody_can_store(house):
            guests = asks(house, 1)
            await house.telegram.until(lambda: house.telegram.pending_updates)
            [port] = await _under_way(house, balancer)
            await bots[port].killed()
        for guest in (*guests, *asks(house, 3)):
            await gets_one_film(guest)
        [alive] = set(bots) - {port}
        assert (balancer.stored[port], balancer.stored[alive]) == (0, 4)


async def _under_way(house: House, balancer: Balancer) -> list[int]:
    """Ports that have not answered yet. Each change in the house is a moment to look again."""
    while not (found := [port for port, many in balancer.under_way.items() if many]):
        await house.telegram.change(5)
    return found


@journey(Where.CLOSED, on=("postgresql",))
async def test_a_bot_that_is_told_to_stop_takes_no_more_and_loses_nothing(house: House) -> None:
    async with two_behind_a_balancer(house) as (balancer, bots):
        async with nobody_can_store(house):
            guests = asks(house, 1)
            [port] = await _under_way(house, balancer)
            bots[port].process.terminate()
            while await _accepts(port):
                pass
        assert await bots[port].process.wait() == 0
        begun = balancer.stored[port]
        assert begun <= 1
        for guest in (*guests, *asks(house, 3)):
            await gets_one_film(guest)
        assert balancer.stored[port] == begun
        assert sum(balancer.stored.values()) >= 4


async def _accepts(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except ConnectionError:  # refused, or reset in the moment of closing
        return False
    writer.close()
    return True


@journey(Where.CLOSED, on=BOTH)
async def test_who_goes_back_to_polling_gets_what_waited_meanwhile(house: House) -> None:
    [port] = free_ports(1)
    async with a_bot(house, **settings(f"http://127.0.0.1:{port}/hook", port)) as bot:
        ann = house.newcomer("Ann")
        house.task("task_before01", "completed")
        ann.says("task_before01")
        await gets_one_film(ann)
        assert await bot.told_to_stop() == 0
    bob = house.newcomer("Bob")
    house.task("task_after01", "completed")
    bob.says("task_after01")
    await house.start()
    await gets_one_film(bob)
    assert len(house.telegram.called("deleteWebhook")) == 1


@journey(Where.CLOSED)
async def test_a_port_that_is_taken_ends_the_bot_with_one_line(house: House) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = await house.command("run", **settings(f"http://127.0.0.1:{port}/hook", port))
    assert (ended.code, ended.out) == (2, "")
    assert [line for line in ended.err.splitlines() if "HTTP_PORT" in line]
    assert "Traceback" not in ended.err
