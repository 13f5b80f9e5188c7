"""The tables as queries see them. They are made by ddl/; tests hold the two together."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Dialect,
    Float,
    LargeBinary,
    MetaData,
    Table,
    Text,
    TypeDecorator,
)


class UtcTime(TypeDecorator[datetime]):
    """Aware times in UTC: with their zone in PostgreSQL, as sortable text without it in SQLite."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None or dialect.name != "sqlite":
            return value
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        at: datetime = value
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


metadata = MetaData()

outcomes = Table(
    "outcomes",
    metadata,
    Column("document_id", Text, primary_key=True),
    Column("entry_id", Text, nullable=False),
    Column("producer_id", Text),
    Column("source", Text),
    Column("url", Text),
    Column("door", Text, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("step", Text),
    Column("reason", Text),
    Column("detail", Text),
    Column("articles", BigInteger, nullable=False),
    Column("refused", BigInteger, nullable=False),
    Column("received_at", UtcTime, nullable=False),
    Column("accepted_at", UtcTime, nullable=False),
    Column("decided_at", UtcTime, nullable=False),
    Column("payload_bytes", BigInteger, nullable=False),
)

article_outcomes = Table(
    "article_outcomes",
    metadata,
    Column("article_id", Text, primary_key=True),
    Column("document_id", Text, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("original_id", Text),
)

lines = Table(
    "lines",
    metadata,
    Column("article_id", Text, primary_key=True),
    Column("group_id", Text, nullable=False),
    Column("first_id", Text, nullable=False),
    Column("version_no", BigInteger, nullable=False),
)

regroupings = Table(
    "regroupings",
    metadata,
    Column("article_id", Text, primary_key=True),
    Column("regroup_no", BigInteger, primary_key=True),
    Column("group_id", Text, nullable=False),
    Column("decided_at", UtcTime, nullable=False),
)

group_heads = Table(
    "group_heads",
    metadata,
    Column("group_id", Text, primary_key=True),
    Column("head_no", BigInteger, primary_key=True),
    Column("head_id", Text, nullable=False),
    Column("decided_at", UtcTime, nullable=False),
)

articles = Table(
    "articles",
    metadata,
    Column("article_no", BigInteger, primary_key=True, autoincrement=False),
    Column("article_id", Text, nullable=False),
    Column("document_id", Text, nullable=False),
    Column("part", BigInteger, nullable=False),
    Column("relation", Text, nullable=False),
    Column("original_id", Text),
    Column("judged_of", Text),  # of what the dedup index called it a copy, before copies of copies were followed
    Column("language", Text),
    Column("source_key", Text),
    Column("publisher_key", Text),
    Column("publisher_id_key", Text),
    Column("published_at", UtcTime),
    Column("received_at", UtcTime, nullable=False),
    Column("dated_at", UtcTime, nullable=False),  # published, else received: what is newest
    Column("stored_at", UtcTime, nullable=False),
    Column("record", Text, nullable=False),  # the whole article, as in the contract
)

tags = Table(
    "tags",
    metadata,
    Column("article_no", BigInteger, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("tag_key", Text, primary_key=True),  # of its id, its label and the topics above it
    Column("score", Float, nullable=False),
    Column("dated_s", BigInteger, nullable=False),  # the article's dated_at, seconds since 1970
)

story_articles = Table(
    "story_articles",
    metadata,
    Column("story", Text, primary_key=True),
    Column("article_no", BigInteger, primary_key=True, autoincrement=False),
)

absorbed_stories = Table(
    "absorbed_stories",
    metadata,
    Column("story", Text, primary_key=True),
    Column("into_story", Text, nullable=False),
)

removed_lines = Table(
    "removed_lines",
    metadata,
    Column("article_no", BigInteger, primary_key=True),
    Column("line_no", BigInteger, primary_key=True),
    Column("rule", Text, nullable=False),
    Column("text", Text, nullable=False),
)

refused_articles = Table(
    "refused_articles",
    metadata,
    Column("article_id", Text, primary_key=True),
    Column("document_id", Text, nullable=False),
    Column("part", BigInteger, nullable=False),
    Column("title", Text),
    Column("step", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("detail", Text, nullable=False),
)

quarantine = Table(
    "quarantine",
    metadata,
    Column("document_id", Text, primary_key=True),
    Column("payload_bytes", BigInteger, nullable=False),  # before compression
    Column("payload", LargeBinary),  # zlib; NULL once purged
    Column("requeued_as", Text),
)

incidents = Table(
    "incidents",
    metadata,
    Column("incident_no", BigInteger, primary_key=True),
    Column("happened_at", UtcTime, nullable=False),
    Column("text", Text, nullable=False),
    Column("accepted_before", BigInteger, nullable=False),
    Column("accepted", BigInteger, nullable=False),
    Column("last_id_before", Text, nullable=False),
    Column("last_id", Text, nullable=False),
    Column("run_id_before", Text, nullable=False),
    Column("run_id", Text, nullable=False),
)

marks = Table(
    "marks",
    metadata,
    Column("mark_no", BigInteger, primary_key=True, autoincrement=False),
    Column("noted_at", UtcTime, nullable=False),
    Column("accepted", BigInteger, nullable=False),
    Column("last_id", Text, nullable=False),
    Column("run_id", Text, nullable=False),
)

source_hours = Table(
    "source_hours",
    metadata,
    Column("source", Text, primary_key=True),
    Column("hour", BigInteger, primary_key=True, autoincrement=False),  # since the epoch
    Column("language", Text, primary_key=True),
    Column("documents", BigInteger, nullable=False),
    Column("quarantined", BigInteger, nullable=False),
    Column("duplicates", BigInteger, nullable=False),
    Column("articles", BigInteger, nullable=False),
    Column("undated", BigInteger, nullable=False),
    Column("log_words", BigInteger, nullable=False),
)

source_standings = Table(
    "source_standings",
    metadata,
    Column("source", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("since", UtcTime, nullable=False),
    Column("judged_at", UtcTime, nullable=False),
    Column("report", Text, nullable=False),  # JSON
)
