"""What arrives can be looked at: films that play, pictures, files."""

import pytest
from playwright.async_api import Locator, expect

from sandbox.scripts import Script
from tests.browser.desk import Desk
from tests.browser.town import FILM, Town
from tests.browser.window import Window

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def plays_on(window: Window, film: Locator) -> None:
    """Returns when it is further than it was."""
    now = await film.evaluate("film => film.currentTime")
    await window.page.wait_for_function(
        "([film, before]) => !film.paused && film.currentTime > before + 0.2",
        arg=[await film.element_handle(), now],
    )


async def test_a_film_plays_on_while_other_messages_and_chats_change(
    desk: Desk, town: Town
) -> None:
    ann = town.newcomer("Viewer")
    town.task("task_film01", "completed")
    window = await desk.opens(ann)
    await window.starts()
    await window.says("task_film01")
    film = window.told("task_film01").locator("video")
    await expect(film).to_have_js_property("videoWidth", FILM.width)
    await expect(film).to_have_js_property("duration", FILM.seconds)
    await film.click()
    await plays_on(window, film)

    element = await film.element_handle()
    await window.composer.press("ArrowUp")
    await window.says("task_film01, please")
    edited = window.said("task_film01, please")
    await expect(edited.locator(".meta")).to_contain_text("edited")
    town.newcomer("Bystander")
    await expect(window.page.get_by_role("button", name="Bystander")).to_be_visible()
    await plays_on(window, film)
    assert await film.evaluate("(film, before) => film === before", element)


async def test_an_image_arrives_and_is_seen_large(desk: Desk, town: Town) -> None:
    ann = town.newcomer("Painter")
    town.ordered(Script("task_image01", outcome="image"), "completed")
    window = await desk.opens(ann)
    await window.starts()
    await window.says("task_image01")
    picture = window.told("task_image01").locator(".photo img")
    await expect(picture).to_have_js_property("naturalWidth", FILM.width)
    await picture.click()
    large = window.page.get_by_role("dialog").locator("img")
    await expect(large).to_have_js_property("naturalHeight", FILM.height)
    await window.page.keyboard.press("Escape")
    await expect(large).to_have_count(0)


async def test_a_view_at_the_end_stays_there_when_a_message_becomes_a_film(
    desk: Desk, town: Town
) -> None:
    """The film was cut off below, and an arrow said that there was more, though nobody scrolled."""
    ann = town.newcomer("Follower")
    window = await desk.opens(ann)
    await window.starts()
    for number in range(6):
        task_id = f"task_follow{number:02}"
        town.task(task_id, "completed")
        await window.says(task_id)
        film = window.told(task_id).locator("video")
        await expect(film).to_have_js_property("videoWidth", FILM.width)
        await expect(window.page.locator(".down:visible")).to_have_count(0)
        await expect(film).to_be_in_viewport()
