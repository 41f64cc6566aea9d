"""Buttons do what they say for the one who may press them, and nothing for anybody else."""

from bot.chat.locale import say
from tests.journeys.company import journey
from tests.journeys.guest import NEXT_LOOK, Message, says
from tests.journeys.house import House

GONE = say("en", "toast-gone")


def data_of(message: Message, label: str) -> str:
    (row,) = message["reply_markup"]["inline_keyboard"]
    return next(str(one["callback_data"]) for one in row if one["text"] == label)


async def time_for_three_looks(house: House, name: str) -> None:
    """More than ten seconds of the bot's own time, by a task that it does look at."""
    house.task(name)
    house.newcomer("Witness").says(name)
    await house.videos.until(lambda: house.videos.asked(name) >= 3, 3 * NEXT_LOOK)


@journey()
async def test_a_stopped_task_is_neither_looked_at_nor_spoken_of_again(house: House) -> None:
    ann, task = house.newcomer("Ann"), house.task("task_stop01")
    ann.says("task_stop01")
    card = await ann.sees("⏳ Queued")
    assert await ann.presses(card, "✖ Stop") == say("en", "toast-stopped")
    stopped = await ann.sees("✖ Stopped watching")
    assert stopped["message_id"] == card["message_id"]
    assert "reply_markup" not in stopped
    task.move_to("completed")
    looks, changes = house.videos.asked("task_stop01"), len(ann.history())
    await time_for_three_looks(house, "task_witness01")
    assert house.videos.asked("task_stop01") == looks
    assert len(ann.history()) == changes


@journey()
async def test_the_bell_changes_which_milestones_ring(house: House) -> None:
    ann, task = house.newcomer("Ann"), house.task("task_bell01")
    ann.says("task_bell01")
    card = await ann.sees("⏳ Queued")
    assert await ann.presses(card, "🔔 25·50·75") == say("en", "toast-ladder", ladder="50")
    task.move_to("processing", 30)
    await ann.sees("30% · sora2-12s", NEXT_LOOK)
    task.move_to("processing", 51)
    await ann.sees("🎬 50% · task_bell01", NEXT_LOOK)
    assert [text.partition(" · ")[0] for text in ann.rung()] == ["🎬 50%"]


@journey()
async def test_a_button_from_another_chat_does_nothing_there(house: House) -> None:
    ann, eve, task = house.newcomer("Ann"), house.newcomer("Eve"), house.task("task_foreign01")
    ann.says("task_foreign01")
    card = await ann.sees("⏳ Queued")
    hers = eve.says("/help")
    for label in ("✖ Stop", "🔔 25·50·75"):
        assert await eve.forges(hers, data_of(card, label)) == GONE
    task.move_to("processing", 30)
    await ann.sees("🎬 25% · task_foreign01", NEXT_LOOK)


@journey()
async def test_in_a_group_only_the_one_who_asked_may_stop(house: House) -> None:
    ann, eve = house.newcomers_in_a_group("Ann", "Eve")
    house.task("task_group01")
    ann.says("/watch task_group01")
    card = await ann.sees("⏳ Queued")
    assert await eve.presses(card, "✖ Stop") == GONE
    assert await ann.presses(card, "✖ Stop") == say("en", "toast-stopped")


@journey()
async def test_a_stale_button_does_nothing(house: House) -> None:
    ann = house.newcomer("Ann")
    house.task("task_stale01")
    ann.says("task_stale01")
    card = await ann.sees("⏳ Queued")
    stale = data_of(card, "✖ Stop"), data_of(card, "🔔 25·50·75")
    await ann.presses(card, "✖ Stop")
    await ann.sees("✖ Stopped watching")
    changes = len(ann.history())
    for data in stale:
        assert await ann.forges(card["message_id"], data) == GONE
    assert len(ann.history()) == changes


@journey()
async def test_an_invented_button_does_nothing(house: House) -> None:
    ann = house.newcomer("Ann")
    house.task("task_forged01")
    ann.says("task_forged01")
    card = await ann.sees("⏳ Queued")
    ref = data_of(card, "✖ Stop").partition(":")[2]
    for data in ("x", "stop", f"nonsense:{ref}", f"stop:{ref}x", "stop:1", "stop:' OR 1=1 --"):
        assert await ann.forges(card["message_id"], data) == GONE
    ann.says("/list")
    listed = await ann.sees(say("en", "list-head", count=1))
    assert [one["message_id"] for one in ann.seen()] == [card["message_id"], listed["message_id"]]
    assert says(ann.seen()[0]) == says(card)


@journey()
async def test_check_again_asks_anew_after_a_failure(house: House) -> None:
    ann, task = house.newcomer("Ann"), house.task("task_again01", "failed")
    ann.says("task_again01")
    end = await ann.sees("❌ Failed")
    task.move_to("completed")
    assert await ann.presses(end, "🔁 Check again") == say("en", "toast-again")
    await ann.gets_the("video")
