"""What the image and compose.yaml name exists, and the bot gets the time it takes to stop."""

import re
from pathlib import Path

from bot.app import GRACE
from bot.settings import Settings

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
COMPOSE = (ROOT / "compose.yaml").read_text("utf-8")
ALLOWED = [
    line[1:] for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if line[0] == "!"
]


def service(name: str) -> str:
    """Its lines, those that are commented out included."""
    found = re.search(rf"^  {name}:\n(?:(?:    .*)?\n)+", COMPOSE, re.MULTILINE)
    assert found is not None
    return found[0]


def test_the_image_sees_the_sources_and_locks_and_nothing_that_is_secret() -> None:
    assert [name for name in ALLOWED if not (ROOT / name).exists()] == []
    copied = re.findall(r"^COPY (requirements\S*\.lock) (\S+\.lock)", DOCKERFILE, re.MULTILINE)
    assert copied == [("requirements.lock", "requirements-build.lock")]
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    assert re.search(r'packages = \["bot", "storage"\]', project)
    assert {"bot", "storage", "alembic", "pyproject.toml", *copied[0]} <= set(ALLOWED)


def test_what_builds_the_wheel_is_pinned_like_the_rest() -> None:
    builds = (ROOT / "requirements-build.lock").read_text("utf-8")
    tests = (ROOT / "requirements-dev.lock").read_text("utf-8")
    pinned = re.findall(r"^[\w.-]+==\S+", builds, re.MULTILINE)
    assert any(one.startswith("hatchling==") for one in pinned)
    assert [one for one in pinned if one not in tests] == []
    assert builds.count("--hash=sha256:") >= len(pinned)


def test_compose_sets_only_what_is_a_setting() -> None:
    named = set(re.findall(r"^ +(?:# )?([A-Z_]+): ", service("bot"), re.MULTILINE))
    assert {"DATABASE_URL", "WEBHOOK_URL"} <= named
    assert named <= {name.upper() for name in Settings.model_fields}
    (variable,) = re.findall(r"^ +([A-Z_]+)=\S+reelbell\.db$", DOCKERFILE, re.MULTILINE)
    assert variable == "DATABASE_URL"


def test_compose_waits_longer_than_the_bot_takes_to_stop() -> None:
    (seconds,) = re.findall(r"stop_grace_period: (\d+)s", service("bot"))
    assert GRACE < int(seconds) < 2 * GRACE
