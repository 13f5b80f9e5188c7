"""/metrics: one exporter that reads the ledger at scrape time. Its counters are the metric.

Counters are exact under any number of workers and hosts and survive every restart, because they are
incremented in the very script that settles a document. Labels are closed sets.
"""

from __future__ import annotations

import platform
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

import workers
from workers.errors import PortError
from workers.model import Reason, RelationKind, TagKind, Verdict
from workers.pipeline import DOORS, PIPELINE
from workers.ports import Audit, DedupIndex, Ledger, Out, Store, WorkerBeat
from workers.runtime.counts import BATCH_BOUNDS, BOUNDS_S, CANDIDATE_BOUNDS, FIELDS

PREFIX: Final = "newsmill_"


@dataclass(frozen=True, slots=True)
class _Count:
    """A counter: its name, help, labels, and the ledger field of each combination of label values."""

    name: str
    help: str
    labels: tuple[str, ...]
    fields: Mapping[tuple[str, ...], str]
    scale: float = 1.0


def _one(name: str, help: str, label: str, prefix: str, values: Sequence[str], scale: float = 1.0) -> _Count:
    return _Count(name, help, (label,), {(value,): f"{prefix}{value}" for value in values}, scale)


# Never a publisher, URL, worker, host, topic or free text as a label.
COUNTERS: Final = (
    _one("documents_read", "Documents delivered to the mill for the first time.", "door", "read:", DOORS),
    _one("documents_finished", "Documents with a verdict.", "outcome", "", tuple(Verdict)),
    _one("articles", "Articles with a verdict.", "outcome", "articles:", tuple(Verdict)),
    _one("article_relations", "Articles by their relation to earlier ones.", "kind", "relations:", tuple(RelationKind)),
    _Count(
        "quarantined", "Documents quarantined.", ("step", "reason"),
        {(step, reason): f"quarantined:{step}:{reason}" for step in PIPELINE for reason in Reason},
    ),
    _Count("document_bytes", "Bytes of the documents read.", (), {(): "document_bytes"}),
    _Count("documents_vanished", "Documents that a stranger deleted from the intake.", (), {(): "vanished"}),
    _Count(
        "batches", "Batches through a step.", ("step", "result"),
        {(step, result): f"batches:{step}:{result}" for step in PIPELINE for result in ("ok", "handed_back", "died")},
    ),
    _one("batches_sent", "Batches sent, by why they held no more.", "reason", "batches_sent:",
         ("full", "bytes", "idle", "rescue")),
    _one("step_cpu_seconds", "CPU time of worker children in a step.", "step", "step_cpu_us:", PIPELINE, 1e-6),
    _one("rescues", "Batches that the reconciler took up.", "cause", "rescues:", ("lost", "died", "poison")),
    _one("tags", "Tags given.", "kind", "tags:", tuple(TagKind)),
    _one("rules_reloads", "Changed rules that a worker child read.", "result", "rules:", ("loaded", "refused")),
    _one("fields_present", "Articles that have a field.", "field", "fields:", FIELDS),
)


@dataclass(frozen=True, slots=True)
class _Spread:
    """A histogram: bounds as exposed, and `unit` of the ledger's whole numbers in exposed units."""

    name: str
    help: str
    bounds: tuple[float, ...]
    unit: float
    label: str = ""
    values: tuple[str, ...] = ("",)


HISTOGRAMS: Final = (
    _Spread("batch_documents", "Documents in a batch.", BATCH_BOUNDS, 1.0),
    _Spread("step_seconds", "Time of a batch in a step.", BOUNDS_S["step_seconds"], 1e-3, "step", PIPELINE),
    _Spread("queue_wait_seconds", "Time of a batch in a step's queue.", BOUNDS_S["queue_wait_seconds"], 1e-3,
            "step", PIPELINE),
    _Spread("document_seconds", "Time of a document from accepted to settled.", BOUNDS_S["document_seconds"], 1e-3),
    _Spread("freshness_seconds", "Time of an article from published to settled.", BOUNDS_S["freshness_seconds"], 1e-3),
    _Spread("store_seconds", "Time of a batch's store transaction.", BOUNDS_S["store_seconds"], 1e-3),
    _Spread("dedup_candidates", "Earlier articles compared with an article.", CANDIDATE_BOUNDS, 1.0),
)


