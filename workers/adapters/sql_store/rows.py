"""A decision as rows."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import datetime
from math import floor
from typing import Any

from workers.adapters.originals import kept_articles, refused_articles
from workers.adapters.search_words import key, tag_keys
from workers.adapters.storable import storable_time, storable_work
from workers.model import Article, ArticleId, Verdict, Work, article_to_json
from workers.ports import Decision

Row = dict[str, Any]
Values = tuple[Any, ...]  # in the order of the table's columns

_FAST = 1  # zlib level: 5 MB in 80 ms; a flood of refused documents must not cost more than good ones


@dataclass(frozen=True, slots=True)
class Proposal:
    """A decision with all that can be worked out before the transaction, which others wait for."""

    work: Work
    records: dict[ArticleId, bytes]
    judged_of: dict[ArticleId, ArticleId | None]
    payload: bytes | None
    payload_bytes: int

    def record_of(self, article: Article) -> str:
        """Of the article as it stands: its original may be another than the one it was judged against, and
        the store numbers its version."""
        unchanged = article.relation.of == self.judged_of[article.id] and article.version == 1
        return (self.records[article.id] if unchanged else article_to_json(article)).decode()


def proposal(decision: Decision, now: datetime) -> Proposal:
    work, records = storable_work(decision.work, now)
    payload = decision.payload if work.verdict is Verdict.QUARANTINED else None
    return Proposal(
        work=work,
        records=records,
        judged_of={article.id: article.relation.of for article in kept_articles(work)},
        payload=payload if payload is None else zlib.compress(payload, _FAST),
        payload_bytes=len(payload or b""),
    )


def article_outcome_rows(works: list[Work]) -> list[Row]:
    """Originals first: a duplicate's row refers to its original's."""
    rows = [
        {
            "article_id": article.id,
            "document_id": work.document.id,
            "verdict": article.verdict.value,
            "original_id": article.relation.of if article.relation.kind.is_copy else None,
        }
        for work in works
        for article in kept_articles(work)
    ]
    rows += [
        {
            "article_id": refused.id,
            "document_id": work.document.id,
            "verdict": Verdict.QUARANTINED.value,
            "original_id": None,
        }
        for work in works
        for refused in refused_articles(work)
    ]
    return sorted(rows, key=lambda row: row["original_id"] is not None)


def article_row(article_no: int, article: Article, judged_of: ArticleId | None, work: Work, record: str) -> Row:
    return {
        "article_no": article_no,
        "article_id": article.id,
        "document_id": work.document.id,
        "part": article.part,
        "relation": article.relation.kind.value,
        "original_id": article.relation.of,
        "judged_of": judged_of,
        "language": article.language,
        "source_key": _key(article.source),
        "publisher_key": _key(article.publisher),
        "publisher_id_key": _key(article.publisher_id),
        "published_at": article.published_at and storable_time(article.published_at),
        "received_at": storable_time(article.received_at or work.document.received_at),
        "dated_at": _dated_at(article, work),
        "stored_at": article.stored_at,
        "record": record,
    }


def tag_rows(article_no: int, article: Article, work: Work) -> list[Values]:
    """One row a kind and key; where two tags share a key, the better score."""
    dated_s = floor(_dated_at(article, work).timestamp())
    scores: dict[tuple[str, str], float] = {}
    for tag in article.tags:
        kind = tag.kind.value
        for name in tag_keys(tag):
            if scores.get((kind, name), -1.0) < tag.score:
                scores[kind, name] = tag.score
    return [(article_no, kind, name, score, dated_s) for (kind, name), score in scores.items()]


def removed_rows(article_no: int, article: Article) -> list[Values]:
    return [
        (article_no, line_no, removed.rule, removed.text) for line_no, removed in enumerate(article.removed)
    ]


def refused_rows(work: Work) -> list[Row]:
    return [
        {
            "article_id": refused.id,
            "document_id": work.document.id,
            "part": refused.part,
            "title": refused.title,
            "step": refused.quarantine.step,
            "reason": refused.quarantine.reason.value,
            "detail": refused.quarantine.detail,
        }
        for refused in refused_articles(work)
    ]


def quarantine_row(proposal: Proposal) -> Row:
    return {
        "document_id": proposal.work.document.id,
        "payload_bytes": proposal.payload_bytes,
        "payload": proposal.payload,
        "requeued_as": None,
    }


def _dated_at(article: Article, work: Work) -> datetime:
    return storable_time(article.published_at or article.received_at or work.document.received_at)


def _key(name: str | None) -> str | None:
    return None if name is None else key(name)
