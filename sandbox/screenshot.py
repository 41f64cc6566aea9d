"""Nothing goes in; the sandbox plays its story, and docs/screenshot.png shows it in a browser."""

import asyncio
import sys
from pathlib import Path

from playwright.async_api import Page, ViewportSize, async_playwright

from sandbox.browser import NAMES, find_browser, start_browser
from sandbox.demo import DEMO
from sandbox.page.cast import ANN
from sandbox.stage import Stage, on_stage
from sandbox.story import play

TARGET = Path(__file__).parents[1] / "docs" / "screenshot.png"
LARGEST = 300_000
"""Bytes; people open the README on a phone, too."""
SIZE: ViewportSize = {"width": 1280, "height": 800}
MILESTONE = "25%"
"""What the last message is to tell; the film above it is still whole then."""
SHOW_SECONDS = 3.4
"""Of the film."""


def main() -> int:
    found = find_browser()
    if found is None:
        print(f"none of {', '.join(NAMES)} is installed", file=sys.stderr)
        return 2
    return asyncio.run(_run(found))


async def _run(browser_path: str) -> int:
    async with on_stage(0, 1) as stage, async_playwright() as playwright:
        browser = await start_browser(playwright, browser_path)
        page = await browser.new_page(viewport=SIZE, color_scheme="light", locale="en-GB")
        await page.goto(f"{stage.page}/#/chat/{ANN}")
        await play(stage)
        await _one_more(stage)
        await _arrange(page)
        await page.screenshot(path=TARGET)
        await browser.close()
    size = TARGET.stat().st_size
    print(f"{TARGET}: {size // 1000} kB")
    return 0 if size <= LARGEST else 1


async def _one_more(stage: Stage) -> None:
    """A card in motion belongs in the picture."""
    script = DEMO[0]
    ann = stage.cast.people[ANN]
    stage.cast.api.say(ann, f"One more: {script.task_id}")
    api = stage.cast.api
    await api.until(lambda: MILESTONE in api.messages(ANN)[-1].get("text", ""), timeout=60)
    await asyncio.sleep(1)  # the page has moved to the newest message


async def _arrange(page: Page) -> None:
    """The film stands where it shows something; nothing hovers or blinks."""
    await page.evaluate(
        """seconds => {
            const film = document.querySelector("#room video");
            if (film) { film.removeAttribute("controls"); film.currentTime = seconds; }
            document.getElementById("toasts").replaceChildren();
            document.activeElement?.blur();
        }""",
        SHOW_SECONDS,
    )
    await page.mouse.move(640, 790)
    await asyncio.sleep(0.7)  # the film has jumped, and toasts have faded


if __name__ == "__main__":
    sys.exit(main())
