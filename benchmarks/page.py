"""How quick the sandbox's page is, in a real browser: first byte, edits, and scrolling.

    python -m benchmarks.page [--times 40]

An edit is a call of the Bot API over HTTP, as the bot makes it; it counts from before the call
until the page's message has changed.
"""

import argparse
import asyncio
import sys
import time
from collections.abc import Sequence
from statistics import median, quantiles

import aiohttp
from playwright.async_api import Page, async_playwright

from benchmarks.ground import machine
from sandbox.bot_api import NO_FLOOD_LIMITS, BotApi
from sandbox.browser import find_browser, start_browser
from sandbox.page import Cast, page_app
from sandbox.page.cast import ANN, BO, STUDIO
from sandbox.serving import serve
from sandbox.video_api import VideoApi, seed_demo

MANY = 500
"""Messages that are scrolled."""
FIRST_BYTE = 'performance.getEntriesByType("navigation")[0].responseStart'
ROWS = "count => document.querySelectorAll('#room .row').length === count"
WATCH = """() => {
    window.changed = new Map();
    new MutationObserver(() => {
        const now = performance.timeOrigin + performance.now();
        const said = document.querySelector("#room .rows").lastChild.textContent;
        const [, probe] = said.match(/probe (\\d+)/) ?? [];
        if (probe && !changed.has(probe)) changed.set(probe, now);
    }).observe(document.querySelector("#room .rows"), { subtree: true, childList: true });
}"""
SCROLL = """async () => {
    const log = document.querySelector(".log"), frames = [];
    log.scrollTop = 0;
    await new Promise(requestAnimationFrame);
    for (let last = performance.now(), count = 0; count < 240; count++) {
        log.scrollTop += 90;
        await new Promise(requestAnimationFrame);
        const now = performance.now();
        frames.push(now - last);
        last = now;
    }
    return frames;
}"""


async def measure(browser_path: str, times: int) -> None:
    api, videos = BotApi(limits=NO_FLOOD_LIMITS), VideoApi()
    cast = Cast(api)
    seed_demo(videos)
    async with (
        serve(api.app) as telegram,
        serve(page_app(cast, videos)) as address,
        async_playwright() as playwright,
    ):
        browser = await start_browser(playwright, browser_path)
        page = await browser.new_page(viewport={"width": 1280, "height": 800})
        print(f"{machine()}; Chromium {browser.version}, no GPU; milliseconds")
        print("                              median    p95    max")
        report("first byte of the page", [await first_byte(page, address) for _ in range(times)])
        report("edit called → seen", await edits(page, cast, f"{telegram}/bot{api.token}", times))
        report(f"frame, {MANY} messages scrolled", await frames(page, cast))
        await browser.close()


async def first_byte(page: Page, address: str) -> float:
    """From the start of the navigation. Leaves Ann's chat open."""
    await page.goto("about:blank")
    await page.goto(f"{address}/#/chat/{ANN}")
    return float(await page.evaluate(FIRST_BYTE))


async def edits(page: Page, cast: Cast, base: str, times: int) -> list[float]:
    cast.api.say(cast.people[ANN], "/start")
    async with aiohttp.ClientSession() as session:
        sent = await call(session, f"{base}/sendMessage", chat_id=ANN, text="probe")
        await page.wait_for_function(ROWS, arg=2)
        await page.evaluate(WATCH)
        called = []
        for number in range(times):
            called.append(time.time() * 1000)
            edit = {"message_id": sent["message_id"], "text": f"probe {number}"}
            await call(session, f"{base}/editMessageText", chat_id=ANN, **edit)
            await page.wait_for_function("probe => changed.has(probe)", arg=str(number))
    seen = await page.evaluate("[...changed.values()]")
    return [after - before for before, after in zip(called, seen, strict=True)]


async def call(session: aiohttp.ClientSession, url: str, **params: object) -> dict[str, object]:
    async with session.post(url, json=params) as response:
        told = await response.json()
    result: dict[str, object] = told["result"]
    return result


async def frames(page: Page, cast: Cast) -> list[float]:
    await page.evaluate(f"location.hash = '#/chat/{STUDIO}'")
    for number in range(MANY):
        words = "word " * (number % 30)
        cast.api.say(cast.people[BO], f"line {number} {words}", STUDIO)
    await page.wait_for_function(ROWS, arg=MANY)
    measured: list[float] = await page.evaluate(SCROLL)
    return measured


def report(what: str, spans: Sequence[float]) -> None:
    ninety_five = quantiles(spans, n=20)[-1]
    print(f"{what:<29} {median(spans):7.1f} {ninety_five:6.1f} {max(spans):6.1f}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=40)
    chosen = parser.parse_args()
    found = find_browser()
    if found is None:
        print("Chromium is not installed: the page is not measured", file=sys.stderr)
        return 0
    asyncio.run(measure(found, chosen.times))
    return 0


if __name__ == "__main__":
    sys.exit(main())
