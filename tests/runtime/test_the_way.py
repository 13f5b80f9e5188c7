"""The rules of the crash table, one a test: kills between any two points, lost, doubled and late
messages, a plant that fails, documents that kill. Promises 1, 2 and 6 of the design."""

from __future__ import annotations

from itertools import pairwise

import msgspec
import pytest

from tests.runtime.memory_mill import MemoryMill
from workers.errors import StoreError
from workers.model import Reason, RelationKind
from workers.pipeline import PIPELINE


def balanced(mill: MemoryMill) -> bool:
    audit = mill.ledger.audit()
    return (audit.difference, audit.articles_difference) == (0, 0)


def events(mill: MemoryMill) -> list[tuple[str, str]]:
    return [(event, msgspec.json.decode(article)["text"]) for event, article in mill.ledger.articles]


def test_a_pushed_page_comes_out_as_its_articles() -> None:
    """Promise 3: one page can hold many articles."""
    mill = MemoryMill()
    entry = mill.push("first article\n\nsecond article")[0]
    mill.settle_down()
    assert mill.verdict(entry) == "stored"
    assert events(mill) == [("stored", "first article"), ("stored", "second article")]
    assert balanced(mill)


def test_a_copy_is_related_not_dropped() -> None:
    """Promise 4: copies are related, not dropped."""
    mill = MemoryMill()
    first, copy = mill.push("the same story", "The  same story")
    mill.settle_down()
    assert mill.verdicts([first, copy]) == ["stored", "duplicate"]
    article = mill.store.articles_of(copy.document_id)[0]
    assert (article.relation.kind, article.relation.of) == ("exact", f"{first.document_id}-0")
    assert [event for event, _ in events(mill)] == ["stored", "duplicate"]


def test_a_document_is_stored_if_any_of_its_articles_is() -> None:
    mill = MemoryMill()
    _, mixed = mill.push("a story", "a story\n\nand another")
    mill.settle_down()
    assert mill.verdict(mixed) == "stored"
    assert mill.ledger.audit().counters["articles:duplicate"] == 1
    assert balanced(mill)


def test_a_bug_costs_one_article_never_its_neighbours() -> None:
    mill = MemoryMill()
    good, bad, mixed = mill.push("good", "bug in tag", "fine\n\nbug in tag too")
    mill.settle_down()
    assert mill.verdicts([good, bad, mixed]) == ["stored", "quarantined", "stored"]
    assert mill.ledger.audit().counters["articles:quarantined"] == 2
    assert mill.store.quarantine_show(bad.document_id)[0].reason == Reason.STEP_FAILED
    assert balanced(mill)


def test_a_detail_names_the_bug_and_holds_no_page_text() -> None:
    """Promise 5: why a document was quarantined can be asked for."""
    mill = MemoryMill()
    bad = mill.push("bug in clean secret words")[0]
    mill.settle_down()
    row = mill.store.quarantine_show(bad.document_id)[0]
    assert (row.step, row.reason) == ("clean", "step_failed")
    assert row.detail.startswith("ValueError in toy_clean (memory_mill.py:")
    assert "secret" not in row.detail


@pytest.mark.parametrize("step", PIPELINE)
@pytest.mark.parametrize("lost", ["message", "worker", "blob", "broker"])
def test_whatever_is_lost_before_a_step_the_document_arrives_once(step: str, lost: str) -> None:
    mill = MemoryMill()
    entries = mill.push("one", "two", "one")
    mill.dispatch()
    mill.run_until(step)
    if lost == "message":
        mill.broker.messages.clear()
    elif lost == "worker":
        mill.ledger.begin(mill.broker.messages.pop()[0], step, "dies", 10.0)
    elif lost == "blob":
        mill.blobs.kept.clear()
    else:
        mill.broker.messages.clear()
        mill.blobs.kept.clear()
        mill.broker.name = "second"
    mill.settle_down()
    assert mill.verdicts(entries) == ["stored", "stored", "duplicate"]
    assert sorted(events(mill)) == [("duplicate", "one"), ("stored", "one"), ("stored", "two")]
    assert mill.ledger.audit().quarantined == 0
    assert balanced(mill)


@pytest.mark.parametrize("step", PIPELINE)
def test_a_doubled_message_does_nothing_twice(step: str) -> None:
    mill = MemoryMill()
    entries = mill.push("one", "two")
    mill.dispatch()
    mill.run_until(step)
    mill.broker.messages *= 2
    mill.settle_down()
    assert mill.verdicts(entries) == ["stored", "stored"]
    assert len(events(mill)) == 2
    assert balanced(mill)


def test_a_settled_batch_leaves_no_blob_behind() -> None:
    mill = MemoryMill()
    mill.push("one", "two", "")
    mill.settle_down()
    assert mill.blobs.kept == {}


def test_the_blob_of_a_copy_that_waits_for_its_original_stays() -> None:
    mill = MemoryMill()
    mill.push("one")
    mill.dispatch()
    mill.run_until("publish")
    original = mill.broker.messages.pop()
    mill.push("one")
    mill.dispatch()
    mill.drain()
    assert len(mill.blobs.kept) == 2
    mill.broker.messages.append(original)
    mill.settle_down()
    assert mill.blobs.kept == {}


def test_a_store_that_is_away_loses_nothing_and_quarantines_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    mill = MemoryMill()
    entries = mill.push("one", "two")
    record, calls = mill.store.record, []

    def away_for_twenty_calls(*arguments: object) -> object:
        calls.append(mill.clock.time)
        if len(calls) <= 20:
            raise StoreError("refused")
        return record(*arguments)  # type: ignore[arg-type]

    mill.publisher._store = type("Away", (), {"record": staticmethod(away_for_twenty_calls)})()
    mill.settle_down(most_s=3600)
    assert mill.verdicts(entries) == ["stored", "stored"]
    waits = [(b - a).total_seconds() for a, b in pairwise(calls)]
    assert waits[0] < 4
    assert max(waits) >= 60
    assert balanced(mill)


