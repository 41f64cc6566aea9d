"""The schema's version: brought up to date, or refused when it is newer than the program."""

import asyncio
from importlib import resources
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from storage.database import Database, UnreachableError, make_folder, parse_url, sqlite_file
from storage.faults import passes_by
from storage.health import examine


class NewerSchemaError(RuntimeError):
    """The database was migrated by a newer program."""


async def migrate(url: str) -> str:
    """The version before, '' for an empty database.

    Raises DamagedError, NewerSchemaError or UnreachableError, changing nothing.
    """
    make_folder(parse_url(url))
    file = sqlite_file(parse_url(url))
    if file is not None:
        await asyncio.to_thread(examine, file)  # opening it would change it already
    # An engine of its own: batch changes need foreign keys off, which is set outside transactions.
    engine = create_async_engine(url, hide_parameters=True)
    try:
        await _try_to_open(engine)
        async with engine.connect() as connection:
            before = await connection.run_sync(_upgrade)
            await connection.commit()
            return before
    except Exception as error:
        if passes_by(error):  # it went away in the middle, and left it as it was
            raise UnreachableError(error) from error
        raise
    finally:
        await engine.dispose()


async def _try_to_open(engine: AsyncEngine) -> None:
    try:
        async with engine.connect() as connection:
            await connection.run_sync(_version)
    except (OSError, DBAPIError, TypeError) as error:  # TypeError: an option nobody knows
        cause = error.orig if isinstance(error, DBAPIError) else error
        raise UnreachableError(cause) from error


async def current_version(database: Database) -> str:
    """'' for an empty database."""
    async with database.read() as tx:
        return await tx.run_sync(_version)


def known_versions() -> list[str]:
    """Newest first."""
    return [script.revision for script in _scripts(_config()).walk_revisions()]


def head_version() -> str:
    return known_versions()[0]


def _upgrade(connection: Connection) -> str:
    before = _version(connection)
    connection.rollback()
    if before and before not in known_versions():
        raise NewerSchemaError(
            f"the database is at schema {before}, which this program does not know: "
            "it was migrated by a newer Reelbell. Install that one, or restore a backup."
        )
    config = _config()
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
