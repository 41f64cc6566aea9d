"""Token, key, database and schema are tried; a row each says what is wrong and how to mend it."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.app import wall
from bot.chat.telegram import TokenRefusedError, connected, me
from bot.core.task import KeyRefused, NotFound, Refused, Snapshot, TaskId
from bot.provider.client import JimmyAI
from bot.settings import Settings
from storage.database import Database, parse_url, sqlite_file
from storage.health import DamagedError, examine
from storage.schema import current_version, known_versions

HARMLESS = TaskId("reelbell-check-0")
"""An ID that nobody has; a good key is told that there is no such task."""


@dataclass(frozen=True, slots=True)
class Finding:
    what: str
    ok: bool
    text: str


async def check(settings: Settings) -> list[Finding]:
    tries: list[Callable[[Settings], Awaitable[Finding]]] = [_token, _key, _database]
    return [await one(settings) for one in tries] + [_access(settings)]


async def _token(settings: Settings) -> Finding:
    token = settings.telegram_token.get_secret_value()
    try:
        async with connected(token, settings.telegram_api_url) as bot:
            return Finding("Telegram", ok=True, text=f"this is @{await me(bot)}")
    except TokenRefusedError:
        cure = "the token is refused: set TELEGRAM_TOKEN to the one @BotFather shows"
        return Finding("Telegram", ok=False, text=cure)
    except ConnectionError:
        cure = "no answer: see TELEGRAM_API_URL, the network and its firewall"
        return Finding("Telegram", ok=False, text=cure)


async def _key(settings: Settings) -> Finding:
    key = settings.jimmy_api_key.get_secret_value()
    if not key:
        return Finding("Jimmy AI", ok=False, text="no key: set JIMMY_API_KEY")
    async with JimmyAI(settings.jimmy_api_url, concurrency=1) as provider:
        reading = await provider.read(HARMLESS, key, wall())
    match reading:
        case NotFound() | Refused() | Snapshot():
            return Finding("Jimmy AI", ok=True, text="the key is accepted")
        case KeyRefused():
            return Finding("Jimmy AI", ok=False, text="the key is refused: mend JIMMY_API_KEY")
        case _:
            cure = f"no usable answer ({type(reading).__name__}): see JIMMY_API_URL"
            return Finding("Jimmy AI", ok=False, text=cure)


async def _database(settings: Settings) -> Finding:
    url = settings.database_url.get_secret_value()
    file = sqlite_file(parse_url(url))
    if file is not None and not file.exists():  # opening it would make it
        return Finding("Database", ok=True, text="there is none yet: run makes it")
    try:
        if file is not None:
            await asyncio.to_thread(examine, file)
    except DamagedError as error:
        return Finding("Database", ok=False, text=str(error))
    database = Database(url)
    try:
        found = await current_version(database)
    except Exception as error:  # noqa: BLE001 — whatever it is, it is the finding
        cure = f"cannot be opened ({type(error).__name__}): see DATABASE_URL"
        return Finding("Database", ok=False, text=cure)
    finally:
        await database.close()
    return _schema(found)


def _schema(found: str) -> Finding:
    known = known_versions()
    if found and found not in known:
        cure = f"schema {found} is newer than this program: install that Reelbell"
        return Finding("Database", ok=False, text=cure)
    state = "is current" if found == known[0] else f"becomes {known[0]} at the next run"
    return Finding("Database", ok=True, text=f"schema {found or 'none'} {state}")


def _access(settings: Settings) -> Finding:
    if settings.allowed_users:
        return Finding("Access", ok=True, text=f"{len(settings.allowed_users)} users are allowed")
    return Finding("Access", ok=True, text="everyone may use this bot: see ALLOWED_USERS")
