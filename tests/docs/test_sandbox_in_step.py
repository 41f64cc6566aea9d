"""What docs/sandbox.md says of the sandbox is what the sandbox has, and its tests exist."""

import re
from pathlib import Path
from typing import get_args

import pytest

import sandbox.scripts
import sandbox.telegram.faults
import sandbox.video_faults
from sandbox.scripts import Script, payload

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "sandbox.md").read_text("utf-8")


def test_every_test_that_it_names_exists() -> None:
    named = set(re.findall(r"`(test_\w+)`", PAGE))
    sources = "\n".join(path.read_text("utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    assert len(named) > 50
    assert named - set(re.findall(r"def (test_\w+)\(", sources)) == set()


@pytest.mark.parametrize(
    "choice",
    [
        sandbox.scripts.Shape,
        sandbox.scripts.Outcome,
        sandbox.scripts.Media,
        sandbox.telegram.faults.Kind,
        *get_args(sandbox.video_faults.Kind),
    ],
)
def test_everything_that_can_be_ordered_is_documented(choice: object) -> None:
    offered = get_args(choice) or (choice,)
    assert [word for word in offered if f"`{word}`" not in PAGE] == []


def test_every_option_of_the_command_line_is_documented_and_no_other() -> None:
    source = (ROOT / "sandbox" / "__main__.py").read_text("utf-8")
    assert set(re.findall(r'"(--\w+)"', source)) == set(
        re.findall(r"^\| `(--\w+)`", PAGE, re.MULTILINE)
    )


def test_the_example_is_a_task_that_can_be_told() -> None:
    (example,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    names: dict[str, object] = {"__name__": "example"}
    exec(compile(example, "docs/sandbox.md", "exec"), names)  # noqa: S102 — our own page
    mine = names["MINE"]
    assert isinstance(mine, Script)
    assert payload(mine, 30)["status"] == "succeeded"


def test_the_modules_of_the_page_are_small() -> None:
    web = Path(__file__).parents[2] / "sandbox" / "page" / "web"
    modules = [*web.glob("*.js"), *web.glob("*.css")]
    assert modules
    assert [one.name for one in modules if len(one.read_text("utf-8").splitlines()) >= 250] == []


def test_the_picture_in_the_readme_is_light() -> None:
    assert (Path(__file__).parents[2] / "docs" / "screenshot.png").stat().st_size < 300_000
