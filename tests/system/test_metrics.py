"""/metrics of real processes: exact with many children, the same series through restarts and any publisher.

NEWSMILL_RESTARTS and NEWSMILL_PUBLISHERS make it as long as one likes.
"""

from __future__ import annotations

import http.client
import json
import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import redis

from tests.benchmarks.feed import feed
from tests.runtime.log_lines import faults
from tests.runtime.metered import Samples, exposed, samples, value
from tests.system.plant import Plant
from workers.adapters.memory_dedup import MemoryDedupIndex
from workers.adapters.memory_store import MemoryStore
from workers.adapters.redis_ledger import RedisLedger
from workers.model import Article, Submission, Verdict
from workers.pipeline import PIPELINE
from workers.ports import Settlement
from workers.runtime.counts import BOUNDS, of_document

pytestmark = pytest.mark.system

RESTARTS = int(os.environ.get("NEWSMILL_RESTARTS", "3"))
PUBLISHERS = int(os.environ.get("NEWSMILL_PUBLISHERS", "10000"))
NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def plant() -> Iterator[Plant]:
    with Plant(concurrency=8, serve=True, throughput_s="1") as running:
        yield running


def told(plant: Plant) -> Samples:
    until = time.monotonic() + 60
    while True:
        connection = http.client.HTTPConnection("127.0.0.1", plant.http_port, timeout=30)
        try:
            connection.request("GET", "/metrics")
            return samples(connection.getresponse().read().decode())
        except ConnectionRefusedError:
            assert time.monotonic() < until, plant.tail()
            time.sleep(0.2)
        finally:
            connection.close()


def push(plant: Plant, count: int, seed: int) -> None:
    for document in feed(count, seed, sources=count):
        body = document.pop("body", None)
        fields = {"id": document.pop("id"), "source": document.pop("source")}
        record = {"body": json.dumps(document), "content_type": "application/json"}
        plant.redis.xadd("{newsmill}:documents", {**({"body": body} if body is not None else record), **fields})


def finished(found: Samples) -> float:
    return sum(value(found, "documents_finished_total", outcome=verdict) for verdict in Verdict)


def test_with_eight_worker_children_every_counter_is_the_number_of_documents(plant: Plant) -> None:
    push(plant, 640, seed=1)
    plant.wait_until_idle()
    found = told(plant)
    assert value(found, "worker_slots", step="clean") == 8
    assert finished(found) == value(found, "documents_accepted_total") == 640
    assert [value(found, "step_documents_total", step=step) for step in PIPELINE] == [640.0] * 5
    assert value(found, "document_seconds_count") == value(found, "document_articles_count") == 640
    assert sum(value(found, "articles_total", outcome=verdict) for verdict in Verdict) == dict(
        plant.query("select 'articles', count(*) from article_outcomes"))["articles"]
    assert dict(plant.query("select verdict, count(*) from outcomes group by verdict")) == {
        str(verdict): value(found, "documents_finished_total", outcome=verdict) for verdict in Verdict
    }


def test_restarted_workers_change_no_series_and_lose_no_count(plant: Plant) -> None:
    before = told(plant)
    accepted = value(before, "documents_accepted_total")
    for restart in range(RESTARTS):
        push(plant, 32, seed=100 + restart)
        if restart % 2:
            plant.kill("worker")
        else:
            plant.stop("worker", timeout_s=60)
        plant.start("worker")
        until = time.monotonic() + 60
        while not value(told(plant), "workers", step="publish") and time.monotonic() < until:
            time.sleep(0.1)
    plant.wait_until_idle(patience_s=120)
    after = told(plant)
    assert set(after) == set(before)
    assert finished(after) == value(after, "documents_accepted_total") == accepted + 32 * RESTARTS
    assert value(after, "ledger_difference") == value(after, "articles_difference") == 0
    assert len(after) <= 500


def test_the_reconciler_says_throughput_and_judges_sources(plant: Plant) -> None:
    lines = [json.loads(line) for line in (plant.folder / "reconcile.log").read_text().splitlines()]
    said = [line for line in lines if line["event"] == "throughput"]
    assert sum(line["documents"] for line in said) >= 640
    until = time.monotonic() + 150
    while not json.loads(plant.command("sources", "--json").stdout) and time.monotonic() < until:
        time.sleep(1)
    sources = json.loads(plant.command("sources", "--state", "learning", "--json").stdout)
    assert len(sources) >= 20
    assert value(told(plant), "sources", state="learning") >= 20


def is_celerys(line: str) -> bool:
    """Celery writes "worker: Warm shutdown" behind a blank line, past every logger."""
    return not line or line.startswith("worker: ")


def test_every_line_of_every_process_keeps_to_the_schema(plant: Plant) -> None:
    lines = {
        file.stem: [json.loads(line) for line in file.read_text().splitlines() if not is_celerys(line)]
        for file in plant.folder.glob("*.log")
    }
    assert {"worker", "dispatch", "reconcile", "serve"} <= {name for name, said in lines.items() if said}
    assert [(line, faults(line)) for said in lines.values() for line in said if faults(line)] == []
    document, = plant.query("select document_id, entry_id from outcomes where verdict = 'stored' limit 1")
    files = [str(file) for file in plant.folder.glob("*.log")]
    for name in document:
        way = plant.command("logs", "--trace", name, "--json", *files)
        steps = [line.get("step") for line in map(json.loads, way.stdout.splitlines()) if line["event"] == "batch"]
        assert steps[: len(PIPELINE)] == list(PIPELINE)  # then its batch again, for copies that waited


def test_any_number_of_publishers_changes_no_series(redis_url: str, redis_client: redis.Redis) -> None:
    ledger = RedisLedger(redis_url, document_bounds_s=BOUNDS["document_seconds"])
    index, store = MemoryDedupIndex(window_h=1), MemoryStore()
    settle(ledger, 0, 64)
    before = set(samples(exposed(ledger, index, store)))
    for start in range(64, PUBLISHERS, 64):
        settle(ledger, start, min(64, PUBLISHERS - start))
    after = samples(exposed(ledger, index, store))
    assert set(after) == before
    assert value(after, "fields_present_total", field="publisher") == PUBLISHERS
    assert value(after, "documents_finished_total", outcome="stored") == PUBLISHERS


def settle(ledger: RedisLedger, start: int, count: int) -> None:
    """So many documents from accepted to settled, each of a publisher of its own."""
    names = [f"Publisher {number}" for number in range(start, start + count)]
    ledger.append([Submission(b"x", source=name, url=f"https://{name[10:]}.example") for name in names], "feed")
    taken = ledger.take(f"b{start}", documents=count, payload_bytes=10**6, window=9, queued_s=10)
    assert taken is not None
    begun = ledger.begin(taken.batch, "ingest", "t", 10)
    assert begun is not None
    articles = [Article("d-0", "d", title=name, publisher=name, language=name, section=name) for name in names]
    settlements = [
        Settlement(entry, Verdict.STORED, counts=of_document([article], 0, NOW))
        for entry, article in zip(begun.entries, articles, strict=True)
    ]
    settled = ledger.settle(begun.batch, begun.token, settlements, {}, resume="publish", first_s=1, most_s=2,
                            keep_articles=10)
    assert settled == list(begun.entries)
