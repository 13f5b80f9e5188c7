"""explain's matches, tune, and an index made anew: what operators ask about deduplication."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from tests.runtime.memory_mill import MemoryMill
from workers.adapters.dedup_rules import Rules
from workers.adapters.memory_dedup import MemoryDedupIndex
from workers.errors import StoreError
from workers.model import Article
from workers.ports import Query
from workers.runtime.rebuild import rebuild_index
from workers.runtime.tune import Change, as_plain, tune
from workers.runtime.why import explain
from workers.steps.deduplicate import compare, sign

WORDS = ["w" + "".join(chr(97 + int(figure)) for figure in str(number)) for number in range(120)]
STORY = " ".join(WORDS) + " cost 12 million"
EDITED = " ".join(WORDS[:100]) + " new words at the end of it, which cost 15 million"
PART = " ".join(WORDS[40:70])


def settled(*texts: str) -> MemoryMill:
    mill = MemoryMill()
    for text in texts:
        mill.push(text)
        mill.settle_down()
    return mill


def article(id: str, text: str) -> Article:
    return Article(id, id[:-2], text=text, title=f"Title of {id}", received_at=MemoryMill().clock.time)


def judged(*articles: Article, **shares: float) -> tuple[dict[str, int], dict[float, Change]]:
    def index(copy: float) -> MemoryDedupIndex:
        return MemoryDedupIndex(window_h=168, rules=Rules(copy=copy))

    others = {share: index(share) for share in shares.values()}
    return tune(articles, sign, index(0.4), others, samples=1)


# ---- explain ----


def test_explain_shows_what_two_articles_share_and_the_numbers_that_differ() -> None:
    mill = settled(STORY, EDITED)
    edited = next(iter(mill.store.find(Query(text="15"))))
    match = explain(mill.store, compare, edited.id)[0]["articles"][0]["match"]
    assert (match["shared_words"], match["passages"][0]["text"]) == (100, " ".join(WORDS[:100])[:300] + "…")
    assert (match["numbers_only_here"], match["numbers_only_there"]) == (["15"], ["12"])


def test_an_article_that_goes_back_to_nothing_has_no_match() -> None:
    mill = settled(STORY)
    told = explain(mill.store, compare, next(iter(mill.store.articles_of(STORY[:20]))).id)
    assert "match" not in told[0]["articles"][0]


def test_a_match_whose_text_is_not_kept_any_more_is_left_out() -> None:
    mill = settled(STORY)
    mill.clock.move(3600)
    copy = mill.push(EDITED)[0]
    mill.settle_down()
    mill.store.retain(mill.clock.now() - timedelta(seconds=1800))
    assert "match" not in explain(mill.store, compare, copy.document_id)[0]["articles"][0]


# ---- tune ----


def test_tune_tells_what_a_stricter_threshold_would_change_with_a_pair() -> None:
    first, part = article("a-0", STORY), article("b-0", " ".join([*WORDS[:25], *(f"other{n}" for n in range(25))]))
    kinds, found = judged(first, part, stricter=0.9)
    assert kinds["unique"] == 1
    (step,) = found[0.9].changed
    assert step[1] == "unique"
    assert [(pair.article, pair.other, pair.other_title) for pair in found[0.9].pairs] == [
        ("b-0", "a-0", "Title of a-0")
    ]


def test_tune_at_the_threshold_of_now_changes_nothing() -> None:
    _, found = judged(article("a-0", STORY), article("b-0", PART), same=0.4)
    assert (found[0.4].changed, found[0.4].pairs) == ({}, [])


def test_tune_shows_at_most_so_many_pairs_of_a_change() -> None:
    half = " ".join([*WORDS[:25], *(f"other{n}" for n in range(25))])
    copies = [article(f"{n}-0", f"{half} {n} {n}") for n in range(5)]
    _, found = judged(article("a-0", STORY), *copies, stricter=0.9)
    assert all(sum((p.now, p.then) == step for p in found[0.9].pairs) <= 1 for step in found[0.9].changed)


def test_tunes_answer_for_programs_names_thresholds_changes_and_pairs() -> None:
    kinds, found = judged(article("a-0", STORY), article("b-0", PART), same=0.4)
    assert as_plain(kinds, found, 0.4, str) == {
        "copy_share": 0.4, "articles": 2, "relations": {"unique": 1, "contained": 1},
        "others": [{"copy_share": 0.4, "relations": {"unique": 1, "contained": 1}, "changed": [], "pairs": []}],
    }


# ---- the index made anew ----


def test_an_index_made_anew_knows_originals_and_copies() -> None:
    mill = settled(STORY, PART)
    mill.index.clear()
    assert list(rebuild_index(mill.store, mill.index, sign, mill.clock.now(), 168)) == [2]
    copy = mill.push(EDITED)[0]
    mill.settle_down()
    assert mill.store.articles_of(copy.document_id)[0].relation.of is not None


def test_batches_are_rescued_while_the_index_is_made_anew() -> None:
    """A window of millions takes minutes; the reconciler goes on with it in turns."""
    mill = settled(*(f"text number {n}, unlike the others" for n in range(130)))
    mill.index.clear()
    mill.reconciler.watch_broker()
    mill.reconciler.rebuild(turn_s=-1)
    assert mill.index.is_fresh()
    lost = mill.push("a text that waits")[0]
    mill.dispatch()
    mill.broker.messages.clear()
    mill.clock.move(11)
    assert mill.reconciler.rescue() == 1
    mill.settle_down()
    assert (mill.index.is_fresh(), mill.verdict(lost)) == (False, "stored")


def test_a_store_that_fails_in_the_middle_of_it_is_asked_again_from_the_start() -> None:
    mill = settled("one", "two")
    mill.index.clear()
    store, mill.reconciler._store = mill.store, _Away()
    mill.reconciler.watch_broker()
    try:
        mill.reconciler.rebuild()
    except StoreError:
        mill.reconciler._store = store
    mill.reconciler.watch_broker()
    mill.reconciler.rebuild()
    assert (mill.index.is_fresh(), mill.index.entries()) == (False, 2)


class _Away:
    def articles_since(self, since: object) -> object:
        raise StoreError("refused")


def test_an_update_is_told_as_updated_and_a_fuller_original_as_regrouped() -> None:
    longer = STORY + " " + " ".join(f"more{n}" for n in range(90))
    mill = settled(PART + " and so on", longer)
    assert [event for event, _ in mill.ledger.articles] == ["stored", "stored", "regrouped"]


def test_a_copy_is_compared_and_counted_at_its_claim() -> None:
    mill = settled(STORY, EDITED)
    counters = mill.ledger.audit().counters
    assert (counters["h:dedup_candidates::0"], counters["h:dedup_candidates::1"]) == (1, 1)


def test_a_batch_that_cannot_be_signed_at_once_is_signed_document_by_document() -> None:
    mill = MemoryMill()
    good, bad = mill.push("a good text", "a bad text")
    whole = mill.runner._decide._steps.deduplicate

    class Failing:
        def sign(self, articles: list[Article]) -> object:
            if any("bad" in article.text for article in articles):
                raise ValueError("cannot")
            return whole.sign(articles)

        claim = staticmethod(whole.claim)

    mill.runner._decide._steps = replace(mill.runner._decide._steps, deduplicate=Failing())  # type: ignore[arg-type]
    mill.settle_down()
    assert mill.verdicts([good, bad]) == ["stored", "quarantined"]
