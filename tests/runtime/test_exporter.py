"""The metrics are the ledger: exact, bounded, and told as far as there is somebody to tell."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime

from tests.runtime.memory_mill import MemoryMill
from tests.runtime.metered import SERVER, away, exposed, samples, value
from workers.errors import LedgerError, StoreError
from workers.model import Article, Reason, Relation, RelationKind, Submission, Tag, TagKind, Verdict
from workers.pipeline import PIPELINE
from workers.ports import ServerState, WorkerBeat
from workers.runtime.counts import of_document
from workers.runtime.metrics import COUNTERS, HISTOGRAMS

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


def told(mill: MemoryMill) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    return samples(exposed(mill.ledger, mill.index, mill.store))


def test_what_is_told_of_documents_and_articles_is_what_the_ledger_says() -> None:
    mill = MemoryMill()
    mill.push("one\n\ntwo", "one", "bug in tag", "three")
    mill.settle_down()
    mill.push("four", "five")
    found = told(mill)
    assert value(found, "documents_accepted_total") == 6
    outcomes = {str(verdict): value(found, "documents_finished_total", outcome=verdict) for verdict in Verdict}
    assert outcomes == {"stored": 2, "duplicate": 1, "quarantined": 1}
    assert value(found, "documents_in_flight") == value(found, "intake_waiting") == 2
    assert value(found, "articles_total", outcome="stored") == 3
    assert value(found, "ledger_difference") == value(found, "articles_difference") == 0
    assert value(found, "document_articles_count") == 4


def test_each_step_counts_the_documents_it_carried() -> None:
    mill = MemoryMill()
    mill.push("one", "two", "three")
    mill.settle_down()
    assert [value(told(mill), "step_documents_total", step=step) for step in PIPELINE] == [3.0] * 5


def test_a_batch_past_its_deadline_is_told_with_its_age() -> None:
    """No reconciler runs: what it should have found grows old."""
    mill = MemoryMill()
    mill.push("one")
    mill.dispatch()
    mill.broker.messages.clear()
    assert value(told(mill), "batches_overdue_seconds") == 0
    mill.clock.move(70)
    assert value(told(mill), "batches_overdue_seconds") == 60


def test_documents_that_a_stranger_deletes_make_no_negative_queue() -> None:
    mill = MemoryMill()
    entries = mill.push("one", "two")
    mill.dispatch()
    for entry in entries:
        mill.ledger.delete(entry.id)
    assert value(told(mill), "intake_waiting") == 0


def test_of_workers_that_share_a_step_the_largest_child_is_told() -> None:
    mill = MemoryMill()
    mill.ledger.beat(WorkerBeat("small", ("tag",), 4, memory_bytes=100), 1e9)
    mill.ledger.beat(WorkerBeat("large", ("tag", "clean"), 2, memory_bytes=300), 1e9)
    found = told(mill)
    assert [value(found, "worker_memory_bytes", step=step) for step in ("tag", "clean", "ingest")] == [300, 300, 0]
    assert value(found, "worker_slots", step="tag") == 8  # the mill's own worker has two


def test_a_dependency_that_is_away_is_said_and_hides_nothing_else() -> None:
    mill = MemoryMill()
    mill.push("one")
    mill.settle_down()
    found = samples(exposed(mill.ledger, mill.index, mill.store, {"ledger": lambda: SERVER, "work": away}))
    assert value(found, "dependency_up", dependency="work") == 0
    assert value(found, "documents_finished_total", outcome="stored") == 1
    assert value(found, "redis_memory_bytes", server="ledger") == 1000


def test_without_its_ledger_the_mill_tells_no_figures_but_that_it_is_away() -> None:
    mill = MemoryMill()

    class Away:
        def __getattr__(self, name: str) -> object:
            def ask(*_: object, **__: object) -> None:
                raise LedgerError("refused") if name == "audit" else StoreError("refused")

            return ask

    found = samples(exposed(Away(), mill.index, Away()))  # type: ignore[arg-type]
    up = {name: value(found, "dependency_up", dependency=name) for name in ("ledger", "work", "store")}
    assert up == {"ledger": 0, "work": 1, "store": 0}
    assert not [name for name, _ in found if name == "newsmill_documents_accepted_total"]


def test_a_server_that_hangs_is_told_as_away_before_the_scrape_times_out() -> None:
    mill, never = MemoryMill(), threading.Event()

    def hangs() -> ServerState:
        never.wait(30)
        return SERVER

    try:
        found = samples(exposed(mill.ledger, mill.index, mill.store, {"work": hangs}, answer_s=0.1))
    finally:
        never.set()
    assert value(found, "dependency_up", dependency="work") == 0
    assert value(found, "dependency_up", dependency="ledger") == 1


def test_there_are_at_most_500_series_when_all_that_can_happen_has_happened() -> None:
    mill = MemoryMill()
    fields = [name for count in COUNTERS for name in count.fields.values()]
    fields += [f"h:{spread.name}:{label}:sum" for spread in HISTOGRAMS for label in spread.values]
    mill.ledger.counters.update(dict.fromkeys(fields, 1))
    found = told(mill)
    assert value(found, "quarantined_total", step="tag", reason=Reason.NO_ARTICLE) == 1
    assert len(found) <= 500


def test_publishers_urls_and_languages_make_no_series() -> None:
    """tests/benchmarks/series.py does it with 100,000 on a real ledger."""
    mill = MemoryMill()
    entry = mill.push("one")[0]
    mill.settle_down()
    before = set(told(mill))
    article = mill.store.articles_of(entry.document_id)[0]
    for number in range(2_000):
        named = {name: f"{name} {number}" for name in ("publisher", "source", "url", "language", "title", "section")}
        mill.ledger._count(of_document([replace(article, **named)], 0, NOW))  # type: ignore[arg-type]
    found = told(mill)
    assert set(found) == before
    assert value(found, "fields_present_total", field="publisher") == 2_000


def test_an_article_adds_its_relation_with_its_score_its_tags_and_its_fields() -> None:
    tags = (Tag(TagKind.PLACE, "1", "A", 1.0), Tag(TagKind.PLACE, "2", "B", 1.0), Tag(TagKind.RULE, "r", "R", 1.0))
    near = Relation(RelationKind.NEAR, "x-0", 0.87, also=("y-0",))
    article = Article("d-0", "d", title="T", word_count=300, relation=near, tags=tags, published_at=NOW)
    counts = of_document([article], 1, NOW)
    assert {name: count for name, count in counts.items() if not name.startswith("h:")} == {
        "articles:produced": 2, "articles:quarantined": 1, "articles:duplicate": 1, "relations:near": 1,
        "tags:place": 2, "tags:rule": 1, "tagged:place": 1, "tagged:rule": 1, "fields:title": 1,
        "fields:published_at": 1,
    }
    assert {name for name in counts if name.startswith("h:") and not name.endswith("sum")} == {
        "h:document_articles::2", "h:article_words::400", "h:relation_score::900",
        "h:freshness_seconds::60000",
    }


def test_a_page_of_many_doors_is_read_once_and_accepted_once() -> None:
    mill = MemoryMill()
    for door in ("cli", "http", "queue", "feed", "stream"):
        mill.ledger.append([Submission(door.encode())], door)
    mill.settle_down()
    found = told(mill)
    read = [value(found, "documents_read_total", door=door) for door in ("cli", "http", "queue", "feed", "stream")]
    assert read == [1.0] * 5
    assert value(found, "documents_accepted_total") == 5
