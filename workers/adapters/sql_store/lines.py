"""Rows of versions, groups and their heads: inserted, never changed; the latest counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection, Table, func, insert, or_, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert

from workers.adapters.lineage import Families, Head, Line, Regrouping, regrouped, strayed_heads
from workers.adapters.originals import originals_of
from workers.adapters.sql_store.database import SQLITE, Database
from workers.adapters.sql_store.read import articles_of, chunks
from workers.adapters.sql_store.schema import articles, group_heads, lines, regroupings
from workers.model import Article, ArticleId, Work, article_from_json


def families(connection: Connection, works: Iterable[Work]) -> Families:
    """What is known of what these works go back to."""
    known = Families()
    asked = originals_of(works)
    if not asked:
        return known
    known.lines = _lines(connection, asked)
    known.heads = _heads(connection, asked | {line.group_id for line in known.lines.values()})
    known.versions = _versions(connection, asked | {line.first_id for line in known.lines.values()})
    known.articles = _articles(connection, asked | {head.head_id for head in known.heads.values()}
                               | {line.group_id for line in known.lines.values()})
    return known


def insert_lines(connection: Connection, known: Families, now: datetime) -> bool:
    """False when another transaction gave the same version or head: all is to be done again."""
    new_lines = [line._asdict() for line in known.new_lines]
    new_heads = [head._asdict() | {"decided_at": now} for head in known.new_heads]
    return all(_insert(connection, table, rows) for table, rows in ((lines, new_lines), (group_heads, new_heads)))


def _insert(connection: Connection, table: Table, rows: list[dict[str, object]]) -> bool:
    if not rows:
        return True
    if connection.dialect.name == SQLITE:
        connection.execute(insert(table), rows)  # alone since BEGIN IMMEDIATE
        return True
    statement = postgresql_insert(table).on_conflict_do_nothing().returning(table.c[0])
    return len(connection.execute(statement, rows).all()) == len(rows)


def regroup(
    database: Database, firsts: Mapping[ArticleId, ArticleId], now: datetime
) -> list[ArticleId]:
    with database.write() as connection:
        known = _lines(connection, firsts)
        groups = {article: line.group_id for article, line in known.items()}
        changed = regrouped(firsts, groups)
        if not changed:
            return []
        before = _groups(connection, changed)
        rows = [
            {"article_id": article, "regroup_no": before[article].regroup_no + 1 if article in before else 1,
             "group_id": group, "decided_at": now}
            for article, group in changed.items()
        ]
        groups |= changed
        heads = strayed_heads(firsts, groups, _heads(connection, {groups.get(each, each) for each in firsts}))
        connection.execute(insert(regroupings), rows)
        if heads:
            connection.execute(insert(group_heads), [head._asdict() | {"decided_at": now} for head in heads])
    return list(changed)


def came_late(database: Database, after: int, least: timedelta) -> tuple[int, bool]:
    """The number of the last article, and whether one after that number was received so much earlier than
    the one it goes back to."""
    late, original = articles.alias(), articles.alias()
    with database.read() as connection:
        last = connection.execute(select(func.max(articles.c.article_no))).scalar() or 0
        pairs = connection.execute(
            select(late.c.received_at, original.c.received_at)
            .join(original, original.c.article_id == late.c.original_id)
            .where(late.c.article_no > after, late.c.received_at < original.c.received_at)
        )
        return last, any(newer - older >= least for older, newer in pairs)


def group_of(connection: Connection, article: ArticleId) -> tuple[ArticleId, ArticleId]:
    """Its group and the group's head."""
    line = _lines(connection, [article]).get(article)
    group = line.group_id if line else article
    head = _heads(connection, [group]).get(group)
    return group, head.head_id if head else group


def versions(database: Database, id: str) -> list[Article]:
    found = articles_of(database, id)
    with database.read() as connection:
        some = [article.id for article in found[:1]]
        known = _lines(connection, some)
        firsts = [known[article].first_id if article in known else article for article in some]
        of_first = select(lines.c.article_id).where(lines.c.first_id.in_(firsts))
        rows = connection.execute(
            select(articles.c.record)
            .outerjoin(lines, lines.c.article_id == articles.c.article_id)
            .where(or_(articles.c.article_id.in_(firsts), articles.c.article_id.in_(of_first)))
            .order_by(func.coalesce(lines.c.version_no, 1))
        ).scalars()
        return [article_from_json(record) for record in rows]


def _lines(connection: Connection, some: Iterable[ArticleId]) -> dict[ArticleId, Line]:
    """Under their group of now."""
    some = list(some)
    found = {
        row.article_id: Line(*row)
        for part in chunks(some)
        for row in connection.execute(select(lines).where(lines.c.article_id.in_(part)))
    }
    for article, now in _groups(connection, some).items():
        found[article] = found.get(article, Line(article, article, article, 1))._replace(group_id=now.group_id)
    return found


def _groups(connection: Connection, some: Iterable[ArticleId]) -> dict[ArticleId, Regrouping]:
    """The latest regrouping of each that was regrouped."""
    table = regroupings.c
    return {
        row.article_id: Regrouping(*row)
        for part in chunks(some)
        for row in connection.execute(
            select(table.article_id, table.regroup_no, table.group_id)
            .where(table.article_id.in_(part))
            .order_by(table.regroup_no)
        )
    }


def _heads(connection: Connection, groups: Iterable[ArticleId]) -> dict[ArticleId, Head]:
    table = group_heads.c
    return {
        row.group_id: Head(*row)
        for part in chunks(groups)
        for row in connection.execute(
            select(table.group_id, table.head_no, table.head_id).where(table.group_id.in_(part)).order_by(table.head_no)
        )
    }


def _versions(connection: Connection, firsts: Iterable[ArticleId]) -> dict[ArticleId, int]:
    table = lines.c
    return {
        row[0]: row[1]
        for part in chunks(firsts)
        for row in connection.execute(
            select(table.first_id, func.max(table.version_no)).where(table.first_id.in_(part)).group_by(table.first_id)
        )
    }


def _articles(connection: Connection, some: Iterable[ArticleId]) -> dict[ArticleId, Article]:
    table = articles.c
    return {
        row.article_id: article_from_json(row.record)
        for part in chunks(some)
        for row in connection.execute(select(table.article_id, table.record).where(table.article_id.in_(part)))
    }
