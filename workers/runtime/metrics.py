"""Every metric of the mill, declared once: name, help, closed labels, and the ledger field it is read from.

exporter.py reads them at scrape time; counts.py says what is counted where.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from workers.model import Reason, RelationKind, TagKind, Verdict
from workers.pipeline import DOORS, PIPELINE
from workers.runtime.counts import BOUNDS, FIELDS, parts_of

PREFIX: Final = "newsmill_"


@dataclass(frozen=True, slots=True)
class Count:
    """A counter: the ledger field of each combination of its labels' values, in parts of the exposed unit."""

    name: str
    help: str
    labels: tuple[str, ...]
    fields: Mapping[tuple[str, ...], str]
    scale: float = 1.0


def _each(name: str, help: str, label: str, prefix: str, values: Sequence[str], scale: float = 1.0) -> Count:
    return Count(name, help, (label,), {(value,): f"{prefix}{value}" for value in values}, scale)


# Never a publisher, URL, worker, host, topic or free text as a label.
COUNTERS: Final = (
    _each("documents_read", "Documents delivered to the mill for the first time.", "door", "read:", DOORS),
    _each("documents_finished", "Documents with a verdict.", "outcome", "", tuple(Verdict)),
    _each("articles", "Articles with a verdict.", "outcome", "articles:", tuple(Verdict)),
    _each("article_relations", "Articles by their relation to earlier ones.", "kind", "relations:",
          tuple(RelationKind)),
    Count(
        "quarantined", "Documents quarantined.", ("step", "reason"),
        {(step, reason): f"quarantined:{step}:{reason}" for step in PIPELINE for reason in Reason},
    ),
    Count("document_bytes", "Bytes of the documents read.", (), {(): "document_bytes"}),
    Count("documents_vanished", "Documents that a stranger deleted from the intake.", (), {(): "vanished"}),
    Count(
        "batches", "Batches through a step.", ("step", "result"),
        {(step, result): f"batches:{step}:{result}" for step in PIPELINE for result in ("ok", "handed_back", "died")},
    ),
    _each("batches_sent", "Batches sent, by why they held no more.", "reason", "batches_sent:",
          ("full", "bytes", "idle", "rescue")),
    _each("step_documents", "Documents carried through a step.", "step", "step_documents:", PIPELINE),
    _each("step_cpu_seconds", "CPU time of worker children in a step.", "step", "step_cpu_us:", PIPELINE, 1e-6),
    _each("rescues", "Batches that the reconciler took up.", "cause", "rescues:", ("lost", "died", "poison")),
    _each("tags", "Tags given.", "kind", "tags:", tuple(TagKind)),
    _each("articles_tagged", "Articles that have a tag of the kind.", "kind", "tagged:", tuple(TagKind)),
    _each("rules_reloads", "Changed rules that a worker child read.", "result", "rules:", ("loaded", "refused")),
    _each("fields_present", "Articles that have a field.", "field", "fields:", FIELDS),
)


@dataclass(frozen=True, slots=True)
class Spread:
    """A histogram over BOUNDS[name], one for each value of its label."""

    name: str
    help: str
    label: str = ""
    values: tuple[str, ...] = ("",)

    @property
    def bounds(self) -> tuple[float, ...]:
        return BOUNDS[self.name]

    @property
    def parts(self) -> int:
        return parts_of(self.name)


HISTOGRAMS: Final = (
    Spread("batch_documents", "Documents in a batch."),
    Spread("step_seconds", "Time of a batch in a step.", "step", PIPELINE),
    Spread("queue_wait_seconds", "Time of a batch in a step's queue.", "step", PIPELINE),
    Spread("document_seconds", "Time of a document from accepted to settled."),
    Spread("freshness_seconds", "Time of an article from published to settled."),
    Spread("store_seconds", "Time of a batch's store transaction."),
    Spread("dedup_candidates", "Earlier articles that an article was compared with."),
    Spread("relation_score", "Score of articles related to an earlier one, the larger containment."),
    Spread("document_articles", "Articles made of a document."),
    Spread("article_words", "Words of an article's text."),
)


@dataclass(frozen=True, slots=True)
class Gauge:
    """What exporter.py works out from the ledger, the store or a server at scrape time."""

    name: str
    help: str
    labels: tuple[str, ...] = ()
    is_counter: bool = False


ACCEPTED: Final = Gauge("documents_accepted", "Documents ever added to the intake.", is_counter=True)
IN_FLIGHT: Final = Gauge("documents_in_flight", "Documents in the intake stream: waiting or on their way.")
DIFFERENCE: Final = Gauge("ledger_difference", "Documents accepted less all accounted for. Must be 0.")
ARTICLES_DIFFERENCE: Final = Gauge("articles_difference", "Articles produced less all accounted for. Must be 0.")
QUEUE_BATCHES: Final = Gauge("queue_batches", "Batches waiting for a step.", ("step",))
WAITING: Final = Gauge("intake_waiting", "Documents not yet in a batch.")
PENDING: Final = Gauge("intake_pending", "Documents in batches.")
OLDEST: Final = Gauge("intake_oldest_seconds", "Age of the oldest document without a verdict.")
OVERDUE: Final = Gauge("batches_overdue_seconds", "How long the most overdue batch is past its deadline.")
LAST_FINISH: Final = Gauge("last_finish_timestamp_seconds", "When a document was last settled.")
WORKERS: Final = Gauge("workers", "Workers with a heartbeat.", ("step",))
SLOTS: Final = Gauge("worker_slots", "Worker children.", ("step",))
WORKER_MEMORY: Final = Gauge("worker_memory_bytes", "Resident memory of the largest worker child.", ("step",))
DEDUP_ENTRIES: Final = Gauge("dedup_entries", "Articles in the dedup index.")
SOURCES: Final = Gauge("sources", "Sources watched, by the state they are in.", ("state",))
# named by the setting own_steps: as few as an operator can write down
OWN_ARTICLES: Final = Gauge("own_step_articles", "Articles that an own step was asked of.", ("own_step", "result"),
                            is_counter=True)
OWN_SECONDS: Final = Gauge("own_step_seconds", "Time spent in an own step.", ("own_step",), is_counter=True)
UP: Final = Gauge("dependency_up", "Whether a dependency answers.", ("dependency",))
BUILD: Final = Gauge("build_info", "This build.", ("version", "python"))

# name of a field of ports.ServerState -> what is exposed of each server
REDIS: Final[Mapping[str, Gauge]] = {
    "memory_bytes": Gauge("redis_memory_bytes", "Memory a server uses.", ("server",)),
    "memory_max_bytes": Gauge("redis_memory_max_bytes", "Memory a server may use; 0 without a maximum.", ("server",)),
    "clients": Gauge("redis_clients", "Connections of a server.", ("server",)),
    "blocked_clients": Gauge("redis_blocked_clients", "Connections that wait in a blocking command.", ("server",)),
    "commands": Gauge("redis_commands", "Commands a server has run.", ("server",), is_counter=True),
    "evicted_keys": Gauge("redis_evicted_keys", "Keys a server threw away for lack of memory.", ("server",),
                          is_counter=True),
    "rejected_connections": Gauge("redis_rejected_connections", "Connections a server refused.", ("server",),
                                  is_counter=True),
    "delayed_fsyncs": Gauge("redis_delayed_fsyncs", "Writes that waited for a slow disk.", ("server",),
                            is_counter=True),
    "is_persisted": Gauge("redis_persistence_ok", "Whether appendonly is on and the last write went well.",
                          ("server",)),
}
