"""Which articles tell one story. What an article was told stands for ever; that two stories turned out to be
one is a row of its own, followed whenever a story is read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from sqlalchemy import Connection, Select, insert, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from workers.adapters.sql_store.database import SQLITE, Database
from workers.adapters.sql_store.read import chunks
from workers.adapters.sql_store.schema import absorbed_stories, story_articles
from workers.adapters.storable import storable_text
from workers.model import Article, StoryId, Work

ABSORBED_MOST: Final = 1000  # stories followed from one: a story absorbs small ones only, never so many


def insert_stories(connection: Connection, numbered: Sequence[tuple[int, Article]], works: Iterable[Work]) -> None:
    told = [
        {"story": article.relation.story, "article_no": article_no}
        for article_no, article in numbered if article.relation.story is not None
    ]
    if told:
        connection.execute(insert(story_articles), told)
    _absorb(connection, [pair for work in works for pair in work.absorbed])


def absorb(database: Database, pairs: Sequence[tuple[StoryId, StoryId]]) -> list[tuple[StoryId, StoryId]]:
    with database.write() as connection:
        return _absorb(connection, pairs)


def _absorb(connection: Connection, pairs: Sequence[tuple[StoryId, StoryId]]) -> list[tuple[StoryId, StoryId]]:
    # sorted: two processes with the same stories in another order would lock each other out
    make = sqlite_insert if connection.dialect.name == SQLITE else postgresql_insert
    column, new = absorbed_stories.c, []
    for story, into in sorted(dict(reversed(pairs)).items()):
        if _root(connection, into) == story:
            continue
        row = make(absorbed_stories).values(story=story, into_story=into).on_conflict_do_nothing()
        if connection.execute(row.returning(column.story)).all():
            new.append((story, into))
    return new


def story_root(database: Database, story: StoryId) -> StoryId:
    with database.read() as connection:
        return _root(connection, storable_text(story))


def numbers_in(connection: Connection, story: StoryId) -> Select[tuple[int]]:
    """Of the articles of a story, by whichever of its names."""
    column = story_articles.c
    return select(column.article_no).where(column.story.in_(_names(connection, storable_text(story))))


def _root(connection: Connection, story: StoryId) -> StoryId:
    column, seen = absorbed_stories.c, {story}
    while True:
        into = connection.execute(select(column.into_story).where(column.story == story)).scalar()
        if into is None or len(seen) > ABSORBED_MOST:
            return story
        if into in seen:  # two transactions at once, each with the other's story
            return min(seen)
        seen.add(into)
        story = into


def _names(connection: Connection, story: StoryId) -> list[StoryId]:
    column = absorbed_stories.c
    names = [_root(connection, story)]
    following = names[:]
    while following and len(names) < ABSORBED_MOST:
        found = [
            name
            for some in chunks(following)
            for name in connection.execute(select(column.story).where(column.into_story.in_(some))).scalars()
        ]
        following = [name for name in found if name not in names]
        names += following
    return names[:ABSORBED_MOST]
