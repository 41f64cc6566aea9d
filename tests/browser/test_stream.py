"""The page hears what happens: after a break as well, and when there is a lot of it."""

import pytest
from playwright.async_api import expect

from bot.chat.locale import say
from tests.browser.desk import Desk
from tests.browser.town import Town
from tests.browser.tunnel import tunnel_to
from tests.browser.window import identity

pytestmark = pytest.mark.asyncio(loop_scope="session")
MANY = 500
TOUCHED = """() => {
    window.touched = new Set();
    new MutationObserver(changes => {
        for (const { target } of changes) {
            const row = (target.closest ? target : target.parentElement).closest(".row");
            window.touched.add(row ? row.dataset.id : "all");
        }
    }).observe(document.querySelector("#room .rows"), {
        subtree: true, childList: true, characterData: true, attributes: true });
}"""


async def test_a_page_whose_stream_broke_catches_up(desk: Desk, town: Town) -> None:
    desk.forgives("net::ERR_")
    ann = town.newcomer("Traveller")
    (person,) = town.members(ann)
    async with tunnel_to(desk.address) as tunnel:
        window = await desk.opens(ann, address=tunnel.address)
        await window.starts()
        await window.says("before the tunnel")
        before = window.said("before the tunnel")
        hint = window.told(say("en", "hint")[:40])
        gone = int(await identity(hint))
        tunnel.cut()
        await expect(window.page.locator("body.offline")).to_be_attached()

        sent = await identity(before)
        town.api.edit(person, int(sent), "edited in the tunnel")
        town.api.delete_message(ann.chat, gone)
        town.api.say(person, "/list")
        await town.api.until(lambda: say("en", "list-empty") in str(town.seen(ann)))
        await expect(hint).to_have_count(1)
        await tunnel.open()
        await expect(window.told(say("en", "list-empty"))).to_have_count(1)
        await expect(window.said("edited in the tunnel")).to_have_attribute("data-id", sent)
        await expect(hint).to_have_count(0)
        await expect(window.page.locator("body.offline")).to_have_count(0)
        await window.says("after the tunnel")
        await expect(window.said("after the tunnel")).to_have_count(1)


async def test_among_five_hundred_messages_an_edit_touches_one(desk: Desk, town: Town) -> None:
    crowd = town.group("Crowd", "Chatterbox", "Latecomer")
    person, other = town.members(crowd)
    window = await desk.opens(crowd)
    ids = [town.api.say(person, f"line {n}.", crowd.chat)["message_id"] for n in range(MANY)]
    await expect(window.rows).to_have_count(MANY)
    await expect(window.rows.last).to_be_in_viewport()
    await window.rows.last.hover()
    await window.page.mouse.wheel(0, -1_000_000)
    await expect(window.rows.first).to_be_in_viewport()

    await window.page.evaluate(TOUCHED)
    town.api.edit(person, ids[7], "line 7, edited", crowd.chat)
    await expect(window.said("line 7, edited")).to_be_in_viewport()
    assert await window.page.evaluate("[...window.touched]") == [str(ids[7])]
    town.api.say(other, "the newest", crowd.chat)
    await expect(window.rows).to_have_count(MANY + 1)
    await window.page.get_by_role("button", name="To the newest message").click()
    await expect(window.told("the newest")).to_be_in_viewport()
