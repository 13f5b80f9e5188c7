from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from workers.adapters.memory_dedup import MemoryDedupIndex
from workers.model import Article, Relation, RelationKind
from workers.ports import Judgement, Signature
from workers.steps.deduplicate import Deduplicate, sign

TEXT = "The council said on Tuesday that the old bridge is not safe and will stay closed for two weeks."


def built_index() -> MemoryDedupIndex:
    index = MemoryDedupIndex(window_h=168)
    index.mark_built()
    return index


def article(id: str, text: str = TEXT, title: str | None = None) -> Article:
    return Article(id, id[:-2], text=text, title=title, received_at=datetime(2026, 3, 1, tzinfo=UTC))


class Counting(MemoryDedupIndex):
    calls = 0

    def claim(self, signatures: Sequence[Signature], *, rebuilding: bool = False) -> list[Judgement]:
        self.calls += 1
        return super().claim(signatures, rebuilding=rebuilding)


def deduplicate(*articles: Article) -> list[Article]:
    return Deduplicate(built_index())(articles)


def test_a_copy_is_kept_with_its_relation_to_the_first() -> None:
    exact = Relation(RelationKind.EXACT, of="a-0", score=1.0, of_new=1.0, of_old=1.0)
    copy = article("b-0", TEXT.upper())
    assert deduplicate(article("a-0"), copy) == [article("a-0"), replace(copy, relation=exact)]


def test_teasers_with_other_headlines_are_not_copies() -> None:
    teasers = [article("a-0", "Read more", "Bridge closed"), article("a-1", "Read more", "Tunnel opened")]
    assert deduplicate(*teasers) == teasers


def test_a_batch_is_one_claim() -> None:
    index = Counting(window_h=168)
    index.mark_built()
    Deduplicate(index)([article(f"a-{part}") for part in range(9)])
    assert index.calls == 1


def test_an_empty_batch_asks_nothing() -> None:
    index = Counting(window_h=168)
    assert (Deduplicate(index)([]), index.calls) == ([], 0)


def test_a_quarantined_original_is_forgotten_by_its_id() -> None:
    index = built_index()
    step = Deduplicate(index)
    step([article("a-0")])
    index.release([sign([article("a-0")])[0].article_id])
    assert step([article("b-0")]) == [article("b-0")]
