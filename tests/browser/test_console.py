"""The provider in one's hands: tasks, accidents and speed, and the log of what the bot called."""

import re

import pytest
from playwright.async_api import expect

from bot.chat.locale import say
from sandbox.scripts import Script
from tests.browser.desk import Desk
from tests.browser.town import Town

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_created_task_is_sent_to_the_open_chat(desk: Desk, town: Town) -> None:
    ann = town.newcomer("Creator")
    window = await desk.opens(ann)
    await window.starts()
    await window.console.get_by_label("Model").fill("kling-3")
    await window.console.get_by_label("Outcome").select_option("Video, 19 MB")
    await window.console.get_by_label("Queue, s").fill("300")
    await window.console.get_by_role("button", name="Create & send to chat").click()
    await expect(window.toasts).to_have_text("Sent to Creator")
    await expect(window.told("⏳ Queued · kling-3")).to_have_count(1)

    made = next(task.script for task in town.videos.all_tasks() if task.script.model == "kling-3")
    assert (made.size, made.queue, made.starts) == (19_000_000, 300, "asked")
    card = window.task(made.task_id)
    await expect(card.locator(".state")).to_have_text("queued")
    await expect(card).to_contain_text("kling-3 · video of 19 MB")
    await expect(card.locator(".timeline .t-look")).to_have_count(1)


async def test_an_accident_is_one_click_on_and_one_click_off(desk: Desk, town: Town) -> None:
    ann = town.newcomer("Saboteur")
    town.task("task_accident01")
    window = await desk.opens(ann)
    await window.starts()
    of_provider = window.console.get_by_role("group", name="Faults of Jimmy AI")
    switch = of_provider.get_by_role("button", name="HTML")
    await switch.click()
    await expect(switch).to_have_attribute("aria-pressed", "true")
    await window.says("task_accident01")
    card = window.task("task_accident01")
    await expect(card).to_contain_text("asked 1 ×, 1 in vain")
    await expect(card.locator(".timeline .t-bad")).to_have_count(1)
    await switch.click()
    await expect(switch).to_have_attribute("aria-pressed", "false")
    await expect(window.console.get_by_role("button", name="Clear all faults")).to_be_disabled()
    assert town.videos.faults.pending == []


async def test_ten_times_the_speed_is_felt_by_a_running_task(desk: Desk, town: Town) -> None:
    ann = town.newcomer("Racer")
    task = town.videos.add(Script("task_speed01", queue=0, duration=15))
    window = await desk.opens(ann)
    state = window.task("task_speed01").locator(".state")
    await expect(state).to_contain_text("running")
    speeds = window.console.get_by_role("group", name="Speed")
    await speeds.get_by_role("button", name="×10").click()
    await expect(speeds.get_by_role("button", name="×10")).to_have_attribute("aria-pressed", "true")
    await expect(state).to_have_text("completed")
    await speeds.get_by_role("button", name="×1", exact=True).click()
    await expect(speeds.get_by_role("button", pressed=True)).to_have_text("×1")
    assert [leg.speed for leg in task.legs] == [1, 10, 1]


async def test_the_log_shows_only_the_calls_that_the_filter_wants(desk: Desk, town: Town) -> None:
    ann = town.newcomer("Detective")
    window = await desk.opens(ann)
    await window.starts()
    await window.says("no task at all")
    await expect(window.told(say("en", "hint")[:40])).to_have_count(1)
    await window.page.get_by_role("button", name="Calls").click()
    calls, word = window.calls.locator(".calls li"), window.calls.get_by_label("Filter")
    await window.calls.get_by_label("this chat only").check()
    await expect(calls).to_have_text([re.compile("sendMessage")] * 2)
    await word.fill("sendmessage NO TASK")
    await expect(calls).to_have_count(1)
    await expect(window.calls.locator(".hint")).to_contain_text(re.compile(r"^1 of the last \d+"))
    await calls.locator("summary").click()
    await expect(calls.locator("pre").first).to_contain_text(f'"chat_id": "{ann.chat}"')
    await window.calls.get_by_label("failures only").check()
    await expect(calls).to_have_count(0)
    await window.calls.get_by_label("failures only").uncheck()
    await window.calls.get_by_label("this chat only").uncheck()
    await word.fill("getUpdates")
    await expect(calls).to_have_count(0)
    await window.calls.get_by_label("getUpdates").check()
    await expect(calls.first).to_contain_text("getUpdates")
