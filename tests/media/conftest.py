"""A shelf of results and a room for what is fetched from it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.media.shelf import Shelf


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    """Every kind has its right label."""
    folder = tmp_path / "shelf"
    folder.mkdir()
    labels = {".mp4": "video/mp4", ".mov": "video/quicktime", ".png": "image/png"}
    return Shelf(folder, labels | {".jpg": "image/jpeg", ".webp": "image/webp"})


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Path]:
    """Empty again at the end, whatever the test did."""
    folder = tmp_path / "room"
    folder.mkdir()
    yield folder
    assert not list(folder.iterdir())
