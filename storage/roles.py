"""Who does what only one process may do: it says so again and again, or another takes it over."""

from datetime import datetime, timedelta

from sqlalchemy import delete, or_, update

from storage.database import Tx, insert_new
from storage.tables import roles


async def take(tx: Tx, role: str, holder: str, now: datetime, lease: timedelta) -> bool:
    """Takes or keeps it until *now* + *lease*. False: somebody else has it.

    Of several at the same time one gets it: the others wait for its row, and then see whose it is.
    """
    free = or_(
        roles.c.holder == holder,
        roles.c.held_until <= now,
        roles.c.held_until > now + 2 * lease,  # the clock was set back: nobody took it for so long
    )
    renewed = await tx.execute(
        update(roles)
        .where(roles.c.name == role, free)
        .values(holder=holder, held_until=now + lease)
    )
    if renewed.rowcount == 1:
        return True
    first = await tx.execute(
        insert_new(tx, roles).values(name=role, holder=holder, held_until=now + lease)
    )
    return first.rowcount == 1


async def give_up(tx: Tx, role: str, holder: str) -> None:
    """Free for anybody at once. What another holds by now stays his."""
    await tx.execute(delete(roles).where(roles.c.name == role, roles.c.holder == holder))
