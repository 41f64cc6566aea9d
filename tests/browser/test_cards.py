"""A person sends an ID in the composer, and has the card in their hands."""

import asyncio
import re

import pytest
from playwright.async_api import Locator, Route, expect

from bot.chat.locale import say
from bot.core.cadence import FIRST_WHEN_MISSING
from tests.browser.desk import Desk
from tests.browser.town import LOOKS_WITHIN, Town
from tests.browser.window import identity

pytestmark = pytest.mark.asyncio(loop_scope="session")
NEXT_LOOK = 1.5 * FIRST_WHEN_MISSING
"""Longer than the pause between the first looks at a task that the provider does not know yet."""


async def test_a_card_moves_in_place_and_rings_where_its_bell_says(desk: Desk, town: Town) -> None:
    ann = town.newcomer("Mover")
    task = town.task("task_moves01", "processing", 12)
    window = await desk.opens(ann)
    await window.starts()
    await window.says("Here it is: task_moves01")
    await expect(window.composer).to_have_value("")
    card = window.told("12% · sora2-12s")
    await expect(card.locator(".quote-line")).to_contain_text("Here it is: task_moves01")
    shown = await identity(card)
    bell = await card.get_by_role("button", name="🔔 25·50·75").element_handle()
    await bell.click()
    await expect(window.toasts).to_have_text(say("en", "toast-ladder", ladder="50"))
    assert not await bell.evaluate("bell => bell.classList.contains('busy')")
    await expect(card.locator(".key").first).to_have_text("🔔 50")

    task.move_to("processing", 57)
    moved = window.told("57% · sora2-12s")
    await expect(moved).to_have_attribute("data-id", shown, timeout=LOOKS_WITHIN * 1000)
    await expect(moved.locator(".meta")).to_contain_text("edited")
    await expect(window.told("🎬 50% · task_moves01")).to_have_count(1)
    rang = {one.message["message_id"] for one in town.api.history(ann.chat) if one.rings}
    assert await marked(window.rows) == rang == {one["message_id"] for one in town.seen(ann)}
    assert await window.rows.count() == len(town.api.messages(ann.chat)) == 5


async def marked(rows: Locator) -> set[int]:
    return set(
        await rows.evaluate_all(
            """rows => rows.filter(row => row.querySelector(".rung"))
                .map(row => Number(row.dataset.id))"""
        )
    )


async def test_a_pressed_stop_turns_until_the_bot_answers_and_then_its_looks_end(
    desk: Desk, town: Town
) -> None:
    ann = town.newcomer("Stopper")
    town.task("task_stops01", "not_there")
    window = await desk.opens(ann)
    await window.starts()
    await window.says("task_stops01")
    card = window.told(say("en", "state-missing"))
    shown, stop = await identity(card), card.get_by_role("button", name="✖ Stop")
    seen = asyncio.Event()

    async def held(route: Route) -> None:
        await seen.wait()
        await route.continue_()

    await window.page.route("**/press", held)
    await stop.click()
    await expect(stop).to_have_class(re.compile(r"\bbusy\b"))
    seen.set()
    await expect(window.toasts).to_have_text(say("en", "toast-stopped"))
    stopped = window.told(say("en", "card-stopped"))
    await expect(stopped).to_have_attribute("data-id", shown)
    await expect(stopped.locator(".key")).to_have_count(0)

    asked = window.task("task_stops01").locator(".task-asked")
    before = await asked.text_content()
    town.task("task_witness01", "not_there")
    await window.says("task_witness01")
    await town.sees_time_pass(NEXT_LOOK)
    await expect(asked).to_have_text(before or "")


async def test_a_deleted_message_leaves_the_room(desk: Desk, town: Town) -> None:
    ann = town.newcomer("Deleter")
    window = await desk.opens(ann)
    await window.starts()
    await window.says("Never mind")
    hint = window.told(say("en", "hint")[:40])
    await expect(hint).to_have_count(1)
    said = window.said("Never mind")
    await window.opens_actions(said)
    await window.chooses("Delete")
    await expect(said).to_have_count(0)
    await expect(hint).to_have_count(1)
    assert "Never mind" not in [one.get("text") for one in town.api.messages(ann.chat)]


async def test_a_slash_opens_the_bots_commands_for_the_arrows_and_enter(
    desk: Desk, town: Town
) -> None:
    ann = town.newcomer("Commander")
    window = await desk.opens(ann)
    await window.starts()
    menu = window.page.get_by_role("listbox", name="Commands")
    await window.composer.press_sequentially("/")
    offered = town.api.commands['{"type": "default"}', ""]
    await expect(menu.get_by_role("option")).to_have_text(
        [f"/{one['command']}{one['description']}" for one in offered]
    )
    for key in ("ArrowDown", "ArrowDown", "ArrowUp"):
        await window.composer.press(key)
    await expect(menu.get_by_role("option", selected=True)).to_contain_text("/list")
    await window.composer.press("Enter")
    await expect(menu).to_be_hidden()
    await expect(window.said("/list")).to_have_count(1)
    await expect(window.told(say("en", "list-empty"))).to_have_count(1)
    await expect(window.composer).to_have_value("")