def test_an_index_that_is_slow_or_away_is_no_documents_fault() -> None:
    mill = MemoryMill()
    entry = mill.push("one")[0]
    mill.index._fresh = True  # came back empty: claims are refused until it is rebuilt
    mill.dispatch()
    mill.drain()
    assert (mill.verdict(entry), mill.ledger.out()[0].state) == ("in flight", "waiting")
    mill.reconciler.watch_broker()
    mill.settle_down()
    assert mill.verdict(entry) == "stored"
    assert mill.ledger.audit().counters["batches:deduplicate:handed_back"] == 1


def test_a_broker_that_is_away_leaves_the_batch_to_the_reconciler() -> None:
    mill = MemoryMill()
    entry = mill.push("one")[0]
    mill.broker.down = True
    assert mill.dispatch() == "idle"
    mill.broker.down = False
    mill.clock.move(11)
    mill.settle_down()
    assert mill.verdict(entry) == "stored"


def test_a_document_that_kills_its_worker_is_quarantined_alone() -> None:
    """Promise 6: one bad document costs one document."""
    mill = MemoryMill()
    entries = mill.push(*[f"innocent {i}" for i in range(5)], "poison", "poison again")
    mill.settle_down()
    assert mill.verdicts(entries) == ["stored"] * 5 + ["quarantined"] * 2
    row = mill.store.quarantine_show(entries[5].document_id)[0]
    assert (row.step, row.reason, row.detail) == ("tag", "killed_worker", "its worker died 2 times in tag")
    assert mill.ledger.audit().counters["rescues:poison"] == 2
    assert balanced(mill)


def test_a_copy_of_a_quarantined_original_becomes_the_original() -> None:
    """A duplicate waits for its original; one whose original never comes is judged anew."""
    mill = MemoryMill()
    page, copy = mill.push("shared text\n\npoison", "shared text")
    mill.settle_down()
    assert mill.verdicts([page, copy]) == ["quarantined", "stored"]
    assert balanced(mill)


def test_a_page_around_a_quarantined_article_goes_back_to_nothing() -> None:
    mill = MemoryMill()
    text = " ".join(f"word{number}" for number in range(40))
    page, around = mill.push(f"{text}\n\npoison", f"{text} and {text[::-1]}")
    mill.settle_down()
    assert mill.verdicts([page, around]) == ["quarantined", "stored"]
    assert [found.relation.kind for found in mill.store.articles_of(around.document_id)] == [RelationKind.UNIQUE]


def test_a_copy_is_settled_only_after_its_original_is_stored() -> None:
    mill = MemoryMill()
    original = mill.push("text")[0]
    mill.dispatch()
    mill.run_until("tag")
    stuck = mill.broker.messages.pop()
    copy = mill.push("text")[0]
    mill.dispatch()
    mill.drain()
    assert mill.verdicts([original, copy]) == ["in flight", "in flight"]
    mill.broker.messages.append(stuck)
    mill.settle_down()
    assert mill.verdicts([original, copy]) == ["stored", "duplicate"]
    assert [event for event, _ in events(mill)] == ["stored", "duplicate"]


def test_a_copy_whose_original_was_lost_with_the_ledgers_tail_is_judged_anew() -> None:
    mill = MemoryMill(original_waits=2)
    mill.push("text")
    mill.dispatch()
    mill.run_until("tag")
    mill.broker.messages.clear()
    batch = mill.ledger.out()[0].batch
    del mill.ledger._batches[batch]  # as after a power cut: the claim is in the index, the entry is gone
    lost = next(iter(mill.ledger._stream))
    mill.ledger.delete(lost)
    mill.ledger.sweep("s", 10.0)
    copy = mill.push("text")[0]
    mill.settle_down()
    assert mill.verdict(copy) == "stored"


def test_the_first_verdict_wins_when_the_ledger_forgot_that_it_settled() -> None:
    """Promise 2: store-first; a redelivered document gets the verdict that stands."""
    mill = MemoryMill()
    first = mill.push("text")[0]
    mill.settle_down()
    before = mill.store.articles_of(first.document_id)
    mill.ledger._stream[first.id] = first  # as after the ledger lost its last second
    mill.ledger._unread.append(first.id)
    mill.ledger.counters["stored"] = 0
    mill.ledger.counters["articles:produced"] = mill.ledger.counters["articles:stored"] = 0
    mill.settle_down()
    assert mill.verdict(first) == "stored"
    assert mill.store.articles_of(first.document_id) == before
    assert balanced(mill)


def test_the_window_bounds_the_batches_that_are_out() -> None:
    mill = MemoryMill(slots=2)
    for i in range(20):
        mill.push(f"text {i}")
        mill.dispatch()
    assert len(mill.ledger.out()) == 2 * 2 + 2
    assert mill.dispatch() == "window"


def test_an_empty_document_is_quarantined_with_its_payload_and_can_be_requeued() -> None:
    from workers.runtime.requeue import requeue

    mill = MemoryMill()
    empty = mill.push("")[0]
    mill.settle_down()
    assert mill.verdict(empty) == "quarantined"
    done = requeue(mill.ledger, mill.store, id=empty.document_id)
    assert list(done) == [empty.document_id]
    assert requeue(mill.ledger, mill.store, id=empty.document_id) == {}
    mill.settle_down()
    audit = mill.ledger.audit()
    assert (audit.accepted, audit.quarantined, audit.difference) == (2, 2, 0)
