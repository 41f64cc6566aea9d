"""The machine goes in; its own Chromium comes out, started. None is ever downloaded."""

import shutil

from playwright.async_api import Browser, Playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find_browser() -> str | None:
    """The path; None: there is none on this machine."""
    return next(filter(None, map(shutil.which, NAMES)), None)


async def start_browser(playwright: Playwright, path: str, *more: str) -> Browser:
    """*more* arguments of the command line."""
    return await playwright.chromium.launch(executable_path=path, args=[*ARGUMENTS, *more])
