"""The way of a document: five steps, in order, with their limits, as data.

Read this file first, then model.py, intake/, steps/, runtime/, ports/, adapters/.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

INGEST: Final = "ingest"            # decode the payload, recognise what it is, identify the document
CLEAN: Final = "clean"              # a page becomes its articles; chrome is removed and reported
DEDUPLICATE: Final = "deduplicate"  # relate each article to the ones seen before; one atomic claim a batch
TAG: Final = "tag"                  # language, hashtags, countries, keyphrases, rules: each with evidence
PUBLISH: Final = "publish"          # one store transaction, then the ledger settles what the store says

PIPELINE: Final[tuple[str, ...]] = (INGEST, CLEAN, DEDUPLICATE, TAG, PUBLISH)


def steps_from(step: str) -> tuple[str, ...]:
    """The rest of the way, `step` included: what a chain that resumes there consists of."""
    return PIPELINE[PIPELINE.index(step) :]


def step_after(step: str) -> str | None:
    rest = steps_from(step)
    return rest[1] if len(rest) > 1 else None


@dataclass(frozen=True, slots=True)
class Limits:
    """What one document, one page and one batch may cost."""

    body_bytes: int = 5 * 1024 * 1024        # a larger document is quarantined
    entry_bytes: int = 16 * 1024 * 1024      # of one stream entry, all fields; the ledger refuses more
    kept_bytes: int = 64 * 1024              # of a payload too large, so much is kept in quarantine
    meta_bytes: int = 4096
    field_bytes: int = 8192                  # of url, source, id: longer is a mistake, not a name
    articles_a_page: int = 500
    batch_documents: int = 64
    batch_bytes: int = 4 * 1024 * 1024
    document_s: float = 5.0                  # wall time of one document in one step; then it is quarantined
    document_cpu_s: int = 6                  # CPU time after which the kernel kills what ignores the timer
    child_memory_bytes: int = 2 * 1024**3    # address space of one worker child


@dataclass(frozen=True, slots=True)
class Deliveries:
    """When the reconciler acts. Deadlines are measured by the ledger's clock."""

    queued_s: float = 10.0       # a queued batch not begun by then is sent again; doubled each time
    queued_most_s: float = 120.0
    running_s: float = 10.0      # a running step renews this lease as it goes through its documents
    retry_first_s: float = 2.0   # a batch handed back waits so long, doubled each time
    retry_most_s: float = 60.0
    witnessed_deaths: int = 2    # a lone document whose worker was seen to die so often is quarantined
    unwitnessed_deaths: int = 5  # or so often never came back (a host gone, a laptop asleep)
    original_waits: int = 8      # a duplicate waits so often for its original, then is judged anew


@dataclass(frozen=True, slots=True)
class Watch:
    """How sources are judged, each against its own weeks before."""

    every_s: float = 60.0          # between two rounds over all sources
    page: int = 20                 # so many at a time, one page a second, between other duties
    weeks: int = 4                 # a source is compared with so many of its weeks
    learning_h: int = 2 * 168
    grace_h: int = 2               # a feed may be so late
    silent_documents: int = 8      # silent: so many should have come since the last one
    quiet_documents: int = 30      # quiet: only where so many are usual in a day
    loud_documents: int = 100
    times: float = 3.0             # quiet and loud: fewer or more by this factor
    group_documents: int = 30      # content is judged on the last so many documents
    share: float = 0.35            # by which a share must have moved
    length: float = 0.5            # by which ln(words) must have moved: a factor of 1.65
    kept_h: int = 8 * 168
    forgotten_h: int = 4 * 168     # a source silent for so long is no longer watched
    most: int = 2000               # sources; those that bring least are forgotten first


LIMITS: Final = Limits()
DELIVERIES: Final = Deliveries()
WATCH: Final = Watch()

DOORS: Final[tuple[str, ...]] = ("cli", "http", "queue", "stream", "feed")
