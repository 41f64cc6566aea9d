"""How a film, an album and a file look when they are there."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, expect
from telegram import InputMediaDocument, InputMediaPhoto, InputMediaVideo

from sandbox.page.cast import ANN
from tests.browser.desk import Desk
from tests.browser.puppet import CHAT, TALL, WIDE, Puppet, on_strings
from tests.browser.window import Window

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(loop_scope="session")
async def puppet() -> AsyncIterator[Puppet]:
    async with on_strings() as puppet:
        yield puppet


@pytest_asyncio.fixture(loop_scope="session")
async def window(browser: Browser, puppet: Puppet) -> AsyncIterator[Window]:
    desk = Desk(browser, puppet.page)
    yield await desk.opens(CHAT)
    await desk.close()
    assert desk.complaints() == []


def shown(window: Window) -> Locator:
    """The rows that one sees."""
    return window.page.locator("#room .row:visible")


async def sends_an_album(puppet: Puppet, count: int = 4, caption: str = "4 images") -> list[int]:
    """Their ids."""
    pictures = [puppet.picture(f"picture {number}") for number in range(1, count + 1)]
    first, *others = map(InputMediaPhoto, pictures)
    captioned = InputMediaPhoto(first.media, caption)
    sent = await puppet.bot.send_media_group(ANN, [captioned, *others])
    return [one.message_id for one in sent]


async def test_an_album_is_one_bubble_with_all_its_pictures_and_its_caption(
    puppet: Puppet, window: Window
) -> None:
    await sends_an_album(puppet)
    await expect(shown(window)).to_have_count(1)
    pictures = shown(window).locator(".grid img")
    await expect(pictures).to_have_count(4)
    for number in range(4):
        await expect(pictures.nth(number)).to_have_js_property("naturalWidth", WIDE.width)
    boxes = [await pictures.nth(number).bounding_box() for number in range(4)]
    places = [(box["x"] // 50, box["y"] // 50) for box in boxes if box is not None]
    assert len(set(places)) == 4
    assert len({x for x, _ in places}) == len({y for _, y in places}) == 2
    await expect(shown(window).locator(".below").first).to_have_text("4 images")
    await pictures.nth(2).click()
    large = window.page.get_by_role("dialog").locator("img")
    await expect(large).to_have_js_property("naturalHeight", WIDE.height)


async def test_an_album_that_was_there_before_the_page_looks_the_same(
    puppet: Puppet, window: Window
) -> None:
    await sends_an_album(puppet, 3, "three")
    await puppet.bot.send_message(ANN, "and then")
    await window.page.reload()
    await expect(shown(window)).to_have_count(2)
    await expect(shown(window).first.locator(".grid img")).to_have_count(3)


async def test_what_is_deleted_or_edited_in_an_album_changes_only_itself(
    puppet: Puppet, window: Window
) -> None:
    first, second, third, fourth = await sends_an_album(puppet, caption="<b>x</b> & y")
    await expect(shown(window).locator(".grid img")).to_have_count(4)
    await expect(shown(window).locator(".below").first).to_have_text("<b>x</b> & y")
    await puppet.bot.edit_message_media(
        InputMediaVideo(puppet.film("moves").read_bytes()), ANN, third
    )
    await expect(shown(window).locator(".grid video")).to_have_count(1)
    await puppet.bot.delete_message(ANN, second)
    await expect(shown(window).locator(".grid img")).to_have_count(2)
    await puppet.bot.delete_message(ANN, first)
    await expect(shown(window).locator(".grid").locator("img, video")).to_have_count(2)
    await puppet.bot.delete_message(ANN, fourth)
    await expect(window.page.locator("#room .grid")).to_have_count(0)
    await expect(shown(window).locator("video")).to_have_count(1)


async def test_an_album_of_documents_lists_their_names(puppet: Puppet, window: Window) -> None:
    logs = [InputMediaDocument(b"{}", filename=f"{name}.json") for name in ("one", "two")]
    await puppet.bot.send_media_group(ANN, logs)
    await expect(shown(window)).to_have_count(1)
    await expect(shown(window).locator(".file b")).to_have_text(["one.json", "two.json"])


async def test_a_document_has_its_name_its_size_and_its_thumbnail(
    puppet: Puppet, window: Window
) -> None:
    film = puppet.film("task_<i>a1")
    size = film.stat().st_size
    await puppet.bot.send_document(
        ANN,
        film,
        caption="The original, as a file",
        disable_content_type_detection=True,
        thumbnail=puppet.thumbnail(),
    )
    file = shown(window).locator("a.file")
    await expect(file.locator("b")).to_have_text("task_<i>a1.mp4")
    await expect(file.locator("small")).to_have_text(f"{size / 1000:.0f} kB")
    await expect(file.locator("img")).to_have_js_property("naturalWidth", WIDE.width // 2)
    async with window.page.expect_download() as begun:
        await file.click()
    saved = await (await begun.value).path()
    assert saved.read_bytes() == film.read_bytes()
    await expect(shown(window).locator(".below")).to_have_text("The original, as a file")


@pytest.mark.parametrize("film", [WIDE, TALL], ids=["wide", "tall"])
async def test_a_film_has_its_poster_its_shape_and_its_length(
    puppet: Puppet, window: Window, film: object
) -> None:
    shape = WIDE if film is WIDE else TALL
    await puppet.bot.send_video(
        ANN, puppet.film("film", shape), caption="done", thumbnail=puppet.thumbnail(shape)
    )
    player = shown(window).locator("video")
    await expect(player).to_have_js_property("videoWidth", shape.width)
    await expect(player).to_have_js_property("duration", shape.seconds)
    await expect(shown(window).locator(".chip")).to_have_text("0:30")
    poster = await player.evaluate(
        """async player => {
            const picture = new Image();
            picture.src = player.poster;
            await picture.decode();
            return [picture.naturalWidth, picture.naturalHeight];
        }"""
    )
    assert poster == [shape.width // 2, shape.height // 2]
    box = await player.bounding_box()
    assert box is not None
    assert box["width"] / box["height"] == pytest.approx(shape.width / shape.height, rel=0.02)
    await player.evaluate("player => { player.muted = true; player.play(); }")
    await expect(shown(window).locator(".chip")).to_have_count(0)


async def test_a_percentage_is_an_edit_of_the_same_message(puppet: Puppet, window: Window) -> None:
    card = await puppet.bot.send_message(ANN, "Sending… 10 %")
    row = shown(window)
    await expect(row.locator(".below")).to_have_text("Sending… 10 %")
    await card.edit_text("Sending… 60 %")
    await expect(row.locator(".below")).to_have_text("Sending… 60 %")
    await card.edit_media(InputMediaVideo(puppet.film("film").read_bytes(), "done"))
    await expect(row.locator("video")).to_have_js_property("videoWidth", WIDE.width)
    await expect(row).to_have_count(1)
