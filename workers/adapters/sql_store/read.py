"""What stands: outcomes and articles as they were written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any, Final, TypeVar

from sqlalchemy import ColumnElement, Connection, Row, Select, func, or_, select

from workers.adapters.sql_store.database import Database
from workers.adapters.sql_store.schema import article_outcomes, articles, group_heads, outcomes
from workers.adapters.storable import storable_text, storable_time
from workers.model import Article, ArticleId, DocumentId, Quarantine, Reason, Verdict, article_from_json
from workers.ports import Standing

T = TypeVar("T")
AnyRow = Row[*tuple[Any, ...]]

CHUNK: Final = 500  # of an IN list; older SQLite takes 999 parameters


def chunks(values: Iterable[T], most: int = CHUNK) -> Iterator[list[T]]:
    rest = iter(values)
    while some := list(islice(rest, most)):
        yield some


def standings(connection: Connection, documents: Iterable[DocumentId]) -> dict[DocumentId, Standing]:
    found = [
        row
        for some in chunks(documents)
        for row in connection.execute(select(outcomes).where(outcomes.c.document_id.in_(some)))
    ]
    stored = _articles_by_document(connection, [row.document_id for row in found if row.articles])
    heads = _heads(connection, stored.values())
    return {row.document_id: _standing(row, stored.get(row.document_id, []), heads) for row in found}


def _heads(connection: Connection, stored: Iterable[list[Article]]) -> set[ArticleId]:
    """Those that became the head of a group."""
    related = [article.id for articles in stored for article in articles if article.relation.of]
    column = group_heads.c.head_id
    return {
        head
        for some in chunks(related)
        for head in connection.execute(select(column).where(column.in_(some))).scalars()
    }


def _standing(row: AnyRow, stored: list[Article], heads: set[ArticleId]) -> Standing:
    return Standing(
        document_id=row.document_id,
        verdict=Verdict(row.verdict),
        quarantine=Quarantine(Reason(row.reason), row.detail, row.step) if row.reason else None,
        articles=tuple(stored),
        refused=row.refused,
        new=False,
        regrouped=tuple(article.id for article in stored if article.id in heads),
    )


def _articles_by_document(
    connection: Connection, documents: Iterable[DocumentId]
) -> dict[DocumentId, list[Article]]:
    by_document: dict[DocumentId, list[Article]] = {}
    for some in chunks(documents):
        rows = connection.execute(
            select(articles.c.document_id, articles.c.record)
            .where(articles.c.document_id.in_(some))
            .order_by(articles.c.document_id, articles.c.part)
        )
        for document, record in rows:
            by_document.setdefault(document, []).append(article_from_json(record))
    return by_document


def outcomes_under(id: str) -> Select[Any]:
    """Outcomes by the id of a document, one of its articles, its stream entry, or the producer's;
    the newest document first."""
    asked = storable_text(id)
    of_article = select(article_outcomes.c.document_id).where(article_outcomes.c.article_id == asked)
    return (
        select(outcomes)
        .where(
            or_(
                outcomes.c.document_id == asked,
                outcomes.c.document_id.in_(of_article),
                outcomes.c.entry_id == asked,
                outcomes.c.producer_id == asked,
            )
        )
        .order_by(outcomes.c.accepted_at.desc(), outcomes.c.entry_id.desc(), outcomes.c.document_id)
    )


def articles_of(database: Database, id: str) -> list[Article]:
    with database.read() as connection:
        record = connection.execute(
            select(articles.c.record).where(articles.c.article_id == storable_text(id))
        ).scalar()
        if record is not None:
            return [article_from_json(record)]
        documents = [row.document_id for row in connection.execute(outcomes_under(id))]
        stored = _articles_by_document(connection, documents)
    return [article for document in documents for article in stored.get(document, [])]


def articles_since(database: Database, since: datetime, page: int = CHUNK) -> Iterator[Article]:
    """In pages of one short transaction each: a rebuild may take minutes, and nobody waits for it."""
    table = articles.c
    arrived = table.received_at >= storable_time(since)
    with database.read() as connection:
        first = connection.execute(select(func.min(table.article_no)).where(arrived)).scalar()
    last = -1 if first is None else first - 1
    while first is not None:
        with database.read() as connection:
            rows = connection.execute(
                select(table.article_no, table.record)
                .where(table.article_no > last, arrived)
                .order_by(table.article_no)
                .limit(page)
            ).all()
        if not rows:
            return
        last = rows[-1].article_no
        yield from (article_from_json(row.record) for row in rows)


def counts(database: Database) -> dict[str, int]:
    """Of all time: outcomes are kept when articles are not."""
    with database.read() as connection:
        documents = _count(connection, outcomes.c.verdict)
        of_articles = _count(connection, article_outcomes.c.verdict)
    return documents | {f"articles:{verdict}": count for verdict, count in of_articles.items()}


def _count(connection: Connection, verdict: ColumnElement[str]) -> dict[str, int]:
    counted = {row[0]: row[1] for row in connection.execute(select(verdict, func.count()).group_by(verdict))}
    return {str(name): counted.get(name, 0) for name in Verdict}
