"""What the documentation says of names, defaults and files is what the program has."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from pydantic_core import PydanticUndefined

from bot.__main__ import COMMANDS
from bot.chat import telegram
from bot.core.task import Status
from bot.settings import WITHOUT_EFFECT, Settings

ROOT = Path(__file__).parents[2]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md")])


def page(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def rows(text: str) -> dict[str, list[str]]:
    """Of all tables, by the first cell without its backticks."""
    cells = [line.strip("|").split("|") for line in text.splitlines() if line.startswith("|")]
    return {row[0].strip().strip("`"): [cell.strip() for cell in row[1:]] for row in cells}


def written(default: object) -> str:
    """A default as the documentation spells it."""
    match default:
        case SecretStr():
            return written(default.get_secret_value())
        case "":
            return "empty"
        case bool():
            return f"`{str(default).lower()}`"
        case timedelta():
            return f"`{default.total_seconds() / 3600:g}h`"
        case frozenset() | tuple():
            return f"`{','.join(map(str, default))}`" if default else "empty"
        case _ if default is PydanticUndefined:
            return "required"
        case _:
            return f"`{default}`"


def test_the_settings_table_has_every_setting_with_its_default_and_no_other() -> None:
    table = {name: row for name, row in rows(page("docs/operations.md")).items() if name.isupper()}
    fields = Settings.model_fields.items()
    assert {name: row[0] for name, row in table.items()} == {
        name.upper(): written(field.default) for name, field in fields
    }


def test_a_setting_without_effect_is_said_to_have_none() -> None:
    table = rows(page("docs/operations.md"))
    idle = {name for name, row in table.items() if "no effect yet" in row[-1]}
    assert idle == {name.upper() for name in WITHOUT_EFFECT}


def test_every_command_line_command_is_documented() -> None:
    documented = rows(page("docs/operations.md"))
    assert {f"reelbell {name}" for name in COMMANDS} <= set(documented)


def test_every_chat_command_is_in_the_readme() -> None:
    text = page("README.md")
    assert [name for name in telegram.COMMANDS if f"`/{name}" not in text] == []


def test_every_make_target_that_is_mentioned_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", page("Makefile"), re.MULTILINE))
    text = "\n".join(one.read_text("utf-8") for one in PAGES)
    mentioned = set(re.findall(r"(?:^|`)make ([a-z]+)", text, re.MULTILINE))
    assert {"sandbox", "test"} <= mentioned <= targets


@pytest.mark.parametrize("place", ["bot", "storage"])
def test_the_house_in_the_architecture_has_every_file(place: str) -> None:
    text = page("docs/architecture.md")
    modules = [path for path in (ROOT / place).rglob("*.py") if path.name != "__init__.py"]
    assert [path.stem for path in modules if f"`{path.stem}`" not in text] == []


def test_the_state_diagram_has_every_state() -> None:
    text = page("docs/architecture.md")
    assert [status for status in Status if not re.search(rf"--> {status.value}\b", text)] == []


@pytest.mark.parametrize("one", PAGES, ids=lambda path: path.name)
def test_links_between_pages_lead_somewhere(one: Path) -> None:
    targets = re.findall(r"\]\((?!https?://|#)([^)#]+)", one.read_text("utf-8"))
    assert [target for target in targets if not (one.parent / target).exists()] == []


@pytest.mark.parametrize("name", sorted(one.name for one in ROOT.glob("requirements*.lock")))
def test_a_lock_has_hashes_and_no_address(name: str) -> None:
    text = page(name)
    assert "://" not in text
    pinned = re.findall(r"^[\w.-]+(?:\[[\w,]+\])?==", text, re.MULTILINE)
    assert pinned
    assert text.count("--hash=sha256:") >= len(pinned)


@pytest.mark.parametrize("name", sorted(one.name for one in ROOT.glob("requirements*.lock")))
def test_every_python_runs_what_was_tested(name: str) -> None:
    """The image's Python got another PyAV than the tests', which could not open a film."""
    names = re.findall(r"^([\w.-]+)(?:\[[\w,]+\])?==", page(name), re.MULTILINE)
    assert [one for one in set(names) if names.count(one) > 1] == []


@pytest.mark.parametrize("one", PAGES, ids=lambda path: path.name)
def test_no_page_waits_for_its_figures(one: Path) -> None:
    assert re.findall(r"\b(?:FIGURES|TODO|TBD|XXX)\b", one.read_text("utf-8")) == []


def test_every_benchmark_has_its_figures_and_its_place_in_make_bench() -> None:
    text, makefile = page("docs/performance.md"), page("Makefile")
    runnable = [
        path.stem
        for path in (ROOT / "benchmarks").glob("*.py")
        if "__main__" in path.read_text("utf-8")
    ]
    assert runnable
    for name in runnable:
        command = f"python -m benchmarks.{name}"
        assert command in text, name
        assert command in makefile, name
