"""Settings of the webhook: where Telegram may come to, and what that needs."""

from pathlib import Path

import pytest

from tests.environment import TOKEN, Environment, an_empty_one

SECRET = "canary_secret-0123456789-ABCDEFG"
HOOK = "https://bot.example/hooks/reelbell"


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Environment:
    return an_empty_one(monkeypatch, tmp_path)


WRONG = [
    ("WEBHOOK_URL", "canary.example/hook"),
    ("WEBHOOK_URL", "http://canary.example/hook"),
    ("WEBHOOK_URL", "http://10.0.0.1/canary"),
    ("WEBHOOK_URL", "http://localhost.canary.example/hook"),
    ("WEBHOOK_URL", "https://canary.example/hook?a=b"),
    ("WEBHOOK_URL", "https://canary.example/hook#part"),
    ("WEBHOOK_URL", "https://user:canary@host/hook"),
    ("WEBHOOK_URL", "https://host:canary/hook"),
    ("WEBHOOK_URL", "https://host/{canary}"),
    ("WEBHOOK_URL", "https://host/canary%20x"),
    ("WEBHOOK_SECRET", "canary"),
    ("WEBHOOK_SECRET", SECRET[:31]),
    ("WEBHOOK_SECRET", "canary" * 43),
    ("WEBHOOK_SECRET", f"{SECRET}!"),
    ("WEBHOOK_SECRET", f"{SECRET}\n"),
]


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_wrong_one_is_one_line_with_the_cure_and_never_the_value(
    environment: Environment, name: str, value: str
) -> None:
    good = {"WEBHOOK_URL": HOOK, "WEBHOOK_SECRET": SECRET}
    [problem] = environment.refuses(**{**good, name: value})
    assert problem.startswith(f"{name} is not usable: give ")
    assert "canary" not in problem


@pytest.mark.parametrize(
    "url",
    [
        HOOK,
        "https://bot.example",
        "https://bot.example:8443/",
        "http://127.0.0.1:8080/hook",
        "http://localhost/hook",
        "http://[::1]:8080/hook",
    ],
)
def test_a_webhook_is_wherever_telegram_may_come_to(environment: Environment, url: str) -> None:
    settings = environment.load(WEBHOOK_URL=url, WEBHOOK_SECRET=SECRET)
    assert settings.webhook_url == url


def test_what_a_webhook_needs_is_said_at_once(environment: Environment) -> None:
    """A bot that nobody could push to heard of nothing; one without a secret believed everybody."""
    problems = environment.refuses(WEBHOOK_URL=HOOK, HTTP_PORT="0")
    assert [one.partition(": ")[0] for one in problems] == [
        "HTTP_PORT is not usable",
        "WEBHOOK_SECRET is missing",
    ]


def test_a_webhooks_address_never_holds_the_token(environment: Environment) -> None:
    secret_half = TOKEN.partition(":")[2]
    url = f"https://bot.example/{secret_half}/hook"
    [problem] = environment.refuses(WEBHOOK_URL=url, WEBHOOK_SECRET=SECRET)
    assert problem.startswith("WEBHOOK_URL is not usable")
    assert secret_half not in problem


def test_without_a_webhook_neither_port_nor_secret_is_needed(environment: Environment) -> None:
    assert environment.load(HTTP_PORT="0").http_port == 0
