"""Writes decisions: the first on a document wins, for ever; a copy stands only beside its original."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, func, insert, select, text
from sqlalchemy.dialects.postgresql import insert as postgresql_insert

from workers.adapters.originals import Known, admit, document_of, originals_first, originals_of
from workers.adapters.sql_store import rows, schema
from workers.adapters.sql_store.database import SQLITE, Database
from workers.adapters.sql_store.full_text import index_words
from workers.adapters.sql_store.lines import families, insert_lines
from workers.adapters.sql_store.read import chunks, standings
from workers.adapters.sql_store.sources import count_sources
from workers.adapters.sql_store.stories import insert_stories
from workers.adapters.standings import first_decisions, in_order, new_standing, outcome_values
from workers.adapters.storable import storable_time
from workers.model import Article, ArticleId, DocumentId, Verdict, Work
from workers.ports import Decision, Standing, Waiting

Proposals = Mapping[DocumentId, rows.Proposal]
Answers = dict[DocumentId, Standing | Waiting]


class _Raced(Exception):
    pass


def record(database: Database, decisions: Sequence[Decision], now: datetime) -> list[Standing | Waiting]:
    now = storable_time(now)
    proposals = {
        decision.work.document.id: rows.proposal(decision, now) for decision in first_decisions(decisions)
    }
    while True:  # each further turn finds at least one more document decided
        try:
            with database.write() as connection:
                return in_order(decisions, _record(connection, proposals, now))
        except _Raced:
            continue


def _record(connection: Connection, proposals: Proposals, now: datetime) -> Answers:
    answers: Answers = {**standings(connection, proposals)}
    undecided = [proposal.work for name, proposal in proposals.items() if name not in answers]
    admission = admit(undecided, _known(connection, originals_of(undecided)))
    known = families(connection, admission.works)
    works = known.place(admission.works)
    if works:
        _insert_outcomes(connection, works, now)
        _insert_articles(connection, works, proposals)
        _insert_quarantined(connection, [proposals[work.document.id] for work in works])
        if not insert_lines(connection, known, now):
            raise _Raced
        count_sources(connection, works)
    answers |= admission.waiting
    heads = {head.head_id for head in known.new_heads}
    return answers | {work.document.id: new_standing(work, heads) for work in works}


def _known(connection: Connection, originals: set[ArticleId]) -> dict[ArticleId, Known]:
    """An article that a decided document does not have will never be stored: the same as quarantined."""
    if not originals:
        return {}
    table = schema.article_outcomes.c
    known: dict[ArticleId, Known] = {}
    for some in chunks(originals):
        found = connection.execute(
            select(table.article_id, table.verdict, table.original_id).where(table.article_id.in_(some))
        )
        known |= {article: Known(Verdict(verdict), of) for article, verdict, of in found}
    missing = originals - known.keys()
    decided = _decided(connection, {document_of(article) for article in missing})
    never = {article for article in missing if document_of(article) in decided}
    return known | dict.fromkeys(never, Known(Verdict.QUARANTINED))


def _decided(connection: Connection, documents: set[DocumentId]) -> set[DocumentId]:
    column = schema.outcomes.c.document_id
    return {
        document
        for some in chunks(documents)
        for document in connection.execute(select(column).where(column.in_(some))).scalars()
    }


def _insert_outcomes(connection: Connection, works: list[Work], now: datetime) -> None:
    # sorted: two processes with the same documents in another order would lock each other out
    in_one_order = sorted(works, key=lambda work: work.document.id)
    outcomes = [outcome_values(work, now) for work in in_one_order]
    if connection.dialect.name == SQLITE:
        connection.execute(insert(schema.outcomes), outcomes)  # alone since BEGIN IMMEDIATE
    else:
        statement = postgresql_insert(schema.outcomes).on_conflict_do_nothing()
        new = connection.execute(statement.returning(schema.outcomes.c.document_id), outcomes).all()
        if len(new) < len(outcomes):
            raise _Raced
    _insert(connection, schema.article_outcomes, rows.article_outcome_rows(works))


def _insert_articles(connection: Connection, works: list[Work], proposals: Proposals) -> None:
    ordered = list(originals_first(works))
    if not ordered:
        return
    inserted: list[rows.Row] = []
    tags: list[rows.Values] = []
    removed: list[rows.Values] = []
    words: list[tuple[int, Article]] = []
    for article_no, (work, article) in zip(_article_numbers(connection, len(ordered)), ordered, strict=True):
        proposal = proposals[work.document.id]
        judged_of, record = proposal.judged_of[article.id], proposal.record_of(article)
        inserted.append(rows.article_row(article_no, article, judged_of, work, record))
        tags += rows.tag_rows(article_no, article, work)
        removed += rows.removed_rows(article_no, article)
        words.append((article_no, article))
    _insert(connection, schema.articles, inserted)
    _insert_many(connection, schema.tags, tags)
    _insert_many(connection, schema.removed_lines, removed)
    index_words(connection, words)
    insert_stories(connection, words, works)


def _insert_quarantined(connection: Connection, proposals: Sequence[rows.Proposal]) -> None:
    refused = [row for proposal in proposals for row in rows.refused_rows(proposal.work)]
    quarantined = [
        rows.quarantine_row(proposal)
        for proposal in proposals
        if proposal.work.verdict is Verdict.QUARANTINED
    ]
    _insert(connection, schema.refused_articles, refused)
    _insert(connection, schema.quarantine, quarantined)


def _article_numbers(connection: Connection, count: int) -> list[int]:
    if connection.dialect.name == SQLITE:
        last = connection.execute(select(func.max(schema.articles.c.article_no))).scalar() or 0
        return list(range(last + 1, last + count + 1))
    numbers = connection.execute(
        text("SELECT nextval('article_numbers') FROM generate_series(1, :count)"), {"count": count}
    )
    return sorted(numbers.scalars())


def _insert(connection: Connection, table: Table, inserted: list[rows.Row]) -> None:
    if inserted:
        connection.execute(insert(table), inserted)


def _insert_many(connection: Connection, table: Table, inserted: list[rows.Values]) -> None:
    """Past SQLAlchemy's handling of each row's parameters: 6 microseconds of 8 a row, at 40 rows an article."""
    if not inserted:
        return
    names = [column.name for column in table.columns]
    if connection.dialect.name == SQLITE:
        marks = ", ".join("?" * len(names))
        statement = f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({marks})"  # noqa: S608 - our names
        connection.exec_driver_sql(statement, inserted)
    else:
        _copy(connection, f"COPY {table.name} ({', '.join(names)}) FROM STDIN", inserted)


def _copy(connection: Connection, statement: str, inserted: list[rows.Values]) -> None:
    driver: Any = connection.connection.driver_connection  # psycopg's own: no other driver is let in
    with driver.cursor() as cursor, cursor.copy(statement) as copying:
        for row in inserted:
            copying.write_row(row)