class LedgerCollector(Collector):
    def __init__(
        self, *, ledger: Ledger, index: DedupIndex, store: Store, work_is_up: Callable[[], bool]
    ) -> None:
        self._ledger = ledger
        self._index = index
        self._store = store
        self._work_is_up = work_is_up

    def collect(self) -> Iterator[Metric]:
        yield _gauge("build_info", "This build.", {(workers.__version__, platform.python_version()): 1},
                     "version", "python")
        up = {"work": self._work_is_up(), "store": not self._store_is_away(), "ledger": True}
        try:
            audit, out, beats = self._ledger.audit(), self._ledger.out(), self._ledger.workers()
        except PortError:  # said by dependency_up: without its ledger the mill has no figures
            yield _up(up | {"ledger": False})
            return
        yield _up(up)
        yield from _equations(audit)
        yield from (_counter(count, audit.counters) for count in COUNTERS)
        yield from (_histogram(spread, audit.counters) for spread in HISTOGRAMS)
        yield from _own_steps(audit.counters)
        yield from _queues(audit, out)
        yield from _workers(beats)
        if up["work"]:
            yield _gauge("dedup_entries", "Articles in the dedup index.", {(): self._index.entries()})

    def _store_is_away(self) -> bool:
        try:
            self._store.standing(())
        except PortError:  # said by dependency_up
            return True
        return False


def make_metrics(collector: Collector) -> Callable[[], bytes]:
    registry = CollectorRegistry()
    registry.register(collector)
    return lambda: generate_latest(registry)


def _equations(audit: Audit) -> Iterator[Metric]:
    accepted = CounterMetricFamily(PREFIX + "documents_accepted", "Documents ever added to the intake.")
    accepted.add_metric([], audit.accepted)
    yield accepted
    yield _gauge("documents_in_flight", "Documents in the intake stream: waiting or on their way.",
                 {(): audit.in_flight})
    yield _gauge("ledger_difference", "Accepted less everything accounted for. Must be 0.", {(): audit.difference})


def _own_steps(counters: Mapping[str, int]) -> Iterator[Metric]:
    """Named by the setting own_steps, so as few as an operator can write down."""
    articles = CounterMetricFamily(PREFIX + "own_step_articles", "Articles that an own step was asked of.",
                                   labels=("own_step", "result"))
    seconds = CounterMetricFamily(PREFIX + "own_step_seconds", "Time spent in an own step.", labels=("own_step",))
    for field, value in counters.items():
        if field.startswith("own:"):
            name, _, what = field.removeprefix("own:").rpartition(":")
            if what == "us":
                seconds.add_metric([name], value * 1e-6)
            else:
                articles.add_metric([name, what], value)
    yield articles
    yield seconds


def _queues(audit: Audit, out: Sequence[Out]) -> Iterator[Metric]:
    queued = Counter(batch.step for batch in out if batch.state == "queued")
    yield _gauge("queue_batches", "Batches waiting for a step.", {(step,): queued[step] for step in PIPELINE}, "step")
    yield _gauge("intake_waiting", "Documents not yet in a batch.", {(): audit.in_flight - audit.pending})
    yield _gauge("intake_pending", "Documents in batches.", {(): audit.pending})
    yield _gauge("intake_oldest_seconds", "Age of the oldest document without a verdict.", {(): audit.oldest_ms / 1000})
    yield _gauge("last_finish_timestamp_seconds", "When a document was last settled.",
                 {(): audit.counters.get("last_finish_ms", 0) / 1000})


def _workers(beats: Sequence[WorkerBeat]) -> Iterator[Metric]:
    running = Counter(step for beat in beats for step in beat.steps)
    slots: Counter[str] = Counter()
    for beat in beats:
        slots.update(dict.fromkeys(beat.steps, beat.slots))
    yield _gauge("workers", "Workers with a heartbeat.", {(step,): running[step] for step in PIPELINE}, "step")
    yield _gauge("worker_slots", "Worker children.", {(step,): slots[step] for step in PIPELINE}, "step")


def _up(up: Mapping[str, bool]) -> Metric:
    return _gauge("dependency_up", "Whether a dependency answers.", {(name,): ok for name, ok in up.items()},
                  "dependency")


def _gauge(name: str, help: str, values: Mapping[tuple[str, ...], float], *labels: str) -> Metric:
    family = GaugeMetricFamily(PREFIX + name, help, labels=labels)
    for label_values, value in values.items():
        family.add_metric(label_values, float(value))
    return family


def _counter(count: _Count, counters: Mapping[str, int]) -> Metric:
    family = CounterMetricFamily(PREFIX + count.name, count.help, labels=count.labels)
    for values, name in count.fields.items():
        if len(count.labels) < 2 or name in counters:  # of step x reason only what there is
            family.add_metric(values, counters.get(name, 0) * count.scale)
    return family


def _histogram(spread: _Spread, counters: Mapping[str, int]) -> Metric:
    family = HistogramMetricFamily(PREFIX + spread.name, spread.help, labels=[spread.label] if spread.label else [])
    for value in spread.values:
        field = f"h:{spread.name}:{value}:"
        total, buckets = 0, []
        for bound in spread.bounds:
            total += counters.get(f"{field}{round(bound / spread.unit)}", 0)
            buckets.append((f"{float(bound):g}", float(total)))
        total += counters.get(f"{field}inf", 0)
        buckets.append(("+Inf", float(total)))
        family.add_metric([value] if spread.label else [], buckets, counters.get(f"{field}sum", 0) * spread.unit)
    return family
