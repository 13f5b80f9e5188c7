"""publish: the store decides in one transaction, then the ledger settles what the store says."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from workers.model import Article, Event, StoryId, Verdict, Work, article_to_json
from workers.pipeline import DELIVERIES, INGEST, LIMITS, PUBLISH
from workers.ports import (
    Begun,
    Clock,
    Counts,
    Decision,
    DedupIndex,
    Ledger,
    Settlement,
    Standing,
    Store,
    Waiting,
)
from workers.runtime.codec import encode_fields
from workers.runtime.counts import observed, of_document
from workers.runtime.logs import Log
from workers.runtime.merge_stories import told_absorbed

_CARRIED: Final = f"step_documents:{PUBLISH}"


class Publisher:
    def __init__(
        self, *, ledger: Ledger, store: Store, index: DedupIndex, clock: Clock, log: Log,
        keep_articles: int, original_waits: int,
    ) -> None:
        self._ledger = ledger
        self._store = store
        self._index = index
        self._clock = clock
        self._log = log
        self._keep_articles = keep_articles
        self._original_waits = original_waits

    def __call__(self, begun: Begun, works: Sequence[Work], counts: Callable[[], Counts]) -> int | None:
        started = time.monotonic()
        answers = self._store.record(self._decisions(works), self._clock.now())
        took = observed("store_seconds", time.monotonic() - started)
        entries = {work.document.id: work.document.entry_id for work in works}
        standings = [answer for answer in answers if isinstance(answer, Standing)]
        waiting = [answer for answer in answers if isinstance(answer, Waiting)]
        self._forget_quarantined(works, standings)
        absorbed = {work.document.id: work.absorbed for work in works}
        settlements = [
            self._settlement(standing, entries[standing.document_id], absorbed[standing.document_id])
            for standing in standings
        ]
        settlements += self._vanished(begun, works)
        counted = {**counts(), **took}
        if _CARRIED in counted:  # by a worker; those that wait for their original come again
            counted[_CARRIED] = len(settlements)
        settled = self._ledger.settle(
            begun.batch, begun.token, settlements, counted,
            resume=self._resume(begun, works, waiting), keep_articles=self._keep_articles,
            first_s=DELIVERIES.retry_first_s, most_s=DELIVERIES.retry_most_s,
        )
        if settled is None:
            return None
        for standing in standings:
            if standing.quarantine is not None and entries[standing.document_id] in set(settled):
                self._log.quarantined(
                    begun.batch, standing.document_id, entries[standing.document_id], standing.quarantine
                )
        return len(waiting)

    def _decisions(self, works: Sequence[Work]) -> list[Decision]:
        bad = [work.document.entry_id for work in works if work.verdict is Verdict.QUARANTINED]
        payloads = {
            entry.id: encode_fields(entry.fields, body_bytes=LIMITS.body_bytes, kept_bytes=LIMITS.kept_bytes)
            for entry in self._ledger.read(bad)
            if entry is not None
        }
        return [Decision(work, payloads.get(work.document.entry_id)) for work in works]

    def _settlement(
        self, standing: Standing, entry_id: str, absorbed: Sequence[tuple[StoryId, StoryId]]
    ) -> Settlement:
        return Settlement(
            entry_id, standing.verdict, standing.quarantine,
            counts=of_document(standing.articles, standing.refused, self._clock.now()),
            events=(*_events(standing), *told_absorbed(self._store, absorbed)),
        )

    def _vanished(self, begun: Begun, works: Sequence[Work]) -> list[Settlement]:
        """Entries of the batch that could not be read any more: deleted by a stranger, or settled before."""
        read = {work.document.entry_id for work in works}
        return [Settlement(entry, None) for entry in begun.entries if entry not in read]

    def _forget_quarantined(self, works: Sequence[Work], standings: Sequence[Standing]) -> None:
        """What was claimed in the index and then quarantined must not be the original of anything."""
        stored = {article.id for standing in standings for article in standing.articles}
        decided = {standing.document_id for standing in standings}
        claimed = [
            id
            for work in works if work.document.id in decided
            for id in (*(article.id for article in work.articles), *(refused.id for refused in work.refused))
        ]
        gone = [id for id in claimed if id not in stored]
        if gone:
            self._index.release(gone)

    def _resume(self, begun: Begun, works: Sequence[Work], waiting: Sequence[Waiting]) -> str:
        """Copies wait for their original. One whose original never comes is judged anew, from the start."""
        patient = begun.waits < self._original_waits
        hopeless = [each for each in waiting if each.lost or not patient]
        if not hopeless:
            return PUBLISH
        documents = {each.document_id for each in hopeless}
        theirs = [a.id for work in works if work.document.id in documents for a in work.articles]
        self._index.release([*theirs, *(each.original for each in hopeless)])
        return INGEST


def _events(standing: Standing) -> Iterator[tuple[str, bytes]]:
    for article in standing.articles:
        record = article_to_json(article)
        yield _event(article), record
        if article.id in standing.regrouped:
            yield Event.REGROUPED, record


def _event(article: Article) -> str:
    if article.verdict is Verdict.DUPLICATE:
        return Event.DUPLICATE
    return Event.UPDATED if article.version > 1 else Event.STORED
