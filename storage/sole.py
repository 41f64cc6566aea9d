"""A SQLite file has one bot: the second process is refused, the first frees what a crash left."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TextIO

from sqlalchemy import delete, update

from storage.database import Tx, UnreachableError
from storage.tables import inbox, outbox, roles, tasks
from storage.tasks import LEASE


class NotAloneError(RuntimeError):
    """Another process has the file."""


@contextmanager
def sole_owner(file: Path) -> Iterator[None]:
    """The lock goes with the process, however it ends. *file*'s folder is there.

    Raises NotAloneError or UnreachableError.
    """
    with _lock_file(file) as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise NotAloneError(
                f"another Reelbell uses {file}: stop it, or use PostgreSQL for several processes"
            ) from error
        yield


def _lock_file(file: Path) -> TextIO:
    try:
        return Path(f"{file}.lock").open("w")
    except OSError as error:
        raise UnreachableError(error) from error


async def free_leases(tx: Tx, now: datetime) -> None:
    """For the sole owner only: whoever held a claim is dead, so nobody need wait for it to end."""
    await tx.execute(delete(roles))
    await tx.execute(
        update(outbox).where(outbox.c.leased_until.is_not(None)).values(leased_until=None)
    )
    await tx.execute(
        update(inbox).where(inbox.c.state == "pending", inbox.c.due_at > now).values(due_at=now)
    )
    # Far-off looks are backed off for a reason; what is due within a lease may be a dead claim.
    await tx.execute(
        update(tasks).where(tasks.c.next_poll_at.between(now, now + LEASE)).values(next_poll_at=now)
    )
