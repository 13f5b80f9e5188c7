"""What a store keeps of a document, and how it answers `record`: one answer a decision, in order, each
document new once.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from workers.adapters.originals import kept_articles, refused_articles
from workers.model import ArticleId, DocumentId, Work
from workers.ports import Decision, Standing, Waiting


def first_decisions(decisions: Sequence[Decision]) -> list[Decision]:
    """A document proposed twice in one call: the first wins, as it would in two calls."""
    first = {decision.work.document.id: decision for decision in reversed(decisions)}
    return [first[name] for name in dict.fromkeys(decision.work.document.id for decision in decisions)]


def new_standing(work: Work, heads: Collection[ArticleId] = ()) -> Standing:
    """heads: articles that became the head of their group."""
    return Standing(
        document_id=work.document.id,
        verdict=work.verdict,
        quarantine=work.quarantined_for,
        articles=kept_articles(work),
        refused=len(refused_articles(work)),
        new=True,
        regrouped=tuple(article.id for article in kept_articles(work) if article.id in heads),
    )


def outcome_values(work: Work, now: datetime) -> dict[str, Any]:
    """What is kept of a document for ever."""
    document, quarantine = work.document, work.quarantined_for
    return {
        "document_id": document.id,
        "entry_id": document.entry_id,
        "producer_id": document.producer_id,
        "source": document.source,
        "url": document.url,
        "door": document.door,
        "verdict": work.verdict.value,
        "step": quarantine and quarantine.step,
        "reason": quarantine and quarantine.reason.value,
        "detail": quarantine and quarantine.detail,
        "articles": len(kept_articles(work)),
        "refused": len(refused_articles(work)),
        "received_at": document.received_at,
        "accepted_at": document.accepted_at,
        "decided_at": now,
        "payload_bytes": document.payload_bytes,
    }


def in_order(
    decisions: Sequence[Decision], answers: Mapping[DocumentId, Standing | Waiting]
) -> list[Standing | Waiting]:
    asked: set[DocumentId] = set()
    ordered: list[Standing | Waiting] = []
    for decision in decisions:
        answer = answers[decision.work.document.id]
        if isinstance(answer, Standing) and answer.document_id in asked:
            answer = replace(answer, new=False)
        asked.add(decision.work.document.id)
        ordered.append(answer)
    return ordered
