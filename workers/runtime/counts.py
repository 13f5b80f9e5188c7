"""What is counted, under which field of the ledger's hash. metrics.py reads these back.

A histogram lies in fields h:<name>:<label>:<upper bound> and h:<name>:<label>:sum; times in
milliseconds, bounds as below. Integers only: HINCRBY is exact.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from workers.model import Article, Verdict

# seconds; a time above the last bound counts under "inf"
BOUNDS_S: Final[dict[str, tuple[float, ...]]] = {
    "step_seconds": (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
    "queue_wait_seconds": (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300),
    "store_seconds": (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
    "document_seconds": (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 7200),
    "freshness_seconds": (60, 300, 900, 1800, 3600, 10800, 21600, 43200, 86400, 172800, 604800),
}
BATCH_BOUNDS: Final = (1, 2, 4, 8, 16, 32, 64, 128, 256)
CANDIDATE_BOUNDS: Final = (0, 1, 2, 4, 8, 16, 32)
FIELDS: Final = (
    "title", "publisher", "published_at", "authors", "language", "url", "wire", "dateline", "section", "image",
)


def timed(name: str, label: str, seconds: float) -> dict[str, int]:
    """One observation of a histogram of BOUNDS_S."""
    ms = round(seconds * 1000)
    bound = next((round(b * 1000) for b in BOUNDS_S[name] if seconds <= b), "inf")
    return {f"h:{name}:{label}:{bound}": 1, f"h:{name}:{label}:sum": ms}


def compared(articles: int) -> dict[str, int]:
    """One observation of dedup_candidates: earlier articles that one was held against."""
    bound = next((bound for bound in CANDIDATE_BOUNDS if articles <= bound), "inf")
    return {f"h:dedup_candidates::{bound}": 1, "h:dedup_candidates::sum": articles}


def of_batch(step: str, result: str, *, seconds: float, cpu_seconds: float, queued_ms: int) -> dict[str, int]:
    return {
        f"batches:{step}:{result}": 1,
        f"step_cpu_us:{step}": round(cpu_seconds * 1e6),
        **timed("step_seconds", step, seconds),
        **timed("queue_wait_seconds", step, queued_ms / 1000),
    }


def of_document(articles: Iterable[Article], refused: int, now: datetime) -> dict[str, int]:
    """What one settled document adds: its articles, their relations, tags, fields and freshness."""
    counts: Counter[str] = Counter()
    counts["articles:produced"] += refused
    counts[f"articles:{Verdict.QUARANTINED}"] += refused
    for article in articles:
        counts["articles:produced"] += 1
        counts[f"articles:{article.verdict}"] += 1
        counts[f"relations:{article.relation.kind}"] += 1
        counts.update(f"tags:{tag.kind}" for tag in article.tags)
        counts.update(f"fields:{name}" for name in FIELDS if getattr(article, name))
        if article.published_at is not None:
            age_s = max(0.0, (now - article.published_at).total_seconds())
            counts.update(timed("freshness_seconds", "", age_s))
    return {name: count for name, count in counts.items() if count}


