"""The command line, as a real process: what it says, where, and with which exit code."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from storage.schema import head_version
from storage.sole import sole_owner

ROOT = Path(__file__).parents[1]
TOKEN = "123456789:AAcanary_token-0123456789abcdefghij"
KEY = "sk-canary-key-0123456789"
NOWHERE = "http://127.0.0.1:1"
"""A port where nobody listens."""


class Shell:
    """An empty folder in which the program is started."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.database = folder / "data" / "reelbell.db"

    def types(self, *words: str, **variables: str) -> "subprocess.CompletedProcess[str]":
        """With a token and a key, and with nobody to talk to; no word of either comes back."""
        environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "TELEGRAM_TOKEN": TOKEN,
            "TELEGRAM_API_URL": NOWHERE,
            "JIMMY_API_KEY": KEY,
            "JIMMY_API_URL": NOWHERE,
            **variables,
        }
        done = subprocess.run(  # noqa: S603 — this interpreter, our own words
            [sys.executable, "-m", "bot", *words],
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert "Traceback" not in done.stdout + done.stderr
        assert "canary" not in done.stdout + done.stderr
        return done

    def refuses(self, *words: str, **variables: str) -> str:
        """The one line that says why."""
        done = self.types(*words, **variables)
        assert done.returncode == 2
        assert done.stdout == ""
        [line] = done.stderr.splitlines()
        return line

    def has_a_newer_database(self) -> None:
        assert self.types("migrate").returncode == 0
        with sqlite3.connect(self.database) as connection:
            connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.close()


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


@pytest.mark.parametrize("command", ["run", "migrate"])
def test_without_a_token_one_line_says_how_to_get_one(shell: Shell, command: str) -> None:
    line = shell.refuses(command, TELEGRAM_TOKEN="")
    assert line.startswith("TELEGRAM_TOKEN is missing: ")
    assert "@BotFather" in line
    assert list(shell.folder.iterdir()) == []


def test_every_wrong_setting_is_a_line_of_its_own(shell: Shell) -> None:
    done = shell.types("settings", MAX_WATCHES="canary", DATABASE_URL="canary", ADMINS="canary")
    assert done.returncode == 2
    names = [line.partition(" ")[0] for line in done.stderr.splitlines()]
    assert names == ["ADMINS", "DATABASE_URL", "MAX_WATCHES"]


@pytest.mark.parametrize("words", [(), ("dance",)])
def test_a_command_that_we_do_not_have_is_a_usage_error(
    shell: Shell, words: tuple[str, ...]
) -> None:
    done = shell.types(*words)
    assert done.returncode == 2
    assert done.stderr.startswith("usage: reelbell ")


def test_help_needs_no_settings_and_names_every_command(shell: Shell) -> None:
    done = shell.types("--help", TELEGRAM_TOKEN="")
    assert done.returncode == 0
    for command in ("run", "check", "settings", "migrate"):
        assert f"\n    {command} " in done.stdout


def test_settings_prints_every_setting_and_no_secret(shell: Shell) -> None:
    (shell.folder / ".env").write_text("SECRET_KEYS=canary\nMAX_WATCHES=7\n")
    done = shell.types("settings", DATABASE_URL="postgresql+asyncpg://u:canary@host/name")
    assert (done.returncode, done.stderr) == (0, "")
    shown = dict(line.split(maxsplit=1) for line in done.stdout.splitlines() if " " in line.strip())
    assert shown["MAX_WATCHES"] == "7"
    assert shown["TELEGRAM_TOKEN"] == shown["JIMMY_API_KEY"] == "••••••••"
    assert "WEBHOOK_SECRET" in done.stdout


def test_migrate_makes_the_database_and_may_be_repeated(shell: Shell) -> None:
    first, second = shell.types("migrate"), shell.types("migrate")
    assert (first.returncode, first.stdout) == (0, "schema: empty → current\n")
    assert (second.returncode, second.stdout) == (0, f"schema: {head_version()} → current\n")
    with sqlite3.connect(shell.database) as connection:
        [(version,)] = connection.execute("SELECT version_num FROM alembic_version")
    connection.close()
    assert version == head_version()


def test_a_database_of_a_newer_program_is_refused_by_everything_that_would_change_it(
    shell: Shell,
) -> None:
    shell.has_a_newer_database()
    before = shell.database.read_bytes()
    for command in ("migrate", "run"):
        line = shell.refuses(command)
        assert "9999" in line
        assert "newer Reelbell" in line
    assert shell.database.read_bytes() == before


@pytest.mark.parametrize("command", ["migrate", "run"])
def test_a_database_that_cannot_be_opened_is_one_line(shell: Shell, command: str) -> None:
    (shell.folder / "file").write_text("no folder")
    line = shell.refuses(command, DATABASE_URL="sqlite+aiosqlite:///file/reelbell.db")
    assert "DATABASE_URL" in line


def test_a_file_that_is_no_database_is_one_line_and_left_as_it_is(shell: Shell) -> None:
    file = shell.folder / "diary.db"
    file.write_text("Dear diary, " * 1000)
    line = shell.refuses("run", DATABASE_URL=f"sqlite+aiosqlite:///{file}")
    assert "is damaged" in line
    assert file.read_text() == "Dear diary, " * 1000


def test_a_postgresql_that_does_not_answer_is_one_line(shell: Shell) -> None:
    line = shell.refuses("migrate", DATABASE_URL="postgresql+asyncpg://u:canary@127.0.0.1:1/name")
    assert "DATABASE_URL" in line


def test_run_without_a_key_says_where_to_get_one(shell: Shell) -> None:
    assert shell.refuses("run", JIMMY_API_KEY="").startswith("JIMMY_API_KEY is missing: ")


def test_a_second_bot_on_one_file_is_refused(shell: Shell) -> None:
    shell.types("migrate")
    with sole_owner(shell.database):
        assert "another Reelbell uses" in shell.refuses("run")


def test_check_names_everything_that_is_wrong_and_how_to_mend_it(shell: Shell) -> None:
    done = shell.types("check")
    assert done.returncode == 1
    findings = {line.split()[1]: line for line in done.stdout.splitlines()}
    assert findings["Telegram"].startswith("✗")
    assert "TELEGRAM_API_URL" in findings["Telegram"]
    assert "JIMMY_API_URL" in findings["Jimmy"]
    assert findings["Database"].startswith("✓")  # run will make it
    assert "ALLOWED_USERS" in findings["Access"]
