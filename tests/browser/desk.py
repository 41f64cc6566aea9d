"""A browser goes in; windows on the page come out, and all that they complain of."""

from contextlib import AsyncExitStack

from playwright.async_api import Browser, BrowserContext, ConsoleMessage

from tests.browser.town import Place
from tests.browser.window import PATIENCE, Window

FOREIGN = "evil.example"
"""A name that, to this browser, means this machine."""


class Desk:
    def __init__(self, browser: Browser, address: str) -> None:
        self.address = address
        self._browser = browser
        self._contexts = AsyncExitStack()
        self._heard: list[str] = []
        self._forgiven: list[str] = []

    async def opens(self, place: Place, address: str | None = None) -> Window:
        """A desktop's window. *address*: another way to the page."""
        context = await self._browser.new_context(
            viewport={"width": 1280, "height": 800}, color_scheme="light", locale="en-GB"
        )
        return await self._open(context, address or self.address, f"chat/{place.key}")

    async def takes_a_phone(self) -> Window:
        """It shows what the page shows by itself."""
        context = await self._browser.new_context(
            viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, locale="en-GB"
        )
        return await self._open(context, self.address, "")

    async def _open(self, context: BrowserContext, address: str, view: str) -> Window:
        self._contexts.push_async_callback(context.close)
        context.set_default_timeout(PATIENCE)
        page = await context.new_page()
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self._heard.append(f"uncaught: {error}"))
        window = Window(page, address)
        await window.goes_to(view)
        return window

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self._heard.append(message.text)

    def forgives(self, words: str) -> None:
        """What the test itself brings about is no complaint."""
        self._forgiven.append(words)

    def complaints(self) -> list[str]:
        """Errors, failed loads and breaches of the content security policy."""
        return [one for one in self._heard if not any(words in one for words in self._forgiven)]

    async def close(self) -> None:
        await self._contexts.aclose()
