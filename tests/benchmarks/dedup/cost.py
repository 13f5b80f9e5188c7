"""What a signature costs: CPU time of this process, rivals beside it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from tests.benchmarks.dedup.rivals import shingles
from workers.model import Article
from workers.steps.deduplicate import sign

_TURNS = 3


def measure_signature(articles: Sequence[Article]) -> dict[str, float]:
    """Documents a CPU second, on English ones of 300 to 600 words; the best of three turns each."""
    import datasketch
    import rensa

    chosen = [each for each in articles if 300 < len(each.text.split()) < 600 and each.text.isascii()][:640]
    sign(chosen[:1])
    words = sum(len(each.text.split()) for each in chosen) / len(chosen)

    def rivals_sign(make: Callable[[Article], object]) -> float:
        return _rate(chosen, lambda: [make(each) for each in chosen])

    def by_datasketch(article: Article) -> object:
        made = datasketch.MinHash(num_perm=128)
        made.update_batch(shingles(article.text, 5))
        return made

    def by_rensa(article: Article) -> object:
        made = rensa.RMinHash(num_perm=128, seed=42)
        made.update([each.decode() for each in shingles(article.text, 5)])
        return made

    found = {
        f"newsmill, batches of {size}": _rate(
            chosen, lambda size=size: [sign(chosen[at : at + size]) for at in range(0, len(chosen), size)]  # type: ignore[misc]
        )
        for size in (64, 1)
    }
    found |= {"datasketch MinHash 128": rivals_sign(by_datasketch), "rensa RMinHash 128": rivals_sign(by_rensa)}
    return {"words a document": words, **found}


def _rate(chosen: Sequence[Article], run: Callable[[], Any]) -> float:
    best = float("inf")
    for _ in range(_TURNS):
        started = time.process_time()
        run()
        best = min(best, time.process_time() - started)
    return len(chosen) / best
