"""What every store promises of its sources: counted once with the documents, judged, bounded."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.contract.stores import NOW, art, article, copy, decision, later, quarantined
from workers.adapters.memory_store import MemoryStore
from workers.adapters.sql_store import SqlStore
from workers.model import Article
from workers.ports import Decision, SourceHour, SourceStanding, SourceState, Store

Both = MemoryStore | SqlStore
HOUR = math.floor(NOW.timestamp() / 3600)


@pytest.fixture
def store(store: Store) -> Both:
    assert isinstance(store, Both)
    return store


def post(name: str, **values: Any) -> Decision:
    """A document of the Post with one article of 99 words."""
    at: datetime = values.pop("accepted_at", NOW)
    values = {"language": "en", "word_count": 99, "published_at": NOW, **values}
    return of("post", decision(name, article(name, **values)), at)


def of(source: str | None, given: Decision, at: datetime = NOW, **values: Any) -> Decision:
    page = replace(given.work.document, source=source, accepted_at=at, **values)
    return replace(given, work=replace(given.work, document=page))


def hours(store: Both) -> list[SourceHour]:
    return [hour for _, theirs in store.source_hours(after="", most=100) for hour in theirs]


def standing(source: str, state: SourceState, at: datetime = NOW) -> SourceStanding:
    return SourceStanding(source, state, at, {"day": 7})


def test_a_document_is_counted_once_in_the_hour_of_its_acceptance_whenever_it_is_decided(store: Both) -> None:
    store.record([post("a")], later(hours=5))
    store.record([post("a")], later(hours=6))
    assert hours(store) == [SourceHour("post", HOUR, "en", 1, 0, 0, 1, 0, round(1000 * math.log(100)))]


def test_documents_of_one_hour_add_up_over_calls(store: Both) -> None:
    store.record([post("a"), post("b", published_at=None)], NOW)
    store.record([post("c"), of("post", quarantined("d"))], NOW)
    no_language, english = hours(store)
    assert (no_language.documents, no_language.quarantined, no_language.articles) == (1, 1, 0)
    assert (english.documents, english.articles, english.undated) == (3, 3, 1)


def test_a_duplicate_counts_and_one_that_waits_for_its_original_does_not_yet(store: Both) -> None:
    given = [of("post", decision("b", copy("b", of=art("a"))))]
    store.record(given, NOW)
    assert hours(store) == []
    store.record([of("post", decision("a")), *given], NOW)
    assert [(hour.documents, hour.duplicates) for hour in hours(store)] == [(2, 1)]


def test_a_document_counts_under_its_first_language_and_each_article_under_its_own(store: Both) -> None:
    one, two = article("a", language="en"), article("a", 1, language="fr")
    store.record([of("post", decision("a", one, two))], NOW)
    assert [(each.language, each.documents, each.articles) for each in hours(store)] == [("en", 1, 1), ("fr", 0, 1)]


def test_a_language_that_is_no_code_makes_no_row_of_its_own(store: Both) -> None:
    store.record([post("a", language="Klingon; high"), post("b", language=None)], NOW)
    assert [(each.language, each.documents) for each in hours(store)] == [("", 2)]


@pytest.mark.parametrize(("source", "url", "publisher", "name"), [
    ("Post", "https://www.example.org/a", "The Post", "Post"),
    (None, "https://www.example.org/a", "The Post", "example.org"),
    (None, None, "The Post", "The Post"),
    (None, "http://[bad", "The Post", "The Post"),
    ("x" * 500, None, None, "x" * 120),
], ids=["as pushed", "host", "publisher", "bad url", "long"])
def test_a_source_is_named_as_pushed_else_by_its_host_else_by_the_publisher(
    store: Both, source: str | None, url: str | None, publisher: str | None, name: str
) -> None:
    store.record([of(source, decision("a", article("a", publisher=publisher)), url=url)], NOW)
    assert [hour.source for hour in hours(store)] == [name]


def test_a_document_of_nobody_is_of_no_source(store: Both) -> None:
    store.record([of(None, decision("a", article("a", publisher=None)))], NOW)
    assert hours(store) == []


def test_sources_come_in_pages_by_name_and_their_hours_in_order(store: Both) -> None:
    given = [of(name, decision(name), NOW - timedelta(hours=ago)) for ago, name in enumerate("cab")]
    store.record([*given, of("a", decision("d"), NOW - timedelta(hours=9))], NOW)
    first = store.source_hours(after="", most=2)
    assert [(name, [each.hour - HOUR for each in theirs]) for name, theirs in first] == [("a", [-9, -1]), ("b", [-2])]
    assert [name for name, _ in store.source_hours(after="b", most=2)] == ["c"]
    assert store.source_hours(after="c", most=2) == []


def test_a_state_is_told_once_when_it_changes_and_keeps_its_since(store: Both) -> None:
    silent, normal = standing("post", SourceState.SILENT), standing("light", SourceState.NORMAL)
    assert store.note_sources([silent, normal]) == [silent, normal]
    again = standing("post", SourceState.SILENT, later(hours=1))
    assert store.note_sources([again]) == []
    assert store.source_standings() == [replace(again, since=NOW), replace(normal, since=NOW)]
    back = standing("post", SourceState.NORMAL, later(hours=2))
    assert store.note_sources([back]) == [back]
    assert [each.since for each in store.source_standings()] == [NOW, later(hours=2)]


def test_states_are_counted_and_the_worst_is_listed_first(store: Both) -> None:
    given = [("a", SourceState.NORMAL), ("b", SourceState.LENGTH), ("c", SourceState.SILENT), ("d", SourceState.NORMAL)]
    store.note_sources([standing(name, state) for name, state in given])
    assert store.source_states() == {"normal": 2, "length": 1, "silent": 1}
    assert [each.source for each in store.source_standings()] == ["c", "b", "a", "d"]


def test_what_is_old_goes_and_a_source_with_nothing_left_goes_with_its_standing(store: Both) -> None:
    store.record([of("old", decision("a"), NOW - timedelta(hours=10)), of("new", decision("b"))], NOW)
    store.record([of("new", decision("c"), NOW - timedelta(hours=10))], NOW)
    store.note_sources([standing("old", SourceState.SILENT), standing("new", SourceState.NORMAL)])
    assert store.forget_sources(hours_before=HOUR - 20, silent_before=HOUR - 5, most=9) == 1
    assert [each.source for each in hours(store)] == ["new", "new"]
    assert [each.source for each in store.source_standings()] == ["new"]
    assert store.forget_sources(hours_before=HOUR - 5, silent_before=HOUR - 5, most=9) == 0
    assert [each.hour for each in hours(store)] == [HOUR]


def test_of_too_many_sources_those_that_bring_most_stay(store: Both) -> None:
    given: list[Article] = [article(name) for name in "abcdef"]
    named = ["big", "big", "small", "late", "mid", "mid"]
    store.record([of(name, decision(each.id[0], each), NOW + timedelta(hours=name == "late"))
                  for name, each in zip(named, given, strict=True)], NOW)
    assert store.forget_sources(hours_before=0, silent_before=0, most=3) == 1
    assert {hour.source for hour in hours(store)} == {"big", "mid", "late"}
