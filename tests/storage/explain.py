"""A function of storage/ goes in; the plans of the statements it runs come out, one line a step."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import bindparam, event, text

from storage.database import Database, Tx
from storage.schema import migrate
from storage.tables import Utc
from tests.builders import NOON

ROWS = 20_000
DUE = 20
"""So many of the rows are due; the rest wait, or are long done."""
_NUMBERS = """
(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :rows) SELECT i FROM n)
AS numbers
"""
_CHATS = """
INSERT INTO chats (chat_id, language, ladder, paced_until, created_at)
SELECT i, 'en', '', :old, :old
"""
_INBOX = """
INSERT INTO inbox (update_id, chat_id, payload, received_at, state, due_at)
SELECT i, i, '{}',
  CASE WHEN i <= :due THEN :ancient ELSE :old END,
  CASE WHEN i <= :rows - :due THEN 'done' ELSE 'pending' END, :old
"""
_TASKS = """
INSERT INTO tasks (id, task_id, status, state, next_poll_at, archive_at, created_at)
SELECT i, 'task_' || i,
  CASE WHEN i > :rows - :due THEN 'unknown' ELSE 'running' END, '{"id": "task_1"}',
  CASE WHEN i <= :due THEN :old ELSE :later END,
  CASE WHEN i <= :due THEN :old WHEN i <= :rows / 2 THEN :later END, :old
"""
_SUBSCRIPTIONS = """
INSERT INTO subscriptions
  (id, ref, chat_id, thread_id, user_id, task, ladder, created_at, expires_at, ended_at)
SELECT i, 'ref_' || i, i, 0, i, i, '', :old,
  CASE WHEN i <= :due THEN :old ELSE :later END,
  CASE WHEN i > :rows - 3 * :due AND i <= :rows - :due THEN :ancient
       WHEN i > :rows / 2 THEN :old END
"""
_OUTBOX = """
INSERT INTO outbox (id, chat_id, subscription, task, kind, rank, form, payload, state,
  due_at, created_at, settled_at)
SELECT i, i, CASE WHEN i % 50 <> 0 THEN i END, CASE WHEN i % 50 <> 0 THEN i END,
  CASE WHEN i % 50 <> 0 THEN 'attach' ELSE 'answer' END, 1 + i % 4, 'new', 'Hint {}',
  CASE WHEN i <= :due THEN 'pending' ELSE 'sent' END, :old, :old,
  CASE WHEN i <= :due THEN NULL WHEN i <= 10 * :due THEN :ancient ELSE :old END
"""
_INSERTS = (_CHATS, _INBOX, _TASKS, _SUBSCRIPTIONS, _OUTBOX)


async def fill(url: str) -> None:
    """A migrated database with ROWS in each table, and statistics on them."""
    await migrate(url)
    database = Database(url)
    times = {
        "ancient": NOON - timedelta(days=60),
        "old": NOON - timedelta(hours=1),
        "later": NOON + timedelta(hours=1),
    }
    async with database.write() as tx:
        for insert in _INSERTS:
            statement = text(f"{insert} FROM {_NUMBERS}")
            values = {"rows": ROWS, "due": DUE, **times}
            used = {name: value for name, value in values.items() if f":{name}" in statement.text}
            instants = [bindparam(name, type_=Utc) for name in times if name in used]
            await tx.execute(statement.bindparams(*instants), used)
    async with database.write() as tx:
        await tx.exec_driver_sql("ANALYZE")
    await database.close()


async def plans_of(database: Database, run: Callable[[Tx], Awaitable[object]]) -> list[str]:
    """What *run* changes is rolled back, so that the next one finds the same rows."""
    ran: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        ran.append((statement, parameters))

    async with database.read() as tx:
        event.listen(tx.sync_connection, "before_cursor_execute", note)
        await run(tx)
        await tx.rollback()
    explain = "EXPLAIN QUERY PLAN" if database.is_sqlite else "EXPLAIN"
    async with database.read() as tx:
        rows = [
            row
            for statement, parameters in ran
            for row in await tx.exec_driver_sql(f"{explain} {statement}", parameters)
        ]
    return [str(row[-1]).strip() for row in rows]
