from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.benchmarks.dedup.agreement import adjusted_rand
from tests.benchmarks.dedup.shuffles import Sample
from tests.benchmarks.dedup.streams import Stream
from workers.model import Article

AT = datetime(2026, 1, 1, tzinfo=UTC)


def test_a_grouping_agrees_with_itself_under_other_names_and_by_chance_not_at_all() -> None:
    one = dict(zip("abcdef", "xxyyzz", strict=True))
    assert adjusted_rand(one, dict(zip("abcdef", "112233", strict=True))) == 1
    assert adjusted_rand(one, dict(zip("abcdef", "121212", strict=True))) < 0


def test_a_sample_is_of_the_first_half_of_a_window_and_ends_when_asked() -> None:
    articles = [Article(name, name, received_at=AT + timedelta(hours=hours))
                for name, hours in (("a", 0), ("b", 5), ("a", 6), ("c", 500))]
    truth = [{"id": name, "story": "s", "cls": "pos", "kind": "near"} for name in "abc"]
    sample = Sample.of(Stream("test", articles, [], truth), documents=10, last=AT)
    found = [(each.producer_id, each.received_at) for each in sample.articles]
    assert found == [("a", AT - timedelta(hours=5)), ("b", AT)]
    assert sample.labels == {"a": "s", "b": "s"}
