"""The chat page: both stand-ins go in; a web page on which people use the bot comes out."""

from sandbox.page.app import page_app
from sandbox.page.cast import Cast

__all__ = ["Cast", "page_app"]
