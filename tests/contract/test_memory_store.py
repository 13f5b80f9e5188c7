"""What the memory store promises beyond the port: a window of documents bounds what it holds."""

from __future__ import annotations

from tests.contract.stores import NOW, art, copy, decision, doc, quarantined, verdicts
from workers.adapters.memory_store import MemoryStore
from workers.ports import Query, Standing, Waiting


def windowed() -> MemoryStore:
    """Two documents, both decided."""
    store = MemoryStore(window_documents=2)
    store.record([decision("a"), quarantined("b")], NOW)
    return store


def test_with_a_window_no_content_is_kept_and_every_document_is_counted() -> None:
    store = windowed()
    store.record([decision("c")], NOW)
    kept = (store.find(Query()), [row.payload for row in store.quarantine_show(doc("b"))])
    assert (kept, store.counts()["stored"]) == (([], [None]), 2)


def test_within_the_window_a_verdict_stands_and_past_it_is_forgotten() -> None:
    store = windowed()
    store.record([decision("c")], NOW)
    assert sorted(store.standing([doc(name) for name in "abc"])) == [doc("b"), doc("c")]


def test_within_the_window_a_copy_finds_its_original_and_past_it_waits() -> None:
    store = windowed()
    within = store.record([decision("c", copy("c", of=art("a")))], NOW)
    assert verdicts(within) == ["duplicate"]
    assert store.record([decision("d", copy("d", of=art("a")))], NOW) == [Waiting(doc("d"), art("a"), lost=False)]


def test_with_a_window_the_first_answer_still_gives_the_articles() -> None:
    (answer,) = MemoryStore(window_documents=1).record([decision("a")], NOW)
    assert isinstance(answer, Standing)
    assert [article.id for article in answer.articles] == [art("a")]
