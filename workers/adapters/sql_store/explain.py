"""Everything that was decided about a document, as plain values."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select

from workers.adapters.explanations import (
    explained_article,
    explained_former_article,
    explained_outcome,
    explained_quarantine,
    explained_refused,
)
from workers.adapters.sql_store.database import Database
from workers.adapters.sql_store.lines import group_of
from workers.adapters.sql_store.read import outcomes_under
from workers.adapters.sql_store.schema import article_outcomes, articles, quarantine, refused_articles
from workers.model import DocumentId, Quarantine, Reason, RefusedArticle, Verdict, article_from_json


def explain(database: Database, id: str) -> list[dict[str, Any]]:
    with database.read() as connection:
        return [
            explained_outcome(row._asdict())
            | {
                "articles": _articles(connection, row.document_id),
                "refused": _refused(connection, row.document_id),
                "quarantine": _quarantine(connection, row.document_id),
            }
            for row in connection.execute(outcomes_under(id)).all()
        ]


def _articles(connection: Connection, document: DocumentId) -> list[dict[str, Any]]:
    """Those that retention has left, then those of which the outcome is left."""
    kept = connection.execute(
        select(articles.c.article_id, articles.c.judged_of, articles.c.record)
        .where(articles.c.document_id == document)
        .order_by(articles.c.part)
    ).all()
    outcomes = connection.execute(
        select(article_outcomes)
        # a range of the primary key, which saves an index on document_id: "." follows "-"
        .where(article_outcomes.c.article_id.between(f"{document}-", f"{document}."))
        .where(article_outcomes.c.verdict != Verdict.QUARANTINED.value)
    ).all()
    there = {row.article_id for row in kept}
    former = [
        explained_former_article(row.article_id, Verdict(row.verdict), row.original_id)
        for row in outcomes
        if row.article_id not in there
    ]
    return [
        *(
            explained_article(article_from_json(row.record), row.judged_of, group_of(connection, row.article_id))
            for row in kept
        ),
        *sorted(former, key=lambda article: article["part"] or 0),
    ]


def _refused(connection: Connection, document: DocumentId) -> list[dict[str, Any]]:
    table = refused_articles.c
    rows = connection.execute(
        select(refused_articles)
        .where(table.article_id.between(f"{document}-", f"{document}."))
        .order_by(table.part)
    )
    return [
        explained_refused(
            RefusedArticle(
                row.article_id, row.part, row.title, Quarantine(Reason(row.reason), row.detail, row.step)
            )
        )
        for row in rows
    ]


def _quarantine(connection: Connection, document: DocumentId) -> dict[str, Any] | None:
    table = quarantine.c
    row = connection.execute(
        select(table.payload_bytes, table.payload.is_not(None).label("kept"), table.requeued_as).where(
            table.document_id == document
        )
    ).one_or_none()
    if row is None:
        return None
    return explained_quarantine(row.payload_bytes, bool(row.kept), row.requeued_as)
