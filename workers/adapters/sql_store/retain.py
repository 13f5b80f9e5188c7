"""Keeps the store bounded: what is old goes, outcomes stay."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, delete, select, update

from workers.adapters.sql_store.database import Database
from workers.adapters.sql_store.full_text import forget_words
from workers.adapters.sql_store.read import AnyRow
from workers.adapters.sql_store.schema import articles, outcomes, quarantine, removed_lines, story_articles, tags
from workers.adapters.storable import storable_time
from workers.model import article_from_json

AT_ONCE: Final = 200  # articles in one transaction: the mill writes in between


def retain(database: Database, before: datetime, at_once: int = AT_ONCE) -> int:
    """Returns how many articles were removed."""
    before, removed = storable_time(before), 0
    while some := _remove_articles(database, before, at_once):
        removed += some
    while _remove_payloads(database, before, at_once):
        pass
    return removed


def _remove_articles(database: Database, before: datetime, at_once: int) -> int:
    old = (
        select(articles.c.article_no, articles.c.record)
        .where(articles.c.received_at < before)
        .order_by(articles.c.received_at)
        .limit(at_once)
        .with_for_update(skip_locked=True)  # of two that retain at once, each takes its own
    )
    with database.write() as connection:
        rows = connection.execute(old).all()
        if rows:
            _remove(connection, rows)
    return len(rows)


def _remove(connection: Connection, rows: Sequence[AnyRow]) -> None:
    numbers = [row.article_no for row in rows]
    forget_words(connection, [(row.article_no, article_from_json(row.record)) for row in rows])
    for table in (tags, removed_lines, story_articles, articles):
        connection.execute(delete(table).where(table.c.article_no.in_(numbers)))


def _remove_payloads(database: Database, before: datetime, at_once: int) -> int:
    old = (
        select(quarantine.c.document_id)
        .join(outcomes, outcomes.c.document_id == quarantine.c.document_id)
        .where(quarantine.c.payload.is_not(None), outcomes.c.received_at < before)
        .limit(at_once)
    )
    with database.write() as connection:
        documents = connection.execute(old).scalars().all()
        connection.execute(
            update(quarantine).where(quarantine.c.document_id.in_(documents)).values(payload=None)
        )
    return len(documents)
