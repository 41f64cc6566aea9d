"""kill -9 between any two hand-offs: the end arrives, with one film and nothing said wrongly.

A line whose answer the bot never got may be said again; nothing else may. The claims of a dead
process are waited for on PostgreSQL, where others might hold them: 30 s.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import text

from storage.database import Database
from tests.journeys.company import BOTH, Where, journey
from tests.journeys.guest import NEXT_LOOK, Guest
from tests.journeys.house import House

AFTER_A_KILL = 30 + NEXT_LOOK


@asynccontextmanager
async def nobody_can_store(house: House) -> AsyncIterator[None]:
    """Updates; on SQLite nothing at all."""
    database = Database(house.database_url)
    try:
        async with database.write() as tx:
            if not database.is_sqlite:
                await tx.execute(text("LOCK TABLE inbox IN EXCLUSIVE MODE"))
            yield
    finally:
        await database.close()


def was_handed_out(house: House, words: str) -> bool:
    return any(words in str(call.answer) for call in house.telegram.called("getUpdates"))


async def gets_one_film(guest: Guest) -> None:
    film = await guest.gets_the("video", AFTER_A_KILL)
    assert [one for one in guest.seen() if "video" in one] == [film]


def heads(guest: Guest) -> list[str]:
    return [text.partition(" · ")[0] for text in guest.rung()]


@journey(Where.ALONE, on=BOTH)
async def test_a_kill_before_an_update_is_stored_loses_no_question(house: House) -> None:
    ann = house.newcomer("Ann")
    house.task("task_fetched01", "completed")
    async with nobody_can_store(house):
        ann.says("task_fetched01")
        await house.telegram.until(lambda: was_handed_out(house, "task_fetched01"))
        await house.kill()
    assert len(house.telegram.pending_updates) == 1
    await house.start()
    await gets_one_film(ann)
    assert heads(ann) == ["✅ Ready"]


@journey(Where.ALONE, on=BOTH)
async def test_a_kill_right_after_an_update_was_stored_loses_no_question(house: House) -> None:
    ann = house.newcomer("Ann")
    house.task("task_stored01", "completed")
    ann.says("task_stored01")
    await house.telegram.until(lambda: not house.telegram.pending_updates)
    await house.kill()
    await house.start()
    await gets_one_film(ann)
    assert set(heads(ann)) == {"✅ Ready"}


@journey(Where.MORTAL, on=BOTH)
async def test_a_kill_between_two_looks_is_not_noticed(house: House) -> None:
    ann, task = house.newcomer("Ann"), house.task("task_quiet01")
    ann.says("task_quiet01")
    await ann.sees("⏳ Queued")
    await house.die()
    task.move_to("processing", 30)
    await ann.sees("🎬 25% · task_quiet01", AFTER_A_KILL)
    task.move_to("completed")
    await gets_one_film(ann)
    assert (len(ann.cards()), heads(ann)) == (1, ["🎬 25%", "✅ Ready"])


@journey(Where.MORTAL, on=BOTH)
async def test_a_kill_during_a_look_repeats_the_look(house: House) -> None:
    ann, task = house.newcomer("Ann"), house.task("task_looking01")
    house.videos.faults.add("hang", task_id="task_looking01")
    ann.says("task_looking01")
    await ann.sees("🔎 Looking…")
    await house.die()
    task.move_to("completed")
    await gets_one_film(ann)
    assert (len(ann.cards()), heads(ann)) == (1, ["✅ Ready"])


@journey(Where.MORTAL, on=BOTH)
async def test_a_kill_before_the_card_is_answered_repeats_at_most_the_card(house: House) -> None:
    ann, task = house.newcomer("Ann"), house.task("task_card02")
    house.breaks("sendMessage", ann, "silent")
    ann.says("task_card02")
    await house.telegram.until(ann.cards)
    await house.die()
    await house.telegram.until(lambda: len(ann.cards()) == 2, AFTER_A_KILL)
    task.move_to("completed")
    await gets_one_film(ann)
    assert (len(ann.cards()), heads(ann)) == (2, ["✅ Ready"])


@journey(Where.MORTAL, on=BOTH)
async def test_a_kill_before_a_milestone_is_answered_repeats_at_most_that_line(
    house: House,
) -> None:
    ann, task = house.newcomer("Ann"), house.task("task_mark01")
    ann.says("task_mark01")
    await ann.sees("⏳ Queued")
    house.breaks("sendMessage", ann, "silent")
    task.move_to("processing", 30)
    await ann.sees("🎬 25% · task_mark01", NEXT_LOOK)
    await house.die()
    task.move_to("completed")
    await gets_one_film(ann)
    assert len(ann.cards()) == 1
    assert heads(ann) in (["🎬 25%", "✅ Ready"], ["🎬 25%", "🎬 25%", "✅ Ready"])


@journey(Where.MORTAL, on=BOTH)
async def test_a_kill_before_the_announcement_is_answered_repeats_at_most_that_line(
    house: House,
) -> None:
    ann, task = house.newcomer("Ann"), house.task("task_announce01")
    ann.says("task_announce01")
    await ann.sees("⏳ Queued")
    house.breaks("sendMessage", ann, "silent")
    task.move_to("completed")
    await ann.sees("✅ Ready · task_announce01", NEXT_LOOK)
    await house.die()
    await gets_one_film(ann)
    assert heads(ann) == ["✅ Ready", "✅ Ready"]


@journey(Where.MORTAL, on=BOTH)
async def test_a_kill_before_a_failure_is_announced_loses_it_not(house: House) -> None:
    ann, task = house.newcomer("Ann"), house.task("task_failed02")
    ann.says("task_failed02")
    await ann.sees("⏳ Queued")
    house.breaks("sendMessage", ann, "hang")
    task.move_to("failed")
    sends = house.telegram.called
    await house.telegram.until(lambda: len(sends("sendMessage", ann.chat)) == 2, NEXT_LOOK)
    await house.die()
    await ann.sees("❌ Failed · task_failed02", AFTER_A_KILL)
    assert heads(ann) == ["❌ Failed"]


@journey(Where.MORTAL, on=BOTH)
async def test_a_kill_before_the_film_is_fetched_costs_nothing(house: House) -> None:
    ann = house.newcomer("Ann")
    house.task("task_unfetched01", "completed")
    house.breaks("editMessageMedia", ann, "hang")
    ann.says("task_unfetched01")
    await house.telegram.until(lambda: house.telegram.called("editMessageMedia", ann.chat))
    await house.die()
    await gets_one_film(ann)
    assert heads(ann) == ["✅ Ready"]


@journey(Where.MORTAL, on=BOTH)
async def test_a_kill_before_the_film_is_answered_costs_nothing(house: House) -> None:
    ann = house.newcomer("Ann")
    house.task("task_unanswered01", "completed")
    house.breaks("editMessageMedia", ann, "silent")
    ann.says("task_unanswered01")
    await ann.gets_the("video")
    await house.die()
    edits = house.telegram.called
    await house.telegram.until(lambda: len(edits("editMessageMedia", ann.chat)) == 2, AFTER_A_KILL)
    await gets_one_film(ann)
    assert heads(ann) == ["✅ Ready"]
