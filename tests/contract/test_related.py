"""Related articles: what every store answers, and why."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.contract.stores import NOW, SQL, Stores, art, article, copy, decision, later
from workers.adapters import sql_store
from workers.adapters.sql_store.database import Database
from workers.model import Article, Tag, TagKind
from workers.ports import Store

COMMON = frozenset(["the", "and", "title", "text"])
BRIDGE = ("harbour bridge", TagKind.KEYPHRASE)
HOLM = ("Ann Holm", TagKind.PERSON)
NORLAND = ("Norland", TagKind.COUNTRY)


def tagged(
    name: str, *tags: tuple[str, TagKind], title: str = "Title", body: str = "Text.", days: float = 0
) -> Article:
    found = tuple(Tag(kind, label.casefold(), label, 1.0) for label, kind in tags)
    return article(name, title=title, text=body, tags=found, published_at=later(days=-days))


def fill(store: Store, *articles: Article) -> None:
    """Behind them fifty articles of the same country on other subjects."""
    others = [tagged(f"o{number}", NORLAND, (f"subject {number}", TagKind.KEYPHRASE)) for number in range(50)]
    store.record([decision(each.document_id.rstrip("0") or "0", each) for each in (*others, *articles)], NOW)


def related(store: Store, name: str, days: float = 7, limit: int = 10) -> list[str]:
    found = store.related(art(name), days=days, common=COMMON, limit=limit)
    return [each.article.id[0] for each in found]


def test_articles_that_share_rare_tags_are_related_and_say_so(store: Store) -> None:
    bridges = [tagged("a", BRIDGE, HOLM, NORLAND), tagged("b", BRIDGE, HOLM), tagged("c", BRIDGE)]
    fill(store, *bridges, tagged("d", NORLAND))
    found = store.related(art("a"), days=7, common=COMMON, limit=10)
    assert [(each.article.id, each.tags) for each in found] == [
        (art("b"), (("person", "Ann Holm"), ("keyphrase", "harbour bridge"))),
        (art("c"), (("keyphrase", "harbour bridge"),)),
    ]
    assert 1 > found[0].score > found[1].score > 0


def test_words_of_title_and_summary_tell_articles_apart_and_are_named(store: Store) -> None:
    near = tagged("b", BRIDGE, title="Crane lifts the pillar", body="Divers and crane at work.")
    fill(store, tagged("a", BRIDGE, title="Crane lifts pillar", body="Divers watch."), tagged("c", BRIDGE), near)
    first, second = store.related(art("a"), days=7, common=COMMON, limit=10)
    assert (first.article.id, first.words) == (art("b"), ("crane", "divers", "lifts", "pillar"))
    assert (second.article.id, second.words) == (art("c"), ())


def test_a_word_of_the_title_may_be_another_s_keyphrase(store: Store) -> None:
    fill(store, tagged("a", title="Regatta"), tagged("b", ("regatta", TagKind.KEYPHRASE)))
    assert related(store, "a") == ["b"]


def test_only_articles_dated_within_the_days_before_and_after_count(store: Store) -> None:
    fill(store, *(tagged(name, BRIDGE, HOLM, days=days) for name, days in zip("abcd", (10, 4, 16, 18), strict=True)))
    assert related(store, "a") == ["b", "c"]
    assert related(store, "a", days=1) == []


@pytest.mark.parametrize("year", [1, 9999])
def test_an_article_at_the_end_of_the_calendar_has_related_ones_too(store: Store, year: int) -> None:
    at = datetime(year, 1, 1, tzinfo=UTC) if year == 1 else datetime(year, 12, 31, tzinfo=UTC)
    fill(store, *(replace(tagged(name, BRIDGE, HOLM), published_at=at) for name in "ab"))
    assert related(store, "a") == ["b"]


def test_copies_of_the_article_are_not_related_and_of_another_s_copies_one_is(store: Store) -> None:
    a, b = tagged("a", BRIDGE, HOLM), tagged("b", BRIDGE)
    fill(store, a, b, replace(copy("c", of=art("a")), tags=a.tags), replace(copy("d", of=art("b")), tags=b.tags))
    assert related(store, "a") == ["b"]
    assert related(store, "c") == ["b"]


def test_at_most_so_many_are_told(store: Store) -> None:
    fill(store, *(tagged(name, BRIDGE, HOLM) for name in "abcdef"))
    assert len(related(store, "a", limit=3)) == 3


def test_an_article_that_is_not_there_has_none(store: Store) -> None:
    assert store.related("nothing-0", days=7, common=COMMON, limit=10) == []


@pytest.mark.parametrize("kind", SQL)
def test_tags_stored_before_they_bore_a_date_are_given_theirs(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    ddl = {file.name: file.read_text() for file in files(sql_store).joinpath("ddl").iterdir()}
    (migration,) = {int(name[:4]) for name, made in ddl.items() if "ADD COLUMN dated_s" in made}
    later = {table for name, made in ddl.items() if int(name[:4]) > migration
             for table in re.findall(r"CREATE TABLE (\w+)", made)}
    stores = Stores(kind, tmp_path, request.getfixturevalue("postgres") if kind == "postgresql" else None)
    store = stores.open()
    fill(store, tagged("a", BRIDGE, HOLM, days=3), tagged("b", BRIDGE, HOLM, days=1), tagged("c", BRIDGE, HOLM, days=9))
    with Database(stores.url).as_it_is() as connection:
        connection.execute(text("DROP INDEX tags_by_key"))
        connection.execute(text("ALTER TABLE tags DROP COLUMN dated_s"))
        connection.execute(text("CREATE INDEX tags_by_key ON tags (tag_key, kind)"))
        for table in later:
            connection.execute(text(f"DROP TABLE {table}"))
        connection.execute(text("DELETE FROM schema_versions WHERE version >= :number"), {"number": migration})
    assert related(stores.open(), "a", days=3) == ["b"]
