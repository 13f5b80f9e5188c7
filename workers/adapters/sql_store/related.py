"""Related articles: who else has a tag in those days, out of the index of tags, newest first."""

from __future__ import annotations

from collections.abc import Sequence, Set
from datetime import datetime
from math import floor

from sqlalchemy import Connection, func, select

from workers.adapters.relatedness import CANDIDATES_MOST, HOLDERS_MOST, Asked, days_around, related_articles
from workers.adapters.sql_store.database import Database
from workers.adapters.sql_store.schema import articles, tags
from workers.adapters.storable import storable_text
from workers.model import Article, article_from_json
from workers.ports import Related


def related(database: Database, id: str, days: float, common: Set[str], limit: int) -> list[Related]:
    with database.read() as connection:
        row = connection.execute(
            select(articles.c.record, articles.c.dated_at).where(articles.c.article_id == storable_text(id))
        ).one_or_none()
        if row is None:
            return []
        window = _Window(connection, *days_around(row.dated_at, days))
        return related_articles(
            article_from_json(row.record), articles=window.articles(), holders=window.holders, load=window.load,
            common=common, limit=limit,
        )


class _Window:
    """The articles dated between two moments."""

    def __init__(self, connection: Connection, first: datetime, last: datetime) -> None:
        self._connection = connection
        self._from, self._to = first, last

    def articles(self) -> int:
        """How many, HOLDERS_MOST at most."""
        some = (
            select(articles.c.article_no)
            .where(articles.c.dated_at.between(self._from, self._to))
            .limit(HOLDERS_MOST)
            .subquery()
        )
        return self._connection.execute(select(func.count()).select_from(some)).scalar() or 0

    def holders(self, asked: Asked) -> Sequence[int]:
        row = tags.c
        return self._connection.execute(
            select(row.article_no)
            .where(row.tag_key == asked.key, row.kind == asked.kind.value)
            .where(row.dated_s.between(floor(self._from.timestamp()), floor(self._to.timestamp())))
            .order_by(row.dated_s.desc())
            .limit(HOLDERS_MOST)
        ).scalars().all()

    def load(self, numbers: Sequence[int]) -> list[tuple[int, Article]]:
        row = articles.c
        found = self._connection.execute(
            select(row.article_no, row.record).where(row.article_no.in_(numbers[:CANDIDATES_MOST]))
        )
        return [(number, article_from_json(record)) for number, record in found]
