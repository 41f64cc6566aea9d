"""The list of licences has what is locked, and what each package says of itself."""

import re
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).parents[2]
UNSAID = {"aiosqlite": "MIT", "obstore": "MIT", "httpx-aiohttp": "BSD-3-Clause"}
"""Not in so many letters: in a classifier, or in the text of their licence only."""
OLD = {"Apache 2.0": "Apache-2.0", "APL 2": "Apache-2.0"}
ELSEWHERE = {"tzdata"}
"""Is installed on Windows only."""


def locked() -> set[str]:
    text = (ROOT / "requirements.lock").read_text()
    return set(re.findall(r"^([A-Za-z0-9._-]+)==", text, re.MULTILINE))


def listed() -> dict[str, str]:
    text = (ROOT / "docs/licences.md").read_text()
    return dict(re.findall(r"^\| ([a-z0-9-]+) \| (.+) \|$", text, re.MULTILINE)[1:])


def test_every_locked_package_is_listed_and_no_other() -> None:
    assert set(listed()) == locked()


def test_each_is_listed_with_the_licence_that_it_names_itself() -> None:
    for name in locked() - ELSEWHERE:
        about = metadata.metadata(name)
        fields = ("License-Expression", "License")
        said = UNSAID.get(name) or next(about[field] for field in fields if field in about)
        assert listed()[name] == OLD.get(said, said), name
