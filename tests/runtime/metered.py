"""What /metrics tells of a mill on memory adapters, as samples."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from prometheus_client.parser import text_string_to_metric_families

from workers.errors import BrokerError
from workers.ports import DedupIndex, Ledger, ServerState, Sources
from workers.runtime.exporter import MillCollector, make_metrics

SERVER = ServerState(1000, 4000, 3, 1, 500, 0, 0, 0, is_persisted=True)
Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


def away() -> ServerState:
    raise BrokerError("refused")


def exposed(
    ledger: Ledger, index: DedupIndex, sources: Sources,
    servers: Mapping[str, Callable[[], ServerState]] | None = None, answer_s: float = 7.0,
) -> str:
    asked = {"ledger": lambda: SERVER, "work": lambda: SERVER} if servers is None else servers
    return make_metrics(MillCollector(ledger, index, sources, asked, answer_s))().decode()


def samples(text: str) -> Samples:
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text) for sample in family.samples
    }


def value(told: Samples, name: str, **labels: str) -> float:
    return told[f"newsmill_{name}", frozenset(labels.items())]
