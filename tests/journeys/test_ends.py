"""Ends without a film: told plainly, as text, and once."""

import sqlite3
from contextlib import closing

from bot.chat.locale import say
from tests.journeys.company import Where, journey
from tests.journeys.guest import reads_as, says
from tests.journeys.house import House

HOSTILE = "<b>&" + "&lt;i>🎬" * 800
ABOUT_A_MINUTE = (55, 80)


def rows(house: House, table: str) -> int:
    path = house.database_url.partition(":///")[2]
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        return int(database.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


@journey()
async def test_a_hostile_error_arrives_as_the_text_it_is(house: House) -> None:
    assert len(HOSTILE) > 5_000
    ann, task = house.newcomer("Ann"), house.task("task_hostile01")
    task.move_to("failed", error=HOSTILE)
    ann.says("task_hostile01")
    end = await ann.sees("❌ Failed · task_hostile01")
    (quoted,) = reads_as(end, "expandable_blockquote")
    assert len(quoted) >= 500
    assert HOSTILE.startswith(quoted.rstrip("…"))
    assert {one["type"] for one in end["entities"]} == {"code", "expandable_blockquote"}
    assert say("en", "why-failed") in says(end)
    assert ann.rung() == [says(end)]


@journey()
async def test_a_refusal_of_the_content_filter_is_explained(house: House) -> None:
    ann, task = house.newcomer("Ann"), house.task("task_filter01")
    task.move_to("failed", error="PROVIDER_MODERATION_ERROR")
    ann.says("task_filter01")
    end = await ann.sees("❌ Failed · task_filter01")
    assert say("en", "why-moderation") in says(end)
    assert reads_as(end, "expandable_blockquote") == ["PROVIDER_MODERATION_ERROR"]


@journey(Where.ALONE)
async def test_an_unknown_id_ends_after_a_minute_and_leaves_nothing_behind(house: House) -> None:
    ann = house.newcomer("Ann")
    ann.says("task_nobody01")
    card = await ann.sees("🤔 Not known yet")
    assert house.videos.asked("task_nobody01") >= 2, "at both endpoints"
    end = await ann.sees("🤷 No such task · task_nobody01", ABOUT_A_MINUTE[1])
    first, last = house.videos.calls[0].at, house.videos.calls[-1].at
    assert ABOUT_A_MINUTE[0] <= last - first <= ABOUT_A_MINUTE[1]
    assert house.videos.asked("task_nobody01") < 30
    assert say("en", "why-unknown") in says(end)
    assert ann.rung() == [says(end)]
    assert len(ann.cards()) == 1
    await ann.sees("🤷 No such task\ntask_nobody01")
    assert [one["message_id"] for one in ann.seen()] == [card["message_id"], end["message_id"]]

    await house.terminate()
    await house.start()  # which sweeps
    assert await house.terminate() == 0
    left = {table: rows(house, table) for table in ("tasks", "subscriptions", "outbox")}
    assert left == {"tasks": 0, "subscriptions": 0, "outbox": 0}
