"""Two processes on one PostgreSQL: they share the work, one polls, and each is enough."""

from tests.journeys.company import Where, journey
from tests.journeys.guest import NEXT_LOOK, Guest
from tests.journeys.house import House
from tests.journeys.pair import a_pair, conflicts, polls

TAKEOVER = 30
"""Seconds, after a crash."""
HANDOVER = 10
"""After SIGTERM; three, on an idle machine. The lease would last longer."""
CLAIMS_END = 30


async def everything_is_confirmed(house: House, within: float) -> None:
    await house.telegram.until(lambda: not house.telegram.pending_updates, within)


async def gets_one_film(guest: Guest) -> None:
    film = await guest.gets_the("video", CLAIMS_END + NEXT_LOOK)
    assert [one for one in guest.seen() if "video" in one] == [film]
    heads = [text.partition(" · ")[0] for text in guest.rung()]
    assert set(heads) == {"✅ Ready"}


@journey(Where.CLOSED, on=("postgresql",))
async def test_two_bots_share_the_work_and_one_of_them_polls(house: House) -> None:
    async with a_pair(house) as pair:
        wave = 0
        while not all(bot.logged("task.ended") for bot in pair):
            wave += 1
            await _four_films(house, f"task_shared{wave}")
        assert sum(bot.logged("polling.begun") for bot in pair) == 1
        assert conflicts(house) == 0


async def _four_films(house: House, name: str) -> None:
    """The first look follows the question at once; the second is for whoever comes first."""
    guests = []
    for number in range(4):
        guest = house.newcomer(f"Guest {number}")
        task = house.task(f"{name}x{number}")
        guest.says(f"{name}x{number}")
        await guest.sees("⏳ Queued")
        task.move_to("completed")
        guests.append(guest)
    for guest in guests:
        await gets_one_film(guest)


@journey(Where.CLOSED, on=("postgresql",))
async def test_when_the_poller_is_killed_the_other_takes_over_and_nothing_is_lost(
    house: House,
) -> None:
    ann, bob, cat = (house.newcomer(name) for name in ("Ann", "Bob", "Cat"))
    for name in "abc":
        house.task(f"task_takeover_{name}", "completed")
    async with a_pair(house) as (poller, other):
        ann.says("task_takeover_a")
        await house.telegram.until(lambda: not house.telegram.pending_updates)
        bob.says("task_takeover_b")
        await poller.killed()
        cat.says("task_takeover_c")
        await everything_is_confirmed(house, TAKEOVER)
        for guest in (ann, bob, cat):
            await gets_one_film(guest)
        assert await polls(house, other)


@journey(Where.CLOSED, on=("postgresql",))
async def test_when_the_poller_is_told_to_stop_the_other_takes_over_at_once(
    house: House,
) -> None:
    ann = house.newcomer("Ann")
    house.task("task_handover01", "completed")
    async with a_pair(house) as (poller, other):
        assert await poller.told_to_stop() == 0
        ann.says("task_handover01")
        await everything_is_confirmed(house, HANDOVER)
        await gets_one_film(ann)
        assert await polls(house, other)
        assert conflicts(house) == 0


@journey(Where.CLOSED, on=("postgresql",))
async def test_a_poller_that_was_frozen_steps_back_when_it_wakes(house: House) -> None:
    ann = house.newcomer("Ann")
    async with a_pair(house) as (zombie, other):
        zombie.freezes()
        house.task("task_frozen01", "completed")
        ann.says("task_frozen01")
        await everything_is_confirmed(house, TAKEOVER)
        await gets_one_film(ann)
        assert await polls(house, other)
        before = conflicts(house)
        zombie.thaws()
        number = 0
        while not zombie.logged("polling.lost"):
            number += 1
            guest = house.newcomer(f"Guest {number}")
            house.task(f"task_thawed{number}", "completed")
            guest.says(f"task_thawed{number}")
            await gets_one_film(guest)
        assert conflicts(house) == before, "it asked once more"
        assert await polls(house, other)
