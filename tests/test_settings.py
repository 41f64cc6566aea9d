"""Settings: the contract of design.md §6, and one line of help for everything that is wrong."""

from contextlib import chdir
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.settings import CURES, Settings, SettingsError, load, masked
from tests.environment import TOKEN, Environment, an_empty_one

KEY = "sk-canary-key-0123456789"
PASSWORD = "canary-password"
SECRET = "canary_secret-0123456789-ABCDEFG"

CONTRACT: dict[str, object] = {
    "TELEGRAM_API_URL": "https://api.telegram.org",
    "TELEGRAM_LOCAL_MODE": False,
    "JIMMY_API_KEY": "",
    "JIMMY_API_URL": "https://www.jimmyai.cn",
    "DATABASE_URL": "sqlite+aiosqlite:///data/reelbell.db",
    "SECRET_KEYS": "",
    "ALLOWED_USERS": frozenset(),
    "ADMINS": frozenset(),
    "MILESTONES": (25, 50, 75),
    "MAX_WATCHES": 50,
    "WATCH_MAX_AGE": timedelta(hours=72),
    "POLL_RATE": 20,
    "POLL_CONCURRENCY": 50,
    "MEDIA_HOSTS": (),
    "ALLOW_PRIVATE_MEDIA_HOSTS": False,
    "ARCHIVE_URL": "",
    "WEBHOOK_URL": "",
    "WEBHOOK_SECRET": "",
    "HTTP_HOST": "127.0.0.1",
    "HTTP_PORT": 8080,
    "LOG_LEVEL": "INFO",
    "LOG_FORMAT": "auto",
}


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Environment:
    return an_empty_one(monkeypatch, tmp_path)


def plain(value: Any) -> object:
    return value.get_secret_value() if hasattr(value, "get_secret_value") else value


def test_every_setting_of_the_contract_has_its_default(environment: Environment) -> None:
    settings = environment.load()
    found = {name.upper(): plain(getattr(settings, name)) for name in Settings.model_fields}
    assert found == {"TELEGRAM_TOKEN": TOKEN, **CONTRACT}


def test_an_empty_variable_is_as_good_as_none(environment: Environment) -> None:
    settings = environment.load(MAX_WATCHES="", MILESTONES="", ALLOWED_USERS="")
    assert settings.max_watches == 50
    assert settings.milestones == (25, 50, 75)


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("TELEGRAM_LOCAL_MODE", "true", True),
        ("TELEGRAM_API_URL", "http://127.0.0.1:8081/", "http://127.0.0.1:8081"),
        ("JIMMY_API_URL", "https://host/base/", "https://host/base"),
        ("ALLOWED_USERS", "1, 2,3 4", {1, 2, 3, 4}),
        ("ADMINS", "-1001", {-1001}),
        ("MILESTONES", "75, 5 50", (5, 50, 75)),
        ("MILESTONES", "none", ()),
        ("MEDIA_HOSTS", "cdn.example, b.example", ("cdn.example", "b.example")),
        ("WATCH_MAX_AGE", "90m", timedelta(minutes=90)),
        ("WATCH_MAX_AGE", "3d", timedelta(days=3)),
        ("WATCH_MAX_AGE", "60 S", timedelta(minutes=1)),
        ("POLL_RATE", "0.5", 0.5),
        ("ARCHIVE_URL", "file:///srv/films%20of%20ours/", "file:///srv/films%20of%20ours"),
        ("ARCHIVE_URL", "s3://bucket.example", "s3://bucket.example"),
        ("ARCHIVE_URL", "gs://bucket/some/prefix/", "gs://bucket/some/prefix"),
        ("ARCHIVE_URL", "az://container/prefix", "az://container/prefix"),
        ("HTTP_PORT", "0", 0),
        ("WEBHOOK_SECRET", SECRET, SECRET),
        ("DATABASE_URL", "postgresql+asyncpg://u:p@h/n", "postgresql+asyncpg://u:p@h/n"),
    ],
)
def test_a_value_is_read_as_people_write_it(
    environment: Environment, name: str, text: str, value: object
) -> None:
    assert plain(getattr(environment.load(**{name: text}), name.lower())) == value


def test_a_missing_token_is_one_line_with_its_name_and_the_cure(environment: Environment) -> None:
    with chdir(environment.folder), pytest.raises(SettingsError) as refusal:
        load()
    [problem] = refusal.value.problems
    assert problem.startswith("TELEGRAM_TOKEN is missing: ")
    assert "@BotFather" in problem


