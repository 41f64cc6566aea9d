"""The environment goes in, one frozen and checked value comes out; secrets print as dots."""

import os
import re
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from pydantic_settings import SettingsError as SourceError

from bot.core.milestones import Ladder, format_ladder, parse_ladder
from storage.database import parse_url


class SettingsError(Exception):
    """What is wrong, a line per variable, each with its cure. Quotes no value."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def _token(value: SecretStr) -> SecretStr:
    if not re.fullmatch(r"\d+:[A-Za-z0-9_-]{8,}", value.get_secret_value()):
        raise ValueError("not a bot token")
    return value


def _key(value: SecretStr) -> SecretStr:
    if not re.fullmatch(r"[\x21-\x7e]*", value.get_secret_value()):
        raise ValueError("a key is printable ASCII without spaces")
    return value


def _web_url(value: str) -> str:
    if not re.fullmatch(r"https?://[^\s/?#@]+(/[^\s?#]*)?", value):
        raise ValueError("not an http(s) address")
    if urlsplit(value).port == 0:  # raises ValueError for what is no port at all
        raise ValueError("no such port")
    return value.rstrip("/")


def _webhook_url(value: str) -> str:
    """Telegram is told exactly this; the path is what our own server listens for."""
    if not value:
        return value
    if not re.fullmatch(r"https?://[^\s/?#@]+(/[A-Za-z0-9._~/-]*)?", value):
        raise ValueError("not an http(s) address with a plain path")
    parts = urlsplit(value)
    if parts.port == 0 or (parts.scheme == "http" and not _is_loopback(parts.hostname or "")):
        raise ValueError("Telegram speaks https only")
    return value


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _webhook_secret(value: SecretStr) -> SecretStr:
    if not re.fullmatch(r"([A-Za-z0-9_-]{32,256})?", value.get_secret_value()):
        raise ValueError("not a secret that Telegram takes, or one to guess")
    return value


def _database_url(value: SecretStr) -> SecretStr:
    parse_url(value.get_secret_value())
    return value


def _archive_url(value: str) -> str:
    """Without credentials: it is printed."""
    bucket = r"(s3|gs|az)://[a-z0-9][a-z0-9._-]+(/[^\s?#@]*)?"
    if not re.fullmatch(rf"({bucket}|file:///[^\s?#/][^\s?#]*)?", value):
        raise ValueError("neither a folder nor a bucket")
    return value.rstrip("/")


def _ids(value: object) -> object:
    return [int(word) for word in _split(value)] if isinstance(value, str) else value


def _names(value: object) -> object:
    return _split(value) if isinstance(value, str) else value


def _split(value: str) -> list[str]:
    return value.replace(",", " ").split()


def _ladder(value: object) -> object:
    return parse_ladder(value) if isinstance(value, str) else value


def _span(value: object) -> object:
    """'72h', '90m', '30s', '3d'."""
    if not isinstance(value, str):
        return value
    found = re.fullmatch(r"(\d{1,9})\s*([smhd])", value.strip().lower())
    if found is None:
        raise ValueError("not a span of time")
    unit = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}[found[2]]
    return timedelta(**{unit: int(found[1])})


Url = Annotated[str, AfterValidator(_web_url)]
Ids = Annotated[frozenset[int], NoDecode, BeforeValidator(_ids)]
Names = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_names)]


class Settings(BaseSettings):
    """Names, defaults and meanings are a contract: docs/operations.md lists them."""

    model_config = SettingsConfigDict(
        frozen=True,
        extra="ignore",
        env_file=".env",
        env_ignore_empty=True,
        hide_input_in_errors=True,
    )

    telegram_token: Annotated[SecretStr, AfterValidator(_token)]
    telegram_api_url: Url = "https://api.telegram.org"
    telegram_local_mode: bool = False
    jimmy_api_key: Annotated[SecretStr, AfterValidator(_key)] = SecretStr("")
    jimmy_api_url: Url = "https://www.jimmyai.cn"
    database_url: Annotated[SecretStr, AfterValidator(_database_url)] = SecretStr(
        "sqlite+aiosqlite:///data/reelbell.db"
    )
    secret_keys: SecretStr = SecretStr("")
    allowed_users: Ids = frozenset()
    admins: Ids = frozenset()
    milestones: Annotated[Ladder, NoDecode, BeforeValidator(_ladder)] = (25, 50, 75)
    max_watches: int = Field(50, ge=1, le=10_000)
    watch_max_age: Annotated[
        timedelta,
        BeforeValidator(_span),
        Field(ge=timedelta(minutes=1), le=timedelta(days=365)),
    ] = timedelta(hours=72)
    poll_rate: float = Field(20, gt=0, le=10_000)
    poll_concurrency: int = Field(50, ge=1, le=1_000)
    media_hosts: Names = ()
    allow_private_media_hosts: bool = False
    archive_url: Annotated[str, AfterValidator(_archive_url)] = ""
    webhook_url: Annotated[str, AfterValidator(_webhook_url)] = ""
    webhook_secret: Annotated[SecretStr, AfterValidator(_webhook_secret)] = SecretStr("")
    http_host: str = "127.0.0.1"
    http_port: int = Field(8080, ge=0, le=65_535)
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"] = "INFO"
    log_format: Literal["auto", "console", "json"] = "auto"


CURES = {
    "telegram_token": "ask @BotFather for one; it looks like 123456789:AA…",
    "telegram_api_url": "give the address of a Bot API server, like https://api.telegram.org",
    "telegram_local_mode": "use true or false",
    "jimmy_api_key": "copy the key from your Jimmy AI account, without spaces",
    "jimmy_api_url": "give the provider's address, like https://www.jimmyai.cn",
    "database_url": "use sqlite+aiosqlite:///data/reelbell.db or postgresql+asyncpg://user:password@host/name",
    "allowed_users": "list Telegram user ids (numbers), separated by commas",
    "admins": "list Telegram user ids (numbers), separated by commas",
    "milestones": "list percentages from 1 to 99, like 25,50,75, or none",
    "max_watches": "give a number from 1 to 10000",
    "watch_max_age": "give a span from a minute to 365 days, like 72h, 90m or 3d",
    "poll_rate": "give the requests per second, more than 0",
    "poll_concurrency": "give a number from 1 to 1000",
    "allow_private_media_hosts": "use true or false",
    "archive_url": "name a folder like file:///var/lib/reelbell/archive, or s3://bucket/prefix, gs://…"
    " or az://…, without credentials (they come from the environment); or leave it empty",
    "webhook_url": "give an https address without the token, its path of A-Z a-z 0-9 . _ ~ - and /;"
    " or leave it empty for long polling",
    "webhook_secret": "give 32 to 256 of A-Z a-z 0-9 _ -, like `openssl rand -hex 32` prints",
    "http_port": "give a port from 0 to 65535; 0 is off, and no choice with WEBHOOK_URL",
    "log_level": "use DEBUG, INFO, WARNING, ERROR or CRITICAL",
    "log_format": "use auto, console or json",
}
WITHOUT_EFFECT = ("secret_keys",)
"""Part of the contract, and read by nothing yet: see docs/operations.md."""


def load() -> Settings:
    """From the environment, .env and the files in SECRETS_DIR. Raises SettingsError."""
    folder = os.environ.get("SECRETS_DIR") or None
    if folder is not None and not Path(folder).is_dir():
        raise SettingsError(["SECRETS_DIR: no such folder; create it or unset the variable"])
    try:
        settings = Settings(_secrets_dir=folder)  # type: ignore[call-arg]  # the library's own
    except ValidationError as error:
        problems = [_problem(str(one["loc"][0]), str(one["type"])) for one in error.errors()]
        raise SettingsError(sorted(set(problems))) from None
    except (UnicodeDecodeError, OSError, SourceError):
        cure = "save .env and the files in SECRETS_DIR as UTF-8 text that this user may read"
        raise SettingsError([f"a file with settings is not readable: {cure}"]) from None
    if problems := _of_webhook(settings):
        raise SettingsError(problems)
    return settings


def _of_webhook(settings: Settings) -> list[str]:
    """What each is good for itself, and the webhook cannot do with."""
    if not settings.webhook_url:
        return []
    token = settings.telegram_token.get_secret_value().partition(":")[2]
    wrong = {
        "http_port": "unusable" if settings.http_port == 0 else "",
        "webhook_secret": "" if settings.webhook_secret.get_secret_value() else "missing",
        "webhook_url": "unusable" if token in settings.webhook_url else "",
    }
    return [_problem(name, kind) for name, kind in wrong.items() if kind]


def _problem(field: str, kind: str) -> str:
    state = "is missing" if kind == "missing" else "is not usable"
    return f"{field.upper()} {state}: {CURES.get(field, 'see docs/operations.md')}"


def masked(settings: Settings) -> list[tuple[str, str]]:
    """Name and printable value of each setting; of a secret only whether there is one."""
    values = {name: getattr(settings, name) for name in Settings.model_fields}
    url = parse_url(settings.database_url.get_secret_value()).difference_update_query(["password"])
    values["milestones"] = format_ladder(settings.milestones) or "none"
    values["database_url"] = url.render_as_string(hide_password=True)
    return [(name.upper(), _shown(value)) for name, value in values.items()]


def _shown(value: object) -> str:
    match value:
        case SecretStr():
            return "••••••••" if value.get_secret_value() else ""
        case frozenset():
            return ",".join(map(str, sorted(value)))
        case tuple():
            return ",".join(value)
        case timedelta():
            return f"{value.total_seconds() / 3600:g}h"
        case bool():
            return str(value).lower()
        case _:
            return str(value)
