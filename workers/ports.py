"""The outside world on one page. A port has the few methods its user needs and follows atomicity:
what must happen together is one method. Each adapter of a port passes the same suite in
tests/contract/. Methods raise the port's own PortError when the world is away.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Any, NamedTuple, Protocol

from workers.model import (
    Article,
    ArticleId,
    BatchId,
    DocumentId,
    Entry,
    EntryId,
    Quarantine,
    Relation,
    StoryId,
    Submission,
    Verdict,
    Work,
)

Counts = Mapping[str, int]  # metric field -> increment, as declared in runtime/metrics.py


class Clock(Protocol):
    def now(self) -> datetime: ...


# ---- ledger: what is owed ------------------------------------------------------------------------

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


class Broker(Protocol):
    """The work server, as far as the reconciler needs to know it."""

    def identity(self) -> str:
        """Another one after a restart."""
        ...


@dataclass(frozen=True, slots=True)
class ServerState:
    """What a Redis or Valkey server says of itself."""

    memory_bytes: int
    memory_max_bytes: int  # 0 without a maximum
    clients: int
    blocked_clients: int
    commands: int
    evicted_keys: int
    rejected_connections: int
    delayed_fsyncs: int
    is_persisted: bool     # appendonly is on and the last write and rewrite went well


# ---- blobs: what a batch carries ------------------------------------------------------------------

class Blobs(Protocol):
    """Results of steps, kept from one step to the next. A cache: the entry is the payload of record."""

    def put(self, ref: str, payload: bytes, *, ttl_s: int) -> None: ...

    def get(self, ref: str) -> bytes:
        """Raises BlobMissing when the payload expired or was never put."""
        ...

    def delete(self, ref: str) -> None: ...


# ---- dedup index ---------------------------------------------------------------------------------

@dataclass(frozen=True, slots=True)
class Signature:
    """What the index knows an article by.

    content_key: 64 bits over the ordered words of the text.
    publisher, place: 64-bit hashes of the publisher or source and of the address, 0 when unknown.
    distinct: different word shingles; sketch: the smallest of them, ascending, 4 bytes each, big-endian;
    looked_up: the first of those, 5 bytes each. facts: the smallest of the numbers, 4 bytes each.
    """

    article_id: ArticleId
    seen_at: datetime
    content_key: int
    publisher: int = 0
    place: int = 0
    distinct: int = 0
    sketch: bytes = b""
    looked_up: bytes = b""
    facts: bytes = b""


@dataclass(frozen=True, slots=True)
class Judgement:
    """The index's answer for one article. `compared`: earlier articles it was held against; None when
    it was claimed before and this is its first answer again."""

    relation: Relation
    compared: int | None = 0


class DedupIndex(Protocol):
    """Judges and claims. Both in one call, so that of two copies at once one is first."""

    def claim(self, signatures: Sequence[Signature], *, rebuilding: bool = False) -> list[Judgement]:
        """One answer a signature, in order. An article id claimed before gets its first answer again.

        Raises IndexFailed while the index is fresh, but for the one who is rebuilding it: judged
        against an empty index every copy would be a first.
        """
        ...

    def release(self, articles: Sequence[ArticleId]) -> None:
        """Forgets quarantined articles: their copies must not wait for them."""
        ...

    def entries(self) -> int: ...

    def is_fresh(self) -> bool:
        """True until `mark_built` since the index came into being, or came back empty."""
        ...

    def mark_built(self) -> None: ...

    def clear(self) -> None:
        """Forgets everything; fresh again."""
        ...


# ---- story index ---------------------------------------------------------------------------------

class TermKind(IntEnum):
    """What a term of an article is; how common it is taken to be depends on it."""

    WORD = 0
    SHORT_WORD = 1
    NAME = 2
    NUMBER = 3
    SMALL_NUMBER = 4
    LEAD_NUMBER = 5  # a number again, for standing where the article says what happened
    YEAR = 6


class Term(NamedTuple):
    hash: int    # 32 bits, of the term in its language
    kind: TermKind
    weight: int  # 1..255, without its rarity


@dataclass(frozen=True, slots=True)
class Profile:
    """What the story index knows an article by.

    language: 32-bit hash; articles of two languages share no term.
    terms: at most 64, different ones, those of a kind by falling weight.
    of: an article whose copy or later version it is, and whose story it shares.
    story: the story it has, when the index is rebuilt.
    """

    article_id: ArticleId
    seen_at: datetime
    language: int
    terms: tuple[Term, ...]
    of: ArticleId | None = None
    story: StoryId | None = None


@dataclass(frozen=True, slots=True)
class Joined:
    """The story of an article; `absorbed`: a small story that the article showed to be the same one."""

    story: StoryId
    absorbed: StoryId | None = None


class StoryIndex(Protocol):
    """Judges and joins. Both in one call, so that of two first articles of one story one founds it."""

    def join(self, profiles: Sequence[Profile], *, rebuilding: bool = False) -> list[Joined]:
        """One answer an article, in order. One that fits no story founds its own, named by its id.

        An article id that was joined before gets its first answer again and changes nothing.
        Raises IndexFailed while the index is fresh, but for the one who is rebuilding it.
        """
        ...

    def is_fresh(self) -> bool:
        """True until `mark_built` since the index came into being, or came back empty."""
        ...

    def mark_built(self) -> None: ...


# ---- lines that a source repeats under its stories ------------------------------------------------

@dataclass(frozen=True, slots=True)
class RepeatedLine:
    line: str
    stories: int     # in which it stood, of those still counted
    accepted: bool


class RepeatedLines(Protocol):
    """Counted, proposed, and removed once somebody accepted them. A source is a publisher, or what the
    producer calls the document's source. Counts are bounded and may be lost; what is accepted is not."""

    def saw(self, stories: Mapping[str, Sequence[Sequence[str]]]) -> None:
        """For each source its new stories, of each the distinct lines at its ends."""
        ...

    def proposed(self, source: str, *, least: int) -> list[RepeatedLine]:
        """The lines that stood in at least so many stories, and the accepted ones; most frequent first."""
        ...

    def sources(self) -> dict[str, int]:
        """The sources with the number of their stories, those counted last first."""
        ...

    def accept(self, source: str, lines: Sequence[str]) -> None: ...

    def withdraw(self, source: str, lines: Sequence[str]) -> int:
        """Returns how many of them were accepted before."""
        ...

    def accepted(self) -> dict[str, frozenset[str]]: ...


