"""What every store says of stories: run on memory, SQLite and PostgreSQL."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.contract.stores import NOW, art, article, decision, later, quarantined
from workers.model import Relation
from workers.ports import Decision, Query, Store


def told(name: str, story: str, *absorbed: tuple[str, str]) -> Decision:
    """An article of a story, that showed some stories to be others."""
    given = decision(name, article(name, relation=Relation(story=story)))
    return Decision(replace(given.work, absorbed=absorbed))


def in_story(store: Store, story: str) -> set[str]:
    return {found.id for found in store.find(Query(story=story))}


def test_the_articles_of_a_story_are_found_by_it(store: Store) -> None:
    store.record([told("a", "s1"), told("b", "s1"), told("c", "s2"), decision("d")], NOW)
    found = [in_story(store, story) for story in ("s1", "s2", "none")]
    assert found == [{art("a"), art("b")}, {art("c")}, set()]


def test_a_story_keeps_what_its_articles_were_told_and_is_found_by_either_name(store: Store) -> None:
    store.record([told("a", "s1"), told("b", "s2"), told("c", "s1", ("s2", "s1"))], NOW)
    assert in_story(store, "s1") == in_story(store, "s2") == {art("a"), art("b"), art("c")}
    assert [found.relation.story for found in store.articles_of(art("b"))] == ["s2"]
    assert [store.story_root(story) for story in ("s1", "s2", "s3")] == ["s1", "s1", "s3"]


def test_a_chain_of_absorbed_stories_is_followed_to_its_end(store: Store) -> None:
    store.record([told("a", "s1", ("s1", "s2")), told("b", "s2", ("s2", "s3")), told("c", "s3", ("s4", "s2"))], NOW)
    assert store.story_root("s4") == store.story_root("s1") == "s3"
    assert in_story(store, "s4") == {art("a"), art("b"), art("c")}


def test_stories_that_were_shown_to_be_one_another_do_not_lead_in_a_circle(store: Store) -> None:
    store.record([told("a", "s1", ("s1", "s2")), told("b", "s2", ("s2", "s1"), ("s2", "s2"))], NOW)
    assert art("a") in in_story(store, "s1")
    assert store.story_root("s1") in ("s1", "s2")


def test_what_a_story_was_first_shown_to_be_stands(store: Store) -> None:
    store.record([told("a", "s1", ("s2", "s1"))], NOW)
    store.record([told("b", "s3", ("s2", "s3"))], later(hours=1))
    assert store.story_root("s2") == "s1"


def test_stories_are_made_part_of_others_once_and_never_of_themselves(store: Store) -> None:
    store.record([told("a", "s1"), told("b", "s2"), told("c", "s3")], NOW)
    new = store.absorb([("s1", "s2"), ("s2", "s3"), ("s3", "s1"), ("s3", "s3")])
    assert sorted(new) == [("s1", "s2"), ("s2", "s3")]
    assert store.absorb([("s1", "s3"), ("s2", "s3")]) == store.absorb([]) == []
    assert in_story(store, "s1") == {art("a"), art("b"), art("c")}


def test_a_document_recorded_again_adds_nothing_to_stories(store: Store) -> None:
    store.record([told("a", "s1")], NOW)
    store.record([told("a", "s2", ("s1", "s2"))], NOW)
    assert (in_story(store, "s1"), in_story(store, "s2"), store.story_root("s1")) == ({art("a")}, set(), "s1")


def test_a_quarantined_document_is_in_no_story(store: Store) -> None:
    store.record([quarantined("a"), told("b", "s1")], NOW)
    assert in_story(store, "s1") == {art("b")}


def test_a_story_narrows_with_other_filters_and_is_read_in_pages(store: Store) -> None:
    store.record([told(name, "s1") for name in "abcde"], NOW)
    assert len(store.find(Query(story="s1", limit=2, offset=1))) == 2
    assert [found.id for found in store.find(Query(story="s1", text="Text of c"))] == [art("c")]


def test_articles_that_retention_removes_leave_their_stories(store: Store) -> None:
    store.record([told("a", "s1")], NOW)
    assert store.retain(later(days=1)) == 1
    assert in_story(store, "s1") == set()


@pytest.mark.parametrize("odd", ["", "'; --", "\x00", "\ud800", "%", "x" * 10_000], ids=range(6))
def test_an_odd_name_of_a_story_finds_nothing(store: Store, odd: str) -> None:
    store.record([told("a", "s1")], NOW)
    assert in_story(store, odd) == set()
