"""The command line: run | check | settings | migrate.

Exits 0 ok, 1 a check failed, 2 usage, or something that a person has to mend, 3 try again.
"""

import argparse
import asyncio
import sys

from bot import app
from bot.chat.telegram import TokenRefusedError
from bot.check import check
from bot.ops import logs
from bot.ops.http import CannotListenError
from bot.settings import WITHOUT_EFFECT, Settings, SettingsError, load, masked
from storage.database import DatabaseUrlError, UnreachableError
from storage.faults import GaveOutError
from storage.health import DamagedError
from storage.schema import NewerSchemaError, migrate
from storage.sole import NotAloneError

REFUSALS = (
    NewerSchemaError,
    DamagedError,
    UnreachableError,
    NotAloneError,
    DatabaseUrlError,
    CannotListenError,
)
COMMANDS = {
    "run": "run the bot until SIGTERM; brings the database up to date first",
    "check": "try token, key, database and schema, and say how to mend what is wrong",
    "settings": "print every setting, secrets as dots",
    "migrate": "bring the database up to date",
}


def main() -> None:
    sys.exit(_main(sys.argv[1:]))


def _main(arguments: list[str]) -> int:
    command = _parser().parse_args(arguments).command
    try:
        settings = load()
    except SettingsError as error:
        print(*error.problems, sep="\n", file=sys.stderr)
        return 2
    _logs(settings)
    try:
        return {"run": _run, "check": _check, "settings": _settings, "migrate": _migrate}[command](
            settings
        )
    except REFUSALS as error:
        print(error, file=sys.stderr)
    except GaveOutError as error:
        print(error, file=sys.stderr)
        return 3
    except TokenRefusedError:
        print("TELEGRAM_TOKEN is refused by Telegram: ask @BotFather", file=sys.stderr)
    return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="reelbell", description="Rings when your reel is ready.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    for name, what in COMMANDS.items():
        commands.add_parser(name, help=what)
    return parser


def _logs(settings: Settings) -> None:
    secrets = (
        settings.telegram_token,
        settings.jimmy_api_key,
        settings.database_url,
        settings.webhook_secret,
    )
    logs.set_up(
        settings.log_level, settings.log_format, [one.get_secret_value() for one in secrets]
    )


def _run(settings: Settings) -> int:
    if not settings.jimmy_api_key.get_secret_value():
        print("JIMMY_API_KEY is missing: copy it from your Jimmy AI account", file=sys.stderr)
        return 2
    asyncio.run(app.run(settings))
    return 0


def _check(settings: Settings) -> int:
    findings = asyncio.run(check(settings))
    for one in findings:
        print(f"{'✓' if one.ok else '✗'} {one.what:<10} {one.text}")
    return 0 if all(one.ok for one in findings) else 1


def _settings(settings: Settings) -> int:
    idle = {name.upper() for name in WITHOUT_EFFECT}
    for name, value in masked(settings):
        print(f"{name:<26} {value}{'   (no effect yet)' if name in idle else ''}")
    return 0


def _migrate(settings: Settings) -> int:
    before = asyncio.run(migrate(settings.database_url.get_secret_value()))
    print(f"schema: {before or 'empty'} → current")
    return 0


if __name__ == "__main__":
    main()
