"""Gates: read and locked before what they let through is claimed, written back in the same breath.

One row per peer is both the lock and what it protects. An advisory lock would need a row beside it
for the state, and several processes must share the state: a rate, a rest, an outage.

Whoever takes a gate and other rows takes the gate first, or two could wait for each other.
"""

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import select, update

from bot.core.gate import Closed, Gate, new_gate
from storage.database import Tx, insert_new
from storage.tables import gates
from storage.tasks import KeyOwner

TELEGRAM = "telegram"


def provider_under(owner: KeyOwner) -> str:
    return f"provider:{owner}"


async def hold(tx: Tx, name: str, now: datetime) -> Gate:
    """Until the end of *tx* no other process passes. A gate that nobody knew is open."""
    chosen = select(gates).where(gates.c.name == name).with_for_update()
    row = (await tx.execute(chosen)).one_or_none()
    if row is None:
        fresh = new_gate(now)
        await tx.execute(insert_new(tx, gates).values(name=name, **asdict(fresh)))
        row = (await tx.execute(chosen)).one()
    known = {field: value for field, value in row._mapping.items() if field != "name"}  # noqa: SLF001 — public in all but its name
    closed_by = known.pop("closed_by")
    return Gate(**known, closed_by=Closed(closed_by) if closed_by else None)


async def put(tx: Tx, name: str, gate: Gate) -> None:
    """What *hold* gave, moved on."""
    await tx.execute(update(gates).where(gates.c.name == name).values(**asdict(gate)))
