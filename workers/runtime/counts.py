"""What is counted, under which field of the ledger's hash. metrics.py reads these back.

A histogram lies in fields h:<name>:<label>:<upper bound> and h:<name>:<label>:sum, both in parts of the
exposed unit (milliseconds of a second), bounds as below. Integers only: HINCRBY is exact.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from workers.model import Article, RelationKind, Verdict

# a value above the last bound counts under "inf"
BOUNDS: Final[dict[str, tuple[float, ...]]] = {
    "step_seconds": (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
    "queue_wait_seconds": (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300),
    "store_seconds": (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
    "document_seconds": (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 7200),
    "freshness_seconds": (60, 300, 900, 1800, 3600, 10800, 21600, 43200, 86400, 172800, 604800),
    "batch_documents": (1, 2, 4, 8, 16, 32, 64, 128, 256),
    "dedup_candidates": (0, 1, 2, 4, 8, 16, 32),
    "relation_score": (0.5, 0.7, 0.8, 0.9, 0.95, 0.999, 1),
    "document_articles": (0, 1, 2, 4, 8, 16, 64),
    "article_words": (25, 50, 100, 200, 400, 800, 1600, 3200),
}
PARTS: Final[dict[str, int]] = {  # of the exposed unit; 1000 where nothing is said
    "batch_documents": 1, "dedup_candidates": 1, "document_articles": 1, "article_words": 1,
}
FIELDS: Final = (
    "title", "publisher", "published_at", "authors", "language", "url", "wire", "dateline", "section", "image",
    "summary",
)


def parts_of(name: str) -> int:
    return PARTS.get(name, 1000)


def observed(name: str, value: float, label: str = "") -> dict[str, int]:
    """One observation of a histogram of BOUNDS."""
    parts = parts_of(name)
    bound = next((round(b * parts) for b in BOUNDS[name] if value <= b), "inf")
    return {f"h:{name}:{label}:{bound}": 1, f"h:{name}:{label}:sum": round(value * parts)}


def of_batch(
    step: str, result: str, *, documents: int, seconds: float, cpu_seconds: float, queued_ms: int
) -> dict[str, int]:
    return {
        f"batches:{step}:{result}": 1,
        f"step_documents:{step}": documents,
        f"step_cpu_us:{step}": round(cpu_seconds * 1e6),
        **observed("step_seconds", seconds, step),
        **observed("queue_wait_seconds", queued_ms / 1000, step),
    }


def of_document(articles: Iterable[Article], refused: int, now: datetime) -> dict[str, int]:
    """What one settled document adds: its articles, their relations, tags, fields, lengths and freshness."""
    counts: Counter[str] = Counter()
    counts["articles:produced"] += refused
    counts[f"articles:{Verdict.QUARANTINED}"] += refused
    made = 0
    for made, article in enumerate(articles, 1):  # noqa: B007 - counted for the histogram below
        counts["articles:produced"] += 1
        counts[f"articles:{article.verdict}"] += 1
        counts.update(_of_article(article, now))
    counts.update(observed("document_articles", made + refused))
    return {name: count for name, count in counts.items() if count}


def _of_article(article: Article, now: datetime) -> Counter[str]:
    relation = article.relation
    counts: Counter[str] = Counter({f"relations:{relation.kind}": 1})
    counts.update(f"tags:{tag.kind}" for tag in article.tags)
    counts.update(f"tagged:{kind}" for kind in {tag.kind for tag in article.tags})
    counts.update(f"fields:{name}" for name in FIELDS if getattr(article, name))
    counts.update(observed("article_words", article.word_count))
    if relation.kind is not RelationKind.UNIQUE:
        counts.update(observed("relation_score", relation.score))
    if article.published_at is not None:
        counts.update(observed("freshness_seconds", max(0.0, (now - article.published_at).total_seconds())))
    return counts
