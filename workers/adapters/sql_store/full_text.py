"""The words of articles: FTS5 in SQLite, a tsvector under a GIN index in PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, and_, column, false, func, literal_column, select, table, text

from workers.adapters.search_words import article_words, phrases, spaced, spaced_article, words
from workers.adapters.sql_store.database import SQLITE
from workers.adapters.storable import storable_text
from workers.model import Article

_SIMPLE: Final[ColumnElement[Any]] = literal_column("'simple'::regconfig")
_sqlite_words = table("article_words", column("rowid"), column("article_words"))
_postgresql_words = table("article_words", column("article_no"), column("words"))


def index_words(connection: Connection, numbered: Sequence[tuple[int, Article]]) -> None:
    if connection.dialect.name == SQLITE:
        connection.exec_driver_sql(
            "INSERT INTO article_words (rowid, words) VALUES (?, ?)",
            [(article_no, spaced_article(article)) for article_no, article in numbered],
        )
    else:
        connection.exec_driver_sql(
            "INSERT INTO article_words (article_no, words) VALUES (%s, to_tsvector('simple', %s))",
            [(article_no, article_words(article)) for article_no, article in numbered],
        )


def forget_words(connection: Connection, numbered: Sequence[tuple[int, Article]]) -> None:
    if connection.dialect.name == SQLITE:
        # a contentless index forgets a row when it is told again what was in it
        connection.exec_driver_sql(
            "INSERT INTO article_words (article_words, rowid, words) VALUES ('delete', ?, ?)",
            [(article_no, spaced_article(article)) for article_no, article in numbered],
        )
    else:
        connection.execute(
            text("DELETE FROM article_words WHERE article_no = ANY(:numbers)"),
            {"numbers": [article_no for article_no, _ in numbered]},
        )


def numbers_with(asked: str, backend: str) -> Select[Any]:
    """The numbers of articles in which every word and phrase stands.

    The user's text reaches the database as words and nothing else: it has no syntax to get wrong.
    """
    each = phrases(storable_text(asked))
    if backend == SQLITE:
        match = " ".join(f'"{spaced(phrase)}"' for phrase in each) or '""'  # an empty phrase stands nowhere
        return select(_sqlite_words.c.rowid).where(_sqlite_words.c.article_words.op("MATCH")(match))
    holds = [
        _postgresql_words.c.words.op("@@")(func.phraseto_tsquery(_SIMPLE, words(phrase))) for phrase in each
    ]
    return select(_postgresql_words.c.article_no).where(and_(*holds) if holds else false())