# ---- store: what was decided -----------------------------------------------------------------------

@dataclass(frozen=True, slots=True)
class Decision:
    """What publish proposes for one document. `payload` (the entry's fields) is kept when quarantined."""

    work: Work
    payload: bytes | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """What the store says of a document, from its first decision on."""

    document_id: DocumentId
    verdict: Verdict
    quarantine: Quarantine | None
    articles: tuple[Article, ...]   # as they stand, originals resolved
    refused: int                    # articles quarantined
    new: bool                       # decided by this very call
    regrouped: tuple[ArticleId, ...] = ()  # those that became the head of their group


@dataclass(frozen=True, slots=True)
class Waiting:
    """A copy whose original is not stored yet; `lost` when it never will be (quarantined)."""

    document_id: DocumentId
    original: ArticleId
    lost: bool


@dataclass(frozen=True, slots=True)
class Query:
    text: str | None = None
    topic: str | None = None       # tag id or label
    entity: str | None = None      # label of a person, organisation, place, country
    tag: str | None = None         # any tag's id or label
    source: str | None = None      # source, publisher or publisher id
    language: str | None = None
    since: datetime | None = None  # by published_at, else received_at
    until: datetime | None = None
    kind: str | None = None        # relation kind
    story: StoryId | None = None   # by any of its names
    limit: int = 20
    offset: int = 0


@dataclass(frozen=True, slots=True)
class QuarantineRow:
    document_id: DocumentId
    entry_id: EntryId
    producer_id: str | None
    source: str | None
    step: str
    reason: str
    detail: str
    decided_at: datetime
    payload_bytes: int
    payload: bytes | None = None  # only in `show` and `requeue`; None once purged
    requeued_as: EntryId | None = None


@dataclass(frozen=True, slots=True)
class Related:
    """An article that has to do with another, and why."""

    article: Article
    score: float                        # 0..1
    tags: tuple[tuple[str, str], ...]   # (kind, label) that both have, the weightiest first
    words: tuple[str, ...]              # of title and summary that both have, besides those


