"""What is owed: documents accepted and not settled, in batches that are on their way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from workers.model import BatchId, Entry, EntryId, Quarantine, Submission, Verdict

Counts = Mapping[str, int]  # metric field -> increment, as declared in runtime/metrics.py

@dataclass(frozen=True, slots=True)
class Taken:
    """A batch that `take` made: it is queued for the first step."""

    batch: BatchId
    entries: tuple[EntryId, ...]
    payload_bytes: int
    reason: str  # full, bytes, idle: why it holds no more


@dataclass(frozen=True, slots=True)
class Begun:
    """What a task may work on: it holds the batch until the lease runs out."""

    batch: BatchId
    token: int
    entries: tuple[EntryId, ...]
    ref: str           # the blob with the previous step's result; "" when it starts from the entries
    waits: int         # how often the batch was handed back
    queued_ms: int     # since it was queued


@dataclass(frozen=True, slots=True)
class Rescue:
    """What the reconciler is to do with an overdue batch. The ledger has already noted it.

    act: send    its message again, from `step`
         split   it into single documents
         poison  quarantine its only document, holding it under `token`
         none    somebody else was faster
    """

    batch: BatchId
    act: str
    step: str = ""
    entries: tuple[EntryId, ...] = ()
    token: int = 0
    deaths: int = 0
    cause: str = ""  # lost, died, poison


@dataclass(frozen=True, slots=True)
class Settlement:
    """One document that the store has decided, with what it adds to the counters and the stream."""

    entry_id: EntryId
    verdict: Verdict | None  # None: a stranger deleted the entry; it counts as vanished
    quarantine: Quarantine | None = None
    counts: Counts = field(default_factory=dict)
    events: tuple[tuple[str, bytes], ...] = ()  # (event, article as JSON)


@dataclass(frozen=True, slots=True)
class Audit:
    """Both sides of the equations and what lies where, read at one moment."""

    accepted: int
    in_flight: int
    stored: int
    duplicate: int
    quarantined: int
    vanished: int
    pending: int            # delivered, not settled
    batches: int            # out now
    oldest_ms: int          # age of the oldest entry, 0 when there is none
    now_ms: int             # the ledger's clock
    counters: Mapping[str, int]
    overdue_ms: int = 0     # how long the most overdue batch is past its deadline, 0 when none is

    @property
    def difference(self) -> int:
        return self.accepted - self.in_flight - self.stored - self.duplicate - self.quarantined - self.vanished

    @property
    def articles_difference(self) -> int:
        count = self.counters.get
        return count("articles:produced", 0) - sum(count(f"articles:{verdict}", 0) for verdict in Verdict)


@dataclass(frozen=True, slots=True)
class WorkerBeat:
    name: str
    steps: tuple[str, ...]
    slots: int
    memory_bytes: int = 0  # resident, of its largest child


class Ledger(Protocol):
    """The durable account of every document from acceptance to its verdict."""

    def append(self, submissions: Sequence[Submission], door: str) -> list[Entry]:
        """Durable when it returns. Raises LedgerFull above the watermark."""
        ...

    def append_once(self, key: str, submissions: Sequence[Submission], door: str) -> list[Entry]:
        """As append, but a second call with the same key within a day gives the first one's entries."""
        ...

    def read(self, entries: Sequence[EntryId]) -> list[Entry | None]:
        """None where a stranger deleted the entry."""
        ...

    def take(
        self, batch: BatchId, *, documents: int, payload_bytes: int, window: int, queued_s: float
    ) -> Taken | None:
        """The next entries as one batch; None when nothing waits or `window` batches are out."""
        ...

    def wait(self, timeout_s: float) -> None:
        """Returns when an entry arrives, or after the time."""
        ...

    def begin(self, batch: BatchId, step: str, task: str, running_s: float) -> Begun | None:
        """None when the message is stale: the batch is gone, elsewhere on its way, or running."""
        ...

    def renew(self, batch: BatchId, token: int, running_s: float) -> bool: ...

    def finish(
        self, batch: BatchId, token: int, next_step: str, ref: str, counts: Counts, queued_s: float
    ) -> bool:
        """Queues the batch for its next step; False when another holds it by now."""
        ...

    def hand_back(
        self, batch: BatchId, token: int, step: str, counts: Counts, *, first_s: float, most_s: float
    ) -> bool:
        """Gives the batch back unharmed, to be sent again for `step` after a growing wait.

        With step "ingest" its blob is forgotten: it starts over from the entries.
        """
        ...

    def settle(
        self,
        batch: BatchId,
        token: int,
        settlements: Sequence[Settlement],
        counts: Counts,
        *,
        resume: str,
        first_s: float,
        most_s: float,
        keep_articles: int,
    ) -> list[EntryId] | None:
        """Acknowledges, deletes, counts and emits, for each entry once and for ever.

        Entries of the batch without a settlement wait and resume at the step `resume`.
        Returns the entries that this call settled; None when another holds the batch by now.
        """
        ...

    def died(self, batch: BatchId, task: str) -> bool:
        """The worker that ran this task was seen to die."""
        ...

    def overdue(self, most: int) -> list[BatchId]: ...

    def rescue(
        self, batch: BatchId, *, queued_s: float, queued_most_s: float, running_s: float,
        witnessed: int, unwitnessed: int,
    ) -> Rescue: ...

    def split(self, batch: BatchId, singles: Sequence[BatchId], queued_s: float) -> bool: ...

    def hasten(self) -> int:
        """Makes every queued batch overdue: the broker has lost its messages. Returns how many."""
        ...

    def sweep(self, batch: BatchId, queued_s: float) -> tuple[int, int]:
        """Counts vanished entries; takes entries that no batch holds into `batch`.

        Returns (vanished, adopted).
        """
        ...

    def emit(self, events: Sequence[tuple[str, bytes]], *, keep_articles: int) -> None:
        """Adds (event, article as JSON) to the articles stream, beside those of settlements."""
        ...

    def audit(self) -> Audit: ...

    def out(self) -> list[Out]:
        """The batches that are out; not one moment, but near enough for a gauge."""
        ...

    def beat(self, beat: WorkerBeat, ttl_s: float) -> None: ...

    def workers(self) -> list[WorkerBeat]: ...

    def fullness(self) -> float:
        """Used share of maxmemory, 0..1; 0 when there is no maximum."""
        ...


@dataclass(frozen=True, slots=True)
class Out:
    """A batch that is out, for people to look at."""

    batch: BatchId
    step: str
    state: str
    documents: int
