"""What `check` finds, with nobody there to answer."""

import os
from pathlib import Path

from pydantic import SecretStr

from bot.check import Finding, check
from bot.settings import Settings
from storage.database import Database
from storage.schema import head_version, migrate

NOBODY = "http://127.0.0.1:9"


async def database_finding(url: str) -> Finding:
    settings = Settings(
        _env_file=None,  # type: ignore[call-arg]  # the library's own
        telegram_token=SecretStr("42:TOKEN-OF-NOBODY"),
        telegram_api_url=NOBODY,
        database_url=SecretStr(url),
    )
    return next(one for one in await check(settings) if one.what == "Database")


def sqlite(folder: Path) -> str:
    return f"sqlite+aiosqlite:///{folder}/reelbell.db"


async def test_a_database_that_is_not_there_yet_is_fine_and_is_not_made(tmp_path: Path) -> None:
    finding = await database_finding(sqlite(tmp_path))
    assert finding.ok
    assert not os.listdir(tmp_path)  # noqa: PTH208 — and ASYNC240 minds the other spelling


async def test_a_current_schema_is_fine(database_url: str) -> None:
    await migrate(database_url)
    finding = await database_finding(database_url)
    assert (finding.ok, head_version() in finding.text) == (True, True)


async def test_a_newer_schema_is_not_fine(database_url: str) -> None:
    await migrate(database_url)
    database = Database(database_url)
    async with database.write() as tx:
        await tx.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    await database.close()
    finding = await database_finding(database_url)
    assert (finding.ok, "9999" in finding.text) == (False, True)


async def test_what_is_no_database_is_not_fine(tmp_path: Path) -> None:
    (tmp_path / "reelbell.db").write_bytes(b"not a database" * 1000)
    assert not (await database_finding(sqlite(tmp_path))).ok
