"""What was decided."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from workers.model import Article, ArticleId, DocumentId, EntryId, Quarantine, StoryId, Verdict, Work


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
    """Of an article whose original is not stored yet; `lost` when it never will be (quarantined)."""

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

        A document with an article whose original (`relation.of`: of a copy, an update, a page around it) is
        not stored gets Waiting and nothing of it is written; an original among the same decisions counts
        as stored, unless it waits itself. When the original is itself a copy, the article is related to
        that one's original.
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

    def absorb(self, stories: Sequence[tuple[StoryId, StoryId]]) -> list[tuple[StoryId, StoryId]]:
        """Notes of each first story that it is the second one. Returns those that are new: what a story was first
        shown to be stands, and none is made part of itself."""
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