class Store(Protocol):
    """Outcomes and articles, for ever: inserted or left alone, never overwritten."""

    def record(self, decisions: Sequence[Decision], now: datetime) -> list[Standing | Waiting]:
        """One durable transaction. The first decision on a document wins; later ones get it back.

        A document with an article whose original (`relation.of`) is not stored gets Waiting and
        nothing of it is written; an original among the same decisions counts as stored. When the
        original is itself a copy, the article is related to that one's original.
        """
        ...

    def standing(self, documents: Sequence[DocumentId]) -> dict[DocumentId, Standing]: ...

    def find(self, query: Query) -> list[Article]: ...

    def articles_of(self, id: str) -> list[Article]:
        """By id of an article, document, stream entry, or the producer's; newest document first."""
        ...

    def versions(self, id: str) -> list[Article]:
        """Of the article under this id (of several, the first): the versions that are kept, oldest first."""
        ...

    def story_root(self, story: StoryId) -> StoryId:
        """The story that it was shown to be; itself when nothing else was shown."""
        ...

    def came_late(self, after: int, least: timedelta) -> tuple[int, bool]:
        """The number of the last article, and whether one with a number above `after` was received by
        `least` or more before the article that it goes back to."""
        ...

    def regroup(self, firsts: Mapping[ArticleId, ArticleId], now: datetime) -> list[ArticleId]:
        """Puts into one group what has the same first article; group ids stay where they can.

        Returns the articles whose group changed. Verdicts and relations stand.
        """
        ...

    def related(self, article: ArticleId, *, days: float, common: Set[str], limit: int) -> list[Related]:
        """Best first, among the articles dated within so many days before and after it; no copies of it.

        common: words that say nothing. In bounded time, however many articles there are.
        """
        ...

    def explain(self, id: str) -> list[dict[str, Any]]:
        """Everything decided about the document(s) under this id, as plain values."""
        ...

    def quarantine_list(
        self, *, step: str | None = None, reason: str | None = None, limit: int = 100
    ) -> list[QuarantineRow]: ...

    def quarantine_show(self, id: str) -> list[QuarantineRow]:
        """With payloads; by document, entry or producer id."""
        ...

    def quarantine_requeued(self, document: DocumentId, entry: EntryId) -> None: ...

    def quarantine_purge(self, *, before: datetime | None = None, id: str | None = None) -> int:
        """Removes payloads, never outcomes. Returns how many."""
        ...

    def articles_since(self, since: datetime) -> Iterator[Article]:
        """In order of arrival, streamed: to rebuild the dedup index."""
        ...

    def counts(self) -> dict[str, int]:
        """documents by verdict, and articles: to hold against the ledger."""
        ...

    def retain(self, before: datetime) -> int:
        """Removes articles (text, tags, removed lines) and quarantine payloads older than that;
        outcomes stay. Returns how many articles."""
        ...

    def note_mark(self, accepted: int, last_id: EntryId, run_id: str, now: datetime) -> str | None:
        """Keeps the ledger's high-water mark. When the ledger stands lower than before (it lost its
        tail) an incident is written and its text returned."""
        ...

    def check(self) -> list[str]:
        """What is wrong with the store's durability or schema; empty when all is well."""
        ...

    def close(self) -> None: ...


# ---- sources: what comes from whom -----------------------------------------------------------------

class SourceState(StrEnum):
    """What a source is in, the worst first. Stable: stored, and a metric label."""

    SILENT = "silent"            # nothing came while documents should have come
    QUARANTINED = "quarantined"  # more of its documents than usual
    LENGTH = "length"            # its articles are much shorter or longer than they were
    UNDATED = "undated"          # more of its articles without a date than usual
    LANGUAGE = "language"        # fewer of its articles in its language than usual
    COPIES = "copies"            # more of its documents are duplicates than usual
    QUIET = "quiet"              # less than a third of what it brought at this time in other weeks
    LOUD = "loud"                # more than three times what it brought on any day of the last weeks
    NORMAL = "normal"
    LEARNING = "learning"        # not known for two weeks yet


@dataclass(frozen=True, slots=True)
class SourceHour:
    """What a source brought in one hour, in one language ('' when there is none).

    Documents are counted under the language of their first article. hour: since the epoch, of acceptance.
    """

    source: str
    hour: int
    language: str = ""
    documents: int = 0
    quarantined: int = 0  # of the documents
    duplicates: int = 0   # of the documents
    articles: int = 0
    undated: int = 0      # of the articles
    log_words: int = 0    # sum over the articles of 1000 ln(1 + words)


@dataclass(frozen=True, slots=True)
class SourceStanding:
    """How a source was last judged. `report`: the figures and what is odd about them, plain values."""

    source: str
    state: SourceState
    judged_at: datetime
    report: Mapping[str, Any]
    since: datetime | None = None  # in this state; None: as long as it was in it before


class Sources(Protocol):
    """Kept by the store, which counts each document in the transaction that decides it."""

    def source_hours(self, *, after: str, most: int) -> list[tuple[str, list[SourceHour]]]:
        """Of the next `most` sources by name after that one, by hour."""
        ...

    def note_sources(self, standings: Sequence[SourceStanding]) -> list[SourceStanding]:
        """Keeps them. Returns those that were in another state before, or in none."""
        ...

    def source_standings(self) -> list[SourceStanding]:
        """By state, the worst first, then by name."""
        ...

    def source_states(self) -> dict[str, int]:
        """How many sources are in each state."""
        ...

    def forget_sources(self, *, hours_before: int, silent_before: int, most: int) -> int:
        """Removes hours before the one, sources with nothing since the other, and all but the `most` that
        brought most documents. Returns how many sources went."""
        ...
