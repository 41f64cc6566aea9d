"""The schema's version: brought up to date, or refused when it is newer than the program."""

from importlib import resources
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine

from storage.database import Database, parse_url


class NewerSchemaError(RuntimeError):
    """The database was migrated by a newer program."""


async def migrate(url: str) -> str:
    """The version before, '' for an empty database. Raises NewerSchemaError, changing nothing."""
    # An engine of its own: batch changes need foreign keys off, which is set outside transactions.
    sqlite = parse_url(url).get_backend_name() == "sqlite"
    if sqlite:
        await _make_folder(url)
    engine = create_async_engine(url)
    try:
        async with engine.connect() as connection:
            before = await connection.run_sync(_upgrade)
            await connection.commit()
            return before
    finally:
        await engine.dispose()


async def current_version(database: Database) -> str:
    """'' for an empty database."""
    async with database.read() as tx:
        return await tx.run_sync(_version)


def head_version() -> str:
    return _scripts(_config()).get_current_head() or ""


def _upgrade(connection: Connection) -> str:
    before = _version(connection)
    connection.rollback()
    config = _config()
    known = {script.revision for script in _scripts(config).walk_revisions()}
    if before and before not in known:
        raise NewerSchemaError(
            f"the database is at schema {before}, which this program does not know: "
            "it was migrated by a newer Reelbell. Install that one, or restore a backup."
        )
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    return before


def _version(connection: Connection) -> str:
    """On a transaction that is open already."""
    return MigrationContext.configure(connection).get_current_revision() or ""


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_folder()).replace("%", "%%"))
    return config


def _scripts(config: Config) -> ScriptDirectory:
    return ScriptDirectory.from_config(config)


def _folder() -> Path:
    """Inside the package in an installed wheel, at the top level in a checkout."""
    package = Path(str(resources.files("storage")))
    packed = package / "migrations"
    return packed if packed.is_dir() else package.parent / "alembic"


async def _make_folder(url: str) -> None:
    await Database(url).close()
