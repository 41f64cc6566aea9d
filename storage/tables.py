"""The tables: a row per stored update, chat, task, subscription, message to send, gate and role."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Utc(TypeDecorator[datetime]):
    """An aware instant in UTC, to the microsecond; SQLite keeps it as sortable text."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime is nobody's instant")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, _: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=value.tzinfo or UTC).astimezone(UTC)


def index_where(where: str, name: str, column: Column[Any]) -> Index:
    """Of those rows alone."""
    return Index(name, column, sqlite_where=text(where), postgresql_where=text(where))


Key = BigInteger().with_variant(Integer, "sqlite")
"""SQLite numbers rows by itself only in a column called INTEGER."""

inbox = Table(
    "inbox",
    metadata,
    Column("update_id", BigInteger, primary_key=True, autoincrement=False),
    Column("chat_id", BigInteger),
    Column("payload", Text, nullable=False),
    Column("received_at", Utc, nullable=False),
    Column("state", String(8), nullable=False, server_default="pending"),
    Column("due_at", Utc, nullable=False),
    Column("fence", Integer, nullable=False, server_default="0"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("error", Text),
    CheckConstraint("state IN ('pending', 'done', 'dead')", name="state"),
)
Index(
    "ix_inbox_pending",
    inbox.c.update_id,
    sqlite_where=text("state = 'pending'"),
    postgresql_where=text("state = 'pending'"),
)
Index(
    "ix_inbox_chat_pending",
    inbox.c.chat_id,
    inbox.c.update_id,
    sqlite_where=text("state = 'pending'"),
    postgresql_where=text("state = 'pending'"),
)
Index("ix_inbox_received_at", inbox.c.received_at, inbox.c.update_id)

chats = Table(
    "chats",
    metadata,
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("language", String(16), nullable=False),
    Column("ladder", String(64), nullable=False),
    Column("lost_because", Text),
    Column("paced_until", Utc, nullable=False),
    Column("created_at", Utc, nullable=False),
)

tasks = Table(
    "tasks",
    metadata,
    Column("id", Key, primary_key=True),
    Column("key_owner", BigInteger, nullable=False, server_default="0"),
    Column("task_id", String(128), nullable=False),
    Column("status", String(16), nullable=False),
    Column("state", Text, nullable=False),
    # What Telegram keeps of its result: as it is shown, and as a file to save.
    Column("kept", Text),
    Column("kept_as_file", Text),
    # Where its copies are, and when the next attempt to make them is due.
    Column("archived", Text),
    Column("archive_at", Utc),
    Column("archive_tries", SmallInteger, nullable=False, server_default="0"),
    Column("next_poll_at", Utc),
    Column("fence", Integer, nullable=False, server_default="0"),
    # Claims in a row that nobody settled: what ends its process shows here.
    Column("unsettled", SmallInteger, nullable=False, server_default="0"),
    Column("created_at", Utc, nullable=False),
    Column("ended_at", Utc),
    UniqueConstraint("key_owner", "task_id"),
)
index_where("next_poll_at IS NOT NULL", "ix_tasks_next_poll_at", tasks.c.next_poll_at)
index_where("archive_at IS NOT NULL", "ix_tasks_archive_at", tasks.c.archive_at)
NONEXISTENT = text("status IN ('unknown', 'refused')")
"""To be used as it is: SQLite takes a partial index only for the very words it was made with."""
Index(
    "ix_tasks_nonexistent",
    tasks.c.status,
    sqlite_where=NONEXISTENT,
    postgresql_where=NONEXISTENT,
)

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("id", Key, primary_key=True),
    Column("ref", String(32), nullable=False),
    Column("chat_id", ForeignKey("chats.chat_id", onupdate="CASCADE"), nullable=False),
    # 0: no topic. NULL would make every row of a plain chat unique.
    Column("thread_id", BigInteger, nullable=False),
    Column("user_id", BigInteger, nullable=False),
    Column("task", ForeignKey("tasks.id"), nullable=False),
    Column("asked_in", BigInteger),
    Column("ladder", String(64), nullable=False),
    Column("told", SmallInteger, nullable=False, server_default="0"),
    Column("created_at", Utc, nullable=False),
    Column("expires_at", Utc, nullable=False),
    Column("ended_at", Utc),
    UniqueConstraint("ref"),
)
Index(
    "uq_subscriptions_active",
    subscriptions.c.chat_id,
    subscriptions.c.thread_id,
    subscriptions.c.task,
    unique=True,
    sqlite_where=text("ended_at IS NULL"),
    postgresql_where=text("ended_at IS NULL"),
)
Index("ix_subscriptions_task", subscriptions.c.task)
index_where("ended_at IS NOT NULL", "ix_subscriptions_ended_at", subscriptions.c.ended_at)
index_where("ended_at IS NULL", "ix_subscriptions_user_active", subscriptions.c.user_id)
Index(
    "ix_subscriptions_expires_at",
    subscriptions.c.expires_at,
    sqlite_where=text("ended_at IS NULL"),
    postgresql_where=text("ended_at IS NULL"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Key, primary_key=True),
    Column("chat_id", ForeignKey("chats.chat_id", onupdate="CASCADE"), nullable=False),
    Column("thread_id", BigInteger),
    Column("subscription", ForeignKey("subscriptions.id", ondelete="CASCADE")),
    Column("task", ForeignKey("tasks.id")),
    Column("kind", String(16), nullable=False),
    Column("rank", SmallInteger, nullable=False),
    Column("form", String(16), nullable=False),
    Column("payload", Text, nullable=False),
    Column("revision", Integer, nullable=False, server_default="0"),
    Column("reply_to", BigInteger),
    Column("message_id", BigInteger),
    Column("state", String(8), nullable=False, server_default="pending"),
    Column("reason", Text),
    Column("due_at", Utc, nullable=False),
    Column("leased_until", Utc),
    Column("fence", Integer, nullable=False, server_default="0"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("unsettled", SmallInteger, nullable=False, server_default="0"),
    Column("created_at", Utc, nullable=False),
    Column("settled_at", Utc),
    UniqueConstraint("subscription", "kind"),
    CheckConstraint("state IN ('pending', 'sent', 'skipped', 'dead')", name="state"),
)
Index(
    "ix_outbox_pending",
    outbox.c.rank,
    outbox.c.due_at,
    sqlite_where=text("state = 'pending'"),
    postgresql_where=text("state = 'pending'"),
)
Index(
    "ix_outbox_chat_pending",
    outbox.c.chat_id,
    outbox.c.rank,
    outbox.c.id,
    sqlite_where=text("state = 'pending'"),
    postgresql_where=text("state = 'pending'"),
)
Index(
    "ix_outbox_task_state",  # for all rows: a task that leaves is looked for in each
    outbox.c.task,
    outbox.c.state,
)
Index("ix_outbox_settled_at", outbox.c.settled_at)

# What all processes share: how fast Telegram and each key's provider may be asked, and whether.
gates = Table(
    "gates",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("booked_until", Utc, nullable=False),
    Column("pressure", Float, nullable=False, server_default="0"),
    Column("pressed_at", Utc, nullable=False),
    Column("troubles", Integer, nullable=False, server_default="0"),
    Column("opens_at", Utc),
    Column("closed_by", String(16)),
    Column("down_since", Utc),
    Column("told_at", Utc),
)

# Who does what only one process may do.
roles = Table(
    "roles",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("holder", String(64), nullable=False),
    Column("held_until", Utc, nullable=False),
)
