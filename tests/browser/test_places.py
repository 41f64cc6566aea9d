"""Whoever speaks, in whatever language and wherever: the bot answers them there."""

import pytest
from playwright.async_api import expect

from bot.chat.locale import say
from tests.browser.desk import Desk
from tests.browser.town import Town

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_chinese_person_reads_chinese_until_they_switch_their_language(
    desk: Desk, town: Town
) -> None:
    li = town.newcomer("小丽", "zh-hans")
    town.task("task_chinese01")
    window = await desk.opens(li)
    intro = window.page.locator("#room .intro")
    await expect(intro).to_contain_text(say("zh-Hans", "bot-description"))
    await expect(await window.starts()).to_contain_text("你好")
    await window.says("task_chinese01")
    card = window.told("⏳ 排队中 · sora2-12s")
    await expect(card.get_by_role("button", name=say("zh-Hans", "button-stop"))).to_be_enabled()

    await window.page.get_by_label("小丽’s language").select_option("en")
    await expect(window.composer).to_have_attribute("placeholder", "Message")
    await window.says("/list")
    await expect(window.told("I am watching one task here")).to_have_count(1)


async def test_a_topic_that_asks_is_answered_in_that_topic(desk: Desk, town: Town) -> None:
    rushes = town.forum("Makers", "Rushes", "Max", "Moritz")
    town.task("task_topic01")
    window = await desk.opens(rushes)
    await window.says("/watch task_topic01")
    card = window.told("⏳ Queued · sora2-12s")
    await expect(card.locator(".quote-line")).to_contain_text("/watch task_topic01")
    await expect(window.page.locator("#room h2")).to_have_text("Makers › Rushes")
    await window.goes_to(f"chat/{rushes.chat}/0")
    await expect(window.page.locator("#room h2")).to_have_text("Makers › General")
    await expect(window.rows).to_have_count(0)


async def test_in_a_group_one_speaks_as_whom_one_likes(desk: Desk, town: Town) -> None:
    club = town.group("Club", "Flora", "Fauna")
    window = await desk.opens(club)
    await window.page.get_by_role("button", name="Speaking as Flora").click()
    await window.chooses("Fauna")
    await window.says("Anyone here?")
    said = window.said("Anyone here?")
    await expect(said).to_have_count(1)
    await window.opens_settings()
    await window.chooses("Speak as Flora")
    await expect(window.told("Anyone here?").locator(".who")).to_have_text("Fauna")
    await expect(said).to_have_count(0)


async def test_a_film_waits_for_whoever_has_blocked_the_bot(desk: Desk, town: Town) -> None:
    ann = town.newcomer("Blocker")
    task = town.task("task_blocks01", "not_there")
    window = await desk.opens(ann)
    await window.starts()
    await window.says("task_blocks01")
    await expect(window.told(say("en", "state-missing"))).to_have_count(1)
    await window.opens_settings()
    await window.chooses("Block the bot")
    await expect(window.page.locator("#room .bar")).to_contain_text("The bot is blocked here.")
    await expect(window.composer).to_be_hidden()

    task.move_to("completed")
    await town.hears_the_end("task_blocks01")
    before = len(town.seen(ann))
    await expect(window.page.locator("#room video")).to_have_count(0)
    await window.page.get_by_role("button", name="Unblock").click()
    film = window.told("task_blocks01").locator("video")
    await expect(film).to_have_js_property("readyState", 4)
    await expect(window.composer).to_be_visible()
    assert len(town.seen(ann)) == before + 1
