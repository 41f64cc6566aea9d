"""The environment that a process starts with, empty but for what a test puts into it."""

from contextlib import chdir
from pathlib import Path

import pytest

from bot.settings import Settings, SettingsError, load

TOKEN = "123456789:AAcanary_token-0123456789abcdefghij"


class Environment:
    """The variables that a process starts with."""

    def __init__(self, patch: pytest.MonkeyPatch, folder: Path) -> None:
        self._patch = patch
        self.folder = folder

    def has(self, **variables: str) -> None:
        for name, value in variables.items():
            self._patch.setenv(name, value)

    def load(self, **variables: str) -> Settings:
        """With a good token, unless another is given."""
        self.has(**{"TELEGRAM_TOKEN": TOKEN, **variables})
        with chdir(self.folder):
            return load()

    def refuses(self, **variables: str) -> list[str]:
        with pytest.raises(SettingsError) as refusal:
            self.load(**variables)
        assert str(refusal.value) == "\n".join(refusal.value.problems)
        return refusal.value.problems


def an_empty_one(patch: pytest.MonkeyPatch, folder: Path) -> Environment:
    """In an empty folder. load() reads the real environment, as its contract says."""
    for name in ("secrets_dir", *Settings.model_fields):
        for spelling in (name, name.upper()):
            patch.delenv(spelling, raising=False)
    return Environment(patch, folder)
