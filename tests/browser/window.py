"""What a person does on the page goes in; where they look for what becomes of it comes out."""

from playwright.async_api import Locator, Page, expect

PATIENCE = 10_000
"""Milliseconds, as the library counts, for what takes no poll."""
expect.set_options(timeout=PATIENCE)


class Window:
    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self._address = address
        self.composer = page.locator("#message")
        self.rows = page.locator("#room .row")
        self.toasts = page.locator("#toasts .toast")
        self.console = page.get_by_role("region", name="Provider")
        self.calls = page.get_by_role("region", name="Calls of the Bot API")

    async def goes_to(self, view: str) -> None:
        """*view*: chat/…, chats, provider, calls. Returns when the page has heard of everything."""
        await self.page.goto(f"{self._address}/#/{view}")
        await expect(self.page.locator("#room header h2")).to_be_attached()

    async def starts(self) -> Locator:
        """The welcome."""
        await self.page.locator("#room .bar").get_by_role("button").click()
        welcome = self.told("/help")
        await expect(welcome).to_have_count(1)
        return welcome

    async def says(self, text: str) -> None:
        await self.composer.fill(text)
        await self.composer.press("Enter")

    def said(self, words: str) -> Locator:
        """What the one who looks has written."""
        return self._saying(".own", words)

    def told(self, words: str) -> Locator:
        """What others, and the bot, have written."""
        return self._saying(":not(.own)", words)

    def _saying(self, whose: str, words: str) -> Locator:
        text = self.page.locator(".below", has_text=words)
        return self.page.locator(f"#room .row{whose}").filter(has=text)

    async def opens_actions(self, row: Locator) -> None:
        """Of a message."""
        await row.hover()
        await row.get_by_role("button", name="Message actions").click()

    async def opens_settings(self) -> None:
        """Of the chat."""
        await self.page.get_by_role("button", name="Chat settings").click()

    async def chooses(self, words: str) -> None:
        """From the menu that is open."""
        await self.page.get_by_role("menuitem", name=words, exact=True).click()

    def task(self, task_id: str) -> Locator:
        """Its card in the console."""
        return self.page.locator(f'.task[data-task="{task_id}"]')


async def identity(row: Locator) -> str:
    """Which message it shows."""
    return await row.get_attribute("data-id") or ""
