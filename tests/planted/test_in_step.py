"""The planted bugs still fit the code, and the tests that are to find them exist."""

from pathlib import Path

import pytest

from tests.planted.__main__ import changed
from tests.planted.bug import Bug
from tests.planted.bugs import BUGS

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name.replace(" ", "-"))
def test_a_bug_can_be_planted_and_its_catchers_are_there(bug: Bug) -> None:
    for change in bug.changes:
        text = (ROOT / change.file).read_text("utf-8")
        compile(changed(text, change.old, change.new), change.file, "exec")
    for catcher in bug.catchers:
        file, _, name = catcher.partition("::")
        assert f"def {name.partition('[')[0]}" in (ROOT / file).read_text("utf-8")


def test_the_bugs_are_many_and_each_has_a_name_of_its_own() -> None:
    assert len({bug.name for bug in BUGS}) == len(BUGS) >= 12


def test_a_text_that_is_there_twice_is_not_changed() -> None:
    with pytest.raises(ValueError, match="2 times"):
        changed("a a", "a", "b")