WRONG = [
    ("TELEGRAM_TOKEN", "canary"),
    ("TELEGRAM_TOKEN", f"bot{TOKEN}"),
    ("TELEGRAM_TOKEN", f"{TOKEN} "),
    ("TELEGRAM_API_URL", "canary.example"),
    ("TELEGRAM_API_URL", "https://canary.example/?a=b"),
    ("TELEGRAM_API_URL", "https://user:canary@host"),
    ("TELEGRAM_API_URL", "http://host:canary"),
    ("TELEGRAM_LOCAL_MODE", "canary"),
    ("JIMMY_API_KEY", "canary key"),
    ("JIMMY_API_KEY", "canary\u00e9"),
    ("JIMMY_API_URL", "ftp://canary.example"),
    ("JIMMY_API_URL", "https://host:99999"),
    ("DATABASE_URL", "canary"),
    ("DATABASE_URL", "mysql://canary"),
    ("DATABASE_URL", "postgresql+asyncpg://u:canary@host:port/name"),
    ("DATABASE_URL", "sqlite+aiosqlite:///:memory:"),
    ("ALLOWED_USERS", "@canary"),
    ("ADMINS", "1;2"),
    ("MILESTONES", "0,50"),
    ("MILESTONES", "100"),
    ("MILESTONES", "canary"),
    ("MAX_WATCHES", "0"),
    ("MAX_WATCHES", "many"),
    ("WATCH_MAX_AGE", "72"),
    ("WATCH_MAX_AGE", "30s"),
    ("WATCH_MAX_AGE", "99999999999999d"),
    ("WATCH_MAX_AGE", "90000000h"),
    ("POLL_RATE", "0"),
    ("POLL_RATE", "nan"),
    ("POLL_RATE", "inf"),
    ("POLL_CONCURRENCY", "-1"),
    ("ALLOW_PRIVATE_MEDIA_HOSTS", "perhaps"),
    ("ARCHIVE_URL", "canary"),
    ("ARCHIVE_URL", "/srv/canary"),
    ("ARCHIVE_URL", "file://canary/folder"),
    ("ARCHIVE_URL", "file:///"),
    ("ARCHIVE_URL", "https://canary.example/bucket"),
    ("ARCHIVE_URL", "memory:///canary"),
    ("ARCHIVE_URL", "s3://"),
    ("ARCHIVE_URL", "s3://key:canary@bucket/prefix"),
    ("ARCHIVE_URL", "az://container/prefix?sig=canary"),
    ("WEBHOOK_URL", "http://canary.example/hook"),
    ("WEBHOOK_SECRET", "canary"),
    ("HTTP_PORT", "65536"),
    ("LOG_LEVEL", "LOUD"),
    ("LOG_FORMAT", "xml"),
    ("SECRETS_DIR", "/no/such/canary"),
]


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_wrong_value_is_one_line_with_its_name_and_the_cure_and_never_the_value(
    environment: Environment, name: str, value: str
) -> None:
    [problem] = environment.refuses(**{name: value})
    assert problem.startswith(name)
    assert "canary" not in problem
    assert len(problem.partition(": ")[2]) > 10
    assert "operations.md" not in problem  # it has a cure of its own


def test_everything_that_is_wrong_is_said_at_once(environment: Environment) -> None:
    problems = environment.refuses(MAX_WATCHES="0", HTTP_PORT="x", LOG_LEVEL="x", ADMINS="a,b")
    assert [one.partition(" ")[0] for one in problems] == [
        "ADMINS",
        "HTTP_PORT",
        "LOG_LEVEL",
        "MAX_WATCHES",
    ]


def test_every_setting_that_can_be_wrong_has_a_cure() -> None:
    any_text = {"secret_keys", "media_hosts", "http_host"}
    assert set(CURES) == set(Settings.model_fields) - any_text


def test_a_dotenv_file_is_read_and_the_environment_wins(environment: Environment) -> None:
    (environment.folder / ".env").write_text("MAX_WATCHES=7\nHTTP_PORT=9000\nOTHER_PROGRAM=1\n")
    settings = environment.load(HTTP_PORT="9001")
    assert (settings.max_watches, settings.http_port) == (7, 9001)


@pytest.mark.parametrize("name", ["TELEGRAM_TOKEN", "telegram_token"])
def test_a_secret_may_be_a_file(environment: Environment, name: str) -> None:
    secrets = environment.folder / "secrets"
    secrets.mkdir()
    (secrets / name).write_text(f"{TOKEN}\n")
    environment.has(SECRETS_DIR=str(secrets))
    with chdir(environment.folder):
        assert plain(load().telegram_token) == TOKEN


def test_a_file_that_is_no_text_is_one_line(environment: Environment) -> None:
    (environment.folder / ".env").write_bytes(b"MAX_WATCHES=7\xff\xfe")
    [problem] = environment.refuses()
    assert ".env" in problem


def test_a_wrong_secret_in_a_file_is_not_quoted(environment: Environment) -> None:
    (environment.folder / "jimmy_api_key").write_text("two canary words")
    [problem] = environment.refuses(SECRETS_DIR=str(environment.folder))
    assert problem.startswith("JIMMY_API_KEY")
    assert "canary" not in problem


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql+asyncpg://user:{PASSWORD}@host/name",
        f"postgresql+asyncpg://user@host/name?password={PASSWORD}",
    ],
)
def test_what_is_printed_holds_no_secret(environment: Environment, url: str) -> None:
    settings = environment.load(
        JIMMY_API_KEY=KEY, DATABASE_URL=url, SECRET_KEYS="canary-1", WEBHOOK_SECRET=SECRET
    )
    shown = dict(masked(settings))
    for text in (repr(shown), repr(settings), str(settings)):
        for secret in (TOKEN, KEY, PASSWORD, "canary"):
            assert secret not in text
    for name in ("TELEGRAM_TOKEN", "JIMMY_API_KEY", "SECRET_KEYS", "WEBHOOK_SECRET"):
        assert set(shown[name]) == {"•"}


def test_what_is_printed_says_which_secrets_are_not_set(environment: Environment) -> None:
    shown = dict(masked(environment.load()))
    assert (shown["JIMMY_API_KEY"], shown["SECRET_KEYS"]) == ("", "")


@pytest.mark.parametrize("milestones", ["5,10,50", "none"])
def test_what_is_printed_can_be_put_back_in(environment: Environment, milestones: str) -> None:
    settings = environment.load(
        MILESTONES=milestones,
        ADMINS="9,10",
        MEDIA_HOSTS="b.example,a.example",
        ARCHIVE_URL="s3://bucket/p",
    )
    shown = dict(masked(settings))
    assert shown["MILESTONES"] == milestones
    del shown["TELEGRAM_TOKEN"]
    assert environment.load(**shown) == settings


def test_settings_cannot_be_changed(environment: Environment) -> None:
    settings = environment.load()
    with pytest.raises(ValueError, match="frozen"):
        settings.max_watches = 7
