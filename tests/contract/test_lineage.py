"""Versions, groups and their heads, as every store keeps them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.contract.stores import NOW, art, article, decision, doc
from workers.model import Article, ArticleId, Precision, Relation, RelationKind
from workers.ports import Standing, Store


def related(name: str, kind: str, of: str, **values: Any) -> Article:
    also = values.pop("also", ())
    relation = Relation(RelationKind(kind), of=art(of), score=0.9, of_new=0.9, of_old=0.9, also=also)
    return article(name, relation=relation, **values)


def record(store: Store, *articles: Article) -> list[Standing]:
    answers = store.record([decision(each.document_id.rstrip("0"), each) for each in articles], NOW)
    return [answer for answer in answers if isinstance(answer, Standing)]


def numbers(store: Store, name: str) -> list[tuple[ArticleId, int]]:
    return [(each.id[:1], each.version) for each in store.versions(art(name))]


def head(store: Store, name: str) -> tuple[str, str]:
    relation = store.explain(doc(name))[0]["articles"][0]["relation"]
    return relation["group"][:1], relation["group_head"][:1]


def minutes(number: int) -> Any:
    return NOW + timedelta(minutes=number)


# ---- versions ----


def test_an_update_by_the_same_publisher_is_the_next_version(store: Store) -> None:
    record(store, article("a", publisher="Post"))
    record(store, related("b", "update", "a", publisher="POST"), related("c", "update", "b", publisher="Post"))
    assert [numbers(store, name) for name in "abc"] == [[("a", 1), ("b", 2), ("c", 3)]] * 3


def test_two_updates_of_one_version_get_numbers_in_the_order_they_come(store: Store) -> None:
    record(store, article("a", url="https://n.test/a"))
    for name in "bc":
        record(store, related(name, "update", "a", url="https://n.test/a"))
    assert numbers(store, "a") == [("a", 1), ("b", 2), ("c", 3)]


def test_another_publishers_update_is_an_article_of_its_own(store: Store) -> None:
    record(store, article("a", publisher="Post"), related("b", "update", "a", publisher="Mail"))
    assert [numbers(store, name) for name in "ab"] == [[("a", 1)], [("b", 1)]]


def test_a_copy_is_no_version(store: Store) -> None:
    record(store, article("a", publisher="Post"), related("b", "near", "a", publisher="Post"))
    assert numbers(store, "b") == [("b", 1)]


def test_a_version_keeps_its_number_when_its_document_comes_again(store: Store) -> None:
    record(store, article("a", publisher="Post"))
    update = related("b", "update", "a", publisher="Post")
    first, again = record(store, update), record(store, update)
    assert [standing.articles[0].version for standing in first + again] == [2, 2]


def test_nothing_is_known_of_the_versions_of_what_was_never_stored(store: Store) -> None:
    assert store.versions("nothing") == []


# ---- groups and heads ----


def test_everything_that_goes_back_to_an_article_is_of_its_group(store: Store) -> None:
    record(store, article("a"), related("b", "near", "a"), related("c", "update", "a"))
    record(store, related("d", "contained", "c"))
    assert [head(store, name) for name in "abcd"] == [("a", "a")] * 4


def test_a_fuller_original_that_comes_later_heads_the_group(store: Store) -> None:
    record(store, article("a"))
    fuller = record(store, related("b", "contains", "a"))[0]
    assert (fuller.regrouped, head(store, "a"), head(store, "b")) == ((art("b"),), ("a", "b"), ("a", "b"))


def test_an_earlier_published_original_heads_the_group_though_it_counts_as_copy(store: Store) -> None:
    record(store, article("a", published_at=minutes(0), published_precision=Precision.MINUTE))
    original = related("b", "near", "a", published_at=minutes(-30), published_precision=Precision.MINUTE)
    later = related("c", "near", "a", published_at=minutes(-20), published_precision=Precision.MINUTE)
    assert [standing.regrouped for standing in record(store, original, later)] == [(art("b"),), ()]
    assert head(store, "c") == ("a", "b")


@pytest.mark.parametrize(
    "values",
    [{"published_precision": Precision.DAY}, {"published_at": None}],
    ids=["only the day is known", "no time is known"],
)
def test_a_time_that_is_no_earlier_for_sure_moves_no_head(store: Store, values: dict[str, Any]) -> None:
    record(store, article("a", published_at=minutes(0), published_precision=Precision.MINUTE))
    given = {"published_at": minutes(-30), "published_precision": Precision.MINUTE} | values
    assert record(store, related("b", "near", "a", **given))[0].regrouped == ()


def test_a_page_that_glues_articles_heads_no_group(store: Store) -> None:
    record(store, article("a"), article("b"))
    assert record(store, related("c", "contains", "a", also=(art("b"),)))[0].regrouped == ()


def test_a_head_is_told_again_when_its_document_comes_again(store: Store) -> None:
    """The event is emitted when the ledger settles, which may be a second time lucky."""
    record(store, article("a"))
    fuller = related("b", "contains", "a")
    first, again = record(store, fuller)[0], record(store, fuller)[0]
    assert again == replace(first, new=False)


def test_an_article_whose_original_retention_removed_heads_nothing(store: Store) -> None:
    record(store, article("a"))
    store.retain(minutes(1))
    assert record(store, related("b", "contains", "a"))[0].regrouped == ()


def test_updates_of_updates_in_one_call_are_counted_in_their_order(store: Store) -> None:
    third, second = related("c", "update", "b", publisher="Post"), related("b", "update", "a", publisher="Post")
    record(store, third, second, article("a", publisher="Post"))
    assert numbers(store, "a") == [("a", 1), ("b", 2), ("c", 3)]


# ---- regrouping ----


def test_what_belongs_together_gets_the_group_that_most_are_in(store: Store) -> None:
    record(store, article("a"), related("b", "near", "a"), article("c"), article("d"))
    changed = store.regroup({art(name): art("c") for name in "abc"}, NOW)
    assert (changed, [head(store, name) for name in "abcd"]) == ([art("c")], [("a", "a")] * 3 + [("d", "d")])


def test_of_a_set_that_falls_apart_the_part_with_the_first_article_keeps_the_group(store: Store) -> None:
    record(store, article("a"), *(related(name, "near", "a") for name in "bcd"))
    firsts = {art("a"): art("a"), **{art(name): art("b") for name in "bcd"}}
    assert sorted(store.regroup(firsts, NOW)) == [art(name) for name in "bcd"]
    assert [head(store, name) for name in "abcd"] == [("a", "a")] + [("b", "b")] * 3


def test_a_head_that_belongs_to_another_group_by_now_hands_over_to_the_first_article(store: Store) -> None:
    record(store, article("a"), related("b", "contains", "a"), related("c", "near", "a"))
    assert head(store, "a") == ("a", "b")
    store.regroup({art("a"): art("a"), art("c"): art("a"), art("b"): art("b")}, NOW)
    assert [head(store, name) for name in "abc"] == [("a", "a"), ("b", "b"), ("a", "a")]


def test_a_regrouping_done_again_changes_nothing(store: Store) -> None:
    record(store, article("a"), article("b"))
    firsts = {art(name): art("a") for name in "ab"}
    assert len(store.regroup(firsts, NOW)) == 1
    assert store.regroup(firsts, NOW) == []


def test_a_later_copy_joins_the_group_of_now(store: Store) -> None:
    record(store, article("a"), article("b"))
    store.regroup({art(name): art("a") for name in "ab"}, NOW)
    record(store, related("c", "near", "b"))
    assert head(store, "c") == head(store, "a")


def test_an_original_received_after_its_copy_came_in_order_and_the_other_way_round_late(store: Store) -> None:
    record(store, article("a"))
    seen, late = store.came_late(0, timedelta(minutes=1))
    record(store, related("b", "near", "a", received_at=minutes(-5)))
    assert (late, store.came_late(seen, timedelta(minutes=1))[1], store.came_late(seen, timedelta(hours=1))[1]) == (
        False, True, False,
    )
