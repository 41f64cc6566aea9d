"""Nobody makes the page do anything but whoever sits at this machine, whatever they write."""

from urllib.parse import urlsplit

import pytest
from playwright.async_api import expect

from sandbox.scripts import Script
from tests.browser.desk import FOREIGN, Desk
from tests.browser.town import Town

pytestmark = pytest.mark.asyncio(loop_scope="session")
EVIL = "<img src=x onerror='window.hostile=1'><script>window.hostile=1</script>"


async def test_what_is_hostile_arrives_as_words(desk: Desk, town: Town) -> None:
    eve = town.newcomer(f"Eve {EVIL}")
    evil = Script("task_evil01", error=EVIL, model=EVIL, note=EVIL)
    town.ordered(evil, "failed")
    window = await desk.opens(eve)
    page = window.page
    await window.starts()
    await window.says(f"{EVIL} task_evil01")
    failure = window.told("❌ Failed").filter(has_text=EVIL)
    await expect(failure.locator("blockquote")).to_contain_text(EVIL)
    await expect(window.said(EVIL)).to_have_count(1)
    await expect(page.locator(f'[data-key="{eve.key}"]')).to_contain_text(f"Eve {EVIL}")
    await expect(window.task("task_evil01").locator(".task-note")).to_contain_text(EVIL)
    await page.get_by_role("button", name="Calls").click()
    await window.calls.get_by_label("this chat only").check()
    for call in await window.calls.locator("summary").all():
        await call.click()
    await expect(window.calls.locator("pre").filter(has_text="onerror").first).to_be_visible()

    assert await page.evaluate("window.hostile") is None
    assert await page.locator("[onerror], script:not([src])").count() == 0


async def test_a_script_that_got_in_would_not_run(desk: Desk, town: Town) -> None:
    window = await desk.opens(town.newcomer("Burglar"))
    await window.page.evaluate(
        """() => {
            const script = document.createElement("script");
            script.textContent = "window.hostile = 1";
            document.body.append(script);
        }"""
    )
    assert await window.page.evaluate("window.hostile") is None
    (complaint,) = desk.complaints()
    assert "Content Security Policy" in complaint
    desk.forgives(complaint)


async def test_the_page_is_not_shown_under_a_foreign_name(desk: Desk, town: Town) -> None:
    desk.forgives("403")
    window = await desk.opens(town.newcomer("Victim"))
    port = urlsplit(desk.address).port
    for path in ("", "events", "web/main.js"):
        answer = await window.page.goto(f"http://{FOREIGN}:{port}/{path}")
        assert answer is not None
        assert (answer.status, await answer.text()) == (403, "only from this machine")
