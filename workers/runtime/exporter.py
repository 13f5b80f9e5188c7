"""/metrics: one exporter that reads ledger, store and servers at scrape time. Its counters are the metric.

Counters are exact under any number of workers and hosts and survive every restart, because they are
incremented in the very script that settles a document.
"""

from __future__ import annotations

import platform
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TookTooLong
from dataclasses import dataclass, field
from typing import Final, TypeVar

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

import workers
from workers.errors import PortError
from workers.pipeline import PIPELINE
from workers.ports import Audit, DedupIndex, Ledger, Out, ServerState, Sources, SourceState, WorkerBeat
from workers.runtime import metrics
from workers.runtime.metrics import COUNTERS, HISTOGRAMS, PREFIX, Count, Gauge, Spread

ANSWER_S: Final = 7.0  # less than the scrape's timeout of 10 s: a server that hangs must not hide the others

T = TypeVar("T")
Values = Mapping[tuple[str, ...], float]


@dataclass(frozen=True, slots=True)
class Account:
    """What the ledger says in one scrape."""

    audit: Audit
    out: Sequence[Out]
    beats: Sequence[WorkerBeat]


@dataclass(eq=False)
class MillCollector(Collector):
    """servers: by role (ledger, work), what asks a server for its state."""

    ledger: Ledger
    index: DedupIndex
    sources: Sources
    servers: Mapping[str, Callable[[], ServerState]]
    answer_s: float = ANSWER_S
    _askers: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(8, "metrics"), init=False)

    def collect(self) -> Iterator[Metric]:
        until = time.monotonic() + self.answer_s
        account = self._askers.submit(self._account)
        states = self._askers.submit(self.sources.source_states)
        entries = self._askers.submit(self.index.entries)
        servers = {role: self._askers.submit(ask) for role, ask in self.servers.items()}
        told = _answer(account, until)
        counted = _answer(states, until)
        answers = {role: _answer(asked, until) for role, asked in servers.items()}
        up = {role: answer is not None for role, answer in answers.items()}
        up |= {"ledger": told is not None, "store": counted is not None}
        yield _family(metrics.BUILD, {(workers.__version__, platform.python_version()): 1})
        yield _family(metrics.UP, {(name,): is_up for name, is_up in sorted(up.items())})
        yield from _servers({role: answer for role, answer in answers.items() if answer is not None})
        if counted is not None:
            yield _family(metrics.SOURCES, {(state,): counted.get(state, 0) for state in SourceState})
        if told is not None:  # without its ledger the mill has no figures
            yield from _from_ledger(told)
            indexed = _answer(entries, until)
            if indexed is not None:
                yield _family(metrics.DEDUP_ENTRIES, {(): indexed})

    def _account(self) -> Account:
        return Account(self.ledger.audit(), self.ledger.out(), self.ledger.workers())


def make_metrics(collector: Collector) -> Callable[[], bytes]:
    registry = CollectorRegistry(auto_describe=False)
    registry.register(collector)
    return lambda: generate_latest(registry)


def _answer(asked: Future[T], until: float) -> T | None:
    """None when the one asked is away or slow: said by dependency_up."""
    try:
        return asked.result(timeout=max(0.0, until - time.monotonic()))
    except (PortError, TookTooLong):
        return None


def _from_ledger(account: Account) -> Iterator[Metric]:
    audit = account.audit
    yield _family(metrics.ACCEPTED, {(): audit.accepted})
    yield _family(metrics.IN_FLIGHT, {(): audit.in_flight})
    yield _family(metrics.DIFFERENCE, {(): audit.difference})
    yield _family(metrics.ARTICLES_DIFFERENCE, {(): audit.articles_difference})
    yield from (_counter(count, audit.counters) for count in COUNTERS)
    yield from (_histogram(spread, audit.counters) for spread in HISTOGRAMS)
    yield from _own_steps(audit.counters)
    yield from _queues(audit, account.out)
    yield from _workers(account.beats)


def _own_steps(counters: Mapping[str, int]) -> Iterator[Metric]:
    asked = {
        tuple(field.removeprefix("own:").rsplit(":", 1)): value
        for field, value in counters.items() if field.startswith("own:")
    }
    yield _family(metrics.OWN_ARTICLES, {own: value for own, value in asked.items() if own[1] != "us"})
    yield _family(metrics.OWN_SECONDS, {(own[0],): us * 1e-6 for own, us in asked.items() if own[1] == "us"})


def _queues(audit: Audit, out: Sequence[Out]) -> Iterator[Metric]:
    queued = Counter(batch.step for batch in out if batch.state == "queued")
    yield _family(metrics.QUEUE_BATCHES, {(step,): queued[step] for step in PIPELINE})
    # never the group's lag: it is unknown as soon as settled entries are deleted
    yield _family(metrics.WAITING, {(): max(0, audit.in_flight - audit.pending)})
    yield _family(metrics.PENDING, {(): audit.pending})
    yield _family(metrics.OLDEST, {(): audit.oldest_ms / 1000})
    yield _family(metrics.OVERDUE, {(): audit.overdue_ms / 1000})
    yield _family(metrics.LAST_FINISH, {(): audit.counters.get("last_finish_ms", 0) / 1000})


def _workers(beats: Sequence[WorkerBeat]) -> Iterator[Metric]:
    running = Counter(step for beat in beats for step in beat.steps)
    slots: Counter[str] = Counter()
    memory: Counter[str] = Counter()
    for beat in beats:
        slots.update(dict.fromkeys(beat.steps, beat.slots))
        memory |= Counter(dict.fromkeys(beat.steps, beat.memory_bytes))  # the larger of both
    yield _family(metrics.WORKERS, {(step,): running[step] for step in PIPELINE})
    yield _family(metrics.SLOTS, {(step,): slots[step] for step in PIPELINE})
    yield _family(metrics.WORKER_MEMORY, {(step,): memory[step] for step in PIPELINE})


def _servers(states: Mapping[str, ServerState]) -> Iterator[Metric]:
    for name, gauge in metrics.REDIS.items():
        yield _family(gauge, {(role,): float(getattr(state, name)) for role, state in sorted(states.items())})


def _family(gauge: Gauge, values: Values) -> Metric:
    kind = CounterMetricFamily if gauge.is_counter else GaugeMetricFamily
    family = kind(PREFIX + gauge.name, gauge.help, labels=gauge.labels)
    for label_values, value in values.items():
        family.add_metric(label_values, float(value))
    return family


def _counter(count: Count, counters: Mapping[str, int]) -> Metric:
    family = CounterMetricFamily(PREFIX + count.name, count.help, labels=count.labels)
    for values, name in count.fields.items():  # also those at 0: a counter that appears at 1 has not risen
        family.add_metric(values, counters.get(name, 0) * count.scale)
    return family


def _histogram(spread: Spread, counters: Mapping[str, int]) -> Metric:
    family = HistogramMetricFamily(PREFIX + spread.name, spread.help, labels=[spread.label] if spread.label else [])
    for value in spread.values:
        field_of = f"h:{spread.name}:{value}:"
        total, buckets = 0, []
        for bound in spread.bounds:
            total += counters.get(f"{field_of}{round(bound * spread.parts)}", 0)
            buckets.append((f"{float(bound):g}", float(total)))
        total += counters.get(f"{field_of}inf", 0)
        buckets.append(("+Inf", float(total)))
        family.add_metric([value] if spread.label else [], buckets, counters.get(f"{field_of}sum", 0) / spread.parts)
    return family
