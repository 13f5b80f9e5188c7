"""Judges a mill from outside: only redis-py, sqlite3 and the pusher's journal, nothing of workers/."""

from __future__ import annotations

import threading
import time
from collections import Counter
from dataclasses import dataclass, field

import redis

from tests.chaos.poison import KINDS
from tests.system.plant import Plant

DOCUMENTS, LEDGER = "{newsmill}:documents", "{newsmill}:ledger"


@dataclass
class Sampler:
    """Reads the ledger equation each 100 ms, in one MULTI, until stopped."""

    client: redis.Redis
    samples: int = 0
    differences: list[int] = field(default_factory=list)
    progress: list[tuple[float, int]] = field(default_factory=list)  # (when, finished)
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        if self._thread:
            self._thread.join()

    def _run(self) -> None:
        while not self._stop.wait(0.1):
            with self.client.pipeline(transaction=True) as pipeline:
                pipeline.xinfo_stream(DOCUMENTS)
                pipeline.hmget(LEDGER, "stored", "duplicate", "quarantined", "vanished")
                try:
                    info, counted = pipeline.execute()
                except redis.RedisError:  # the server is away, or nothing was pushed yet
                    continue
            finished = sum(int(value or 0) for value in counted)
            self.samples += 1
            self.progress.append((time.monotonic(), finished))
            difference = int(info["entries-added"]) - int(info["length"]) - finished
            if difference:
                self.differences.append(difference)

    def longest_pause_s(self) -> float:
        """The longest time without a document finished, while there were more to come."""
        longest, since, last = 0.0, None, -1
        for moment, finished in self.progress:
            if finished != last:
                if since is not None:
                    longest = max(longest, moment - since)
                since, last = moment, finished
        return longest


def judge(plant: Plant, journal: dict[str, str], sampler: Sampler) -> dict[str, int]:
    """journal: entry id -> what the pusher expects, written before the push counted. Each figure but
    the first two must be 0."""
    outcomes = plant.query("select entry_id, producer_id, verdict, reason, articles from outcomes")
    by_entry = Counter(entry for entry, *_ in outcomes)
    events = [
        fields[b"article"] for _, fields in plant.redis.xrange("{newsmill}:articles")
        if fields[b"event"] not in (b"regrouped", b"absorbed")  # of an article that was told before
    ]
    event_ids = Counter(event.partition(b'"id":"')[2][:40] for event in events)
    wrong_poison = innocents = 0
    for _, producer, verdict, reason, _ in outcomes:
        expected = _expected(producer)
        if expected is None:
            innocents += verdict == "quarantined"
        else:
            wrong_poison += (verdict, reason) != ("quarantined", expected)
    articles = plant.query(
        "select a.article_id, a.relation, o.verdict from articles a"
        " left join article_outcomes o on o.article_id = a.original_id"
    )
    copies = [original for _, kind, original in articles if kind in ("exact", "near", "contained")]
    declared = sum(count for *_, count in outcomes)
    counted = plant.counts()
    return {
        "documents": len(journal),
        "samples": sampler.samples,
        "lost": sum(1 for entry in journal if entry not in by_entry),
        "invented": sum(1 for entry in by_entry if entry not in journal),
        "outcomes twice": sum(count - 1 for count in by_entry.values()),
        "events twice": sum(count - 1 for count in event_ids.values()),
        "events missing": declared - len(events),
        "articles missing": declared - len(articles),
        "innocents quarantined": innocents,
        "poison not as expected": wrong_poison,
        "copies without original": sum(1 for original in copies if original != "stored"),
        "ledger differences": len(sampler.differences),
        "counters off": sum(
            abs(counted.get(verdict, 0) - sum(1 for row in outcomes if row[2] == verdict))
            for verdict in ("stored", "duplicate", "quarantined")
        ),
        "in flight": plant.redis.xlen(DOCUMENTS),
        "batches left": plant.redis.zcard("{newsmill}:due"),
    }


def _expected(producer: str) -> str | None:
    if producer.startswith("empty"):
        return "empty_body"
    kind = producer.removeprefix("poison: ").rsplit(" ", 1)[0]
    return KINDS[kind] if producer.startswith("poison") else None
