"""Finds articles: newest first, every filter narrows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, or_, select

from workers.adapters.search_words import ENTITIES, key
from workers.adapters.sql_store.database import Database
from workers.adapters.sql_store.full_text import numbers_with
from workers.adapters.sql_store.schema import articles, tags
from workers.adapters.sql_store.stories import numbers_in
from workers.adapters.storable import storable_text, storable_time
from workers.model import Article, TagKind, article_from_json
from workers.ports import Query

PAGE_MOST: Final = 2**31 - 1  # of limit and offset; larger ones mean all, but fit no database's integer


def find(database: Database, query: Query) -> list[Article]:
    statement = (
        select(articles.c.record)
        .where(*_filters(query, database.backend))
        .order_by(articles.c.dated_at.desc(), articles.c.article_no.desc())
        .limit(max(0, min(query.limit, PAGE_MOST)))
        .offset(max(0, min(query.offset, PAGE_MOST)))
    )
    with database.read() as connection:
        if query.story is not None:
            statement = statement.where(articles.c.article_no.in_(numbers_in(connection, query.story)))
        records = connection.execute(statement).scalars().all()
    return [article_from_json(record) for record in records]


def _filters(query: Query, backend: str) -> Iterator[ColumnElement[bool]]:
    row = articles.c
    if query.text is not None and query.text.strip():
        yield row.article_no.in_(numbers_with(query.text, backend))
    if query.topic is not None:
        yield row.article_no.in_(_tagged(query.topic, (TagKind.TOPIC,)))
    if query.entity is not None:
        yield row.article_no.in_(_tagged(query.entity, ENTITIES))
    if query.tag is not None:
        yield row.article_no.in_(_tagged(query.tag, ()))
    if query.source is not None:
        name = key(storable_text(query.source))
        yield or_(row.source_key == name, row.publisher_key == name, row.publisher_id_key == name)
    if query.language is not None:
        yield row.language == storable_text(query.language)
    if query.kind is not None:
        yield row.relation == storable_text(query.kind)
    if query.since is not None:
        yield row.dated_at >= storable_time(query.since)
    if query.until is not None:
        yield row.dated_at < storable_time(query.until)


def _tagged(name: str, kinds: tuple[TagKind, ...]) -> Select[Any]:
    tagged = select(tags.c.article_no).where(tags.c.tag_key == key(storable_text(name)))
    return tagged.where(tags.c.kind.in_([kind.value for kind in kinds])) if kinds else tagged
