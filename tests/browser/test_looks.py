"""On a phone, in the dark, and without a mouse."""

from pathlib import Path
from typing import Literal

import pytest
from playwright.async_api import Page, expect

from bot.chat.locale import say
from sandbox.scripts import Script
from tests.browser.desk import Desk
from tests.browser.town import Town

pytestmark = pytest.mark.asyncio(loop_scope="session")
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
CONTRAST = Path(__file__).with_name("contrast.js").read_text("utf-8")
PANES = """() => ["list", "room", "side"]
    .filter(id => document.getElementById(id).checkVisibility())"""
STICKING_OUT = """() => [...document.querySelectorAll("body *")]
    .filter(one => one.checkVisibility({ visibilityProperty: true }))
    .filter(one => !one.closest(".unseen, .skip, svg, .gist, .quote-line"))
    .filter(one => one.getBoundingClientRect().right > innerWidth + 0.5)
    .map(one => `${one.tagName}.${one.className}: ${one.textContent.slice(0, 30)}`)"""


async def test_a_phone_shows_one_pane_at_a_time_and_nothing_sticks_out(
    desk: Desk, town: Town
) -> None:
    ann = town.newcomer("Walker")
    town.task("task_phone01", "processing", 67)
    window = await desk.takes_a_phone()
    page = window.page
    assert await fits(page) == ["list"]
    await page.get_by_role("button", name="Walker").tap()
    await expect(page.locator("#room header")).to_be_visible()
    assert await fits(page) == ["room"]
    await window.starts()
    await window.says("task_phone01")
    card = window.told("67% · sora2-12s")
    await expect(card).to_be_in_viewport()
    await expect(page.get_by_role("button", name="Send", exact=True)).to_be_in_viewport(ratio=1)
    await card.get_by_role("button", name="🔔 25·50·75").tap()
    await expect(window.toasts).to_be_visible()
    assert await fits(page) == ["room"]

    await page.get_by_role("link", name="Back to the chats").tap()
    await expect(page.locator(f'[data-key="{ann.key}"] .gist')).to_contain_text("67%")
    assert await fits(page) == ["list"]
    for tab, part in (("Provider", window.console), ("Calls", window.calls)):
        await page.get_by_role("navigation", name="Panes").get_by_role("link", name=tab).tap()
        await expect(part).to_be_visible()
        assert await fits(page) == ["side"]


async def fits(page: Page) -> list[str]:
    """The panes that are seen, none of them too wide."""
    assert await page.evaluate("document.documentElement.scrollWidth") == 390
    assert await page.evaluate(STICKING_OUT) == []
    panes: list[str] = await page.evaluate(PANES)
    return panes


async def test_every_text_has_a_contrast_of_four_and_a_half_by_day_and_by_night(
    desk: Desk, town: Town
) -> None:
    ann = town.newcomer("Owl")
    town.ordered(Script("task_owl01", error="TRADEMARK " * 40), "failed")
    town.task("task_owl02", "processing", 30)
    window = await desk.opens(ann)
    await window.starts()
    await window.says("task_owl01 task_owl02")
    await expect(window.told("TRADEMARK").locator(".fold")).to_be_visible()
    await expect(window.told("30% · sora2-12s").locator(".key")).to_have_count(2)
    assert await hard_to_read(window.page) == []
    await window.page.get_by_role("button", name="Calls", exact=True).click()
    await window.calls.locator("summary").last.click()
    await expect(window.calls.locator("pre").last).to_be_visible()
    assert await hard_to_read(window.page) == []


async def hard_to_read(page: Page) -> list[str]:
    bad: list[str] = []
    for scheme in SCHEMES:
        await page.emulate_media(color_scheme=scheme)
        seen = await page.evaluate(CONTRAST)
        assert seen["texts"] > 60
        bad += [f"{scheme}: {one}" for one in seen["bad"]]
    return bad


async def test_without_a_mouse_one_writes_and_leaves_every_menu(desk: Desk, town: Town) -> None:
    ann = town.newcomer("Typist")
    window = await desk.opens(ann)
    await window.starts()
    page, keys = window.page, window.page.keyboard
    await page.reload()
    await expect(window.composer).to_be_visible()
    await keys.press("Tab")
    await expect(page.get_by_role("link", name="To the message field")).to_be_focused()
    await keys.press("Enter")
    await expect(window.composer).to_be_focused()
    await keys.type("by hand")
    await keys.press("Enter")
    await expect(window.said("by hand")).to_have_count(1)
    await expect(window.told(say("en", "hint")[:40])).to_have_count(1)

    await keys.type("/")
    commands = page.get_by_role("listbox", name="Commands")
    await expect(commands).to_be_visible()
    await keys.press("Escape")
    await expect(commands).to_be_hidden()
    await expect(window.composer).to_be_focused()
    await page.get_by_role("button", name="Chat settings").focus()
    await keys.press("Enter")
    await expect(page.get_by_role("menuitem").first).to_be_focused()
    await keys.press("ArrowDown")
    await expect(page.get_by_role("menuitem", name="Block the bot")).to_be_focused()
    await keys.press("Escape")
    await expect(page.get_by_role("menu")).to_have_count(0)
    await expect(page.get_by_role("button", name="Chat settings")).to_be_focused()
