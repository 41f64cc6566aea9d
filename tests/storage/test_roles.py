"""A role is one process's at a time, and free again soon after its death."""

import asyncio
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from storage import roles
from storage.database import Database
from storage.sole import free_leases
from storage.tables import roles as rows
from tests.builders import NOON
from tests.storage.rows import rows_of

LEASE = timedelta(seconds=20)
TICK = timedelta(microseconds=1)


async def takes(database: Database, who: str, at: datetime = NOON, role: str = "poller") -> bool:
    async with database.write() as tx:
        return await roles.take(tx, role, who, at, LEASE)


async def gives_up(database: Database, who: str) -> None:
    async with database.write() as tx:
        await roles.give_up(tx, "poller", who)


async def test_the_first_gets_it_and_the_second_does_not(database: Database) -> None:
    assert await takes(database, "a")
    assert not await takes(database, "b", NOON + LEASE - TICK)


async def test_its_holder_keeps_it_as_long_as_it_says_so(database: Database) -> None:
    for seconds in range(0, 60, 15):
        assert await takes(database, "a", NOON + timedelta(seconds=seconds))
    assert not await takes(database, "b", NOON + timedelta(seconds=64))


async def test_whoever_went_silent_loses_it_and_does_not_get_it_back(database: Database) -> None:
    await takes(database, "a")
    assert await takes(database, "b", NOON + LEASE)
    assert not await takes(database, "a", NOON + LEASE)


async def test_what_is_given_up_is_free_at_once(database: Database) -> None:
    await takes(database, "a")
    await gives_up(database, "a")
    assert await takes(database, "b")


async def test_nobody_gives_up_what_is_anothers(database: Database) -> None:
    await takes(database, "a")
    await gives_up(database, "b")
    assert not await takes(database, "b")


async def test_two_roles_have_nothing_to_do_with_each_other(database: Database) -> None:
    assert await takes(database, "a")
    assert await takes(database, "b", role="another")


async def test_a_clock_that_is_set_back_leaves_no_role_to_a_dead_holder(
    database: Database,
) -> None:
    """For as long as the clock had been wrong, nobody would have polled."""
    await takes(database, "a", NOON + timedelta(hours=2))
    assert await takes(database, "b", NOON)


async def test_clocks_that_differ_a_little_steal_nothing(database: Database) -> None:
    await takes(database, "a", NOON)
    assert not await takes(database, "b", NOON - timedelta(seconds=5))


async def test_the_only_process_on_a_file_need_not_wait_for_a_dead_one(database: Database) -> None:
    await takes(database, "dead")
    async with database.write() as tx:
        await free_leases(tx, NOON)
    assert await takes(database, "alive")


@pytest.mark.parametrize("before", ["nobody", "a dead one"])
async def test_of_several_at_once_exactly_one_gets_it(database: Database, before: str) -> None:
    for number in range(20):
        at = NOON + number * LEASE
        if before == "nobody":
            async with database.write() as tx:
                await tx.execute(rows.delete())
        got = await asyncio.gather(*(takes(database, f"{number}-{one}", at) for one in range(8)))
        assert sum(got) == 1
        [row] = await rows_of(database, rows)
        assert row["holder"] == f"{number}-{got.index(True)}"
        assert row["held_until"] == at + LEASE


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_whoever_stops_while_it_takes_a_role_keeps_it_from_nobody(database: Database) -> None:
    """SIGSTOP, or a lost cable, in the middle of a transaction: its locks were there for ever."""
    taking = asyncio.Event()

    async def stopped() -> None:
        async with database.write() as tx:
            assert await tx.scalar(text("SHOW idle_in_transaction_session_timeout")) == "15s"
            await tx.execute(text("SET idle_in_transaction_session_timeout = '100ms'"))
            assert await roles.take(tx, "poller", "stopped", NOON, LEASE)
            taking.set()
            await asyncio.Event().wait()

    zombie = asyncio.create_task(stopped())
    await taking.wait()
    async with asyncio.timeout(30):
        assert await takes(database, "other")
    zombie.cancel()
    await asyncio.wait({zombie})
    assert not await takes(database, "stopped")


Deed = tuple[str, str, int]
DEEDS = st.lists(
    st.tuples(st.sampled_from("abc"), st.sampled_from(["take", "give up"]), st.integers(0, 30)),
    max_size=12,
)


async def test_no_history_gives_it_to_two(database: Database) -> None:
    """Against a model that has one thought: who may say "mine", and until when."""

    async def play(deeds: list[Deed]) -> None:
        async with database.write() as tx:
            await tx.execute(rows.delete())
        at, holder, until = NOON, "", NOON
        for who, what, later in deeds:
            at += timedelta(seconds=later)
            if what == "give up":
                await gives_up(database, who)
                holder, until = ("", NOON) if holder == who else (holder, until)
                continue
            expected = holder in ("", who) or until <= at
            assert await takes(database, who, at) == expected
            if expected:
                holder, until = who, at + LEASE

    for deeds in _examples():
        await play(deeds)


def _examples() -> list[list[Deed]]:
    """Hypothesis finds them; the database is asynchronous and it is not."""
    found: list[list[Deed]] = []

    @given(DEEDS)
    def collect(deeds: list[Deed]) -> None:
        found.append(deeds)

    collect()
    return found
