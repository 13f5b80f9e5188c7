"""What signature and index cost: CPU time, of this process or of the server, and bytes a document."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from itertools import islice
from typing import Any

import redis

from tests.benchmarks.dedup.crowd import crowd
from tests.benchmarks.dedup.quality import BATCH, WINDOW_H
from tests.benchmarks.dedup.rivals import shingles
from workers.adapters.redis_dedup import RedisDedupIndex
from workers.model import Article
from workers.steps.deduplicate import FULL, SMALL, Measure, sign

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


def measure_index(client: redis.Redis, sizes: Sequence[int], say: Callable[[str], None]) -> dict[str, dict[str, float]]:
    """By layout, batch and articles held: server CPU in microseconds, of the last 20,000 articles, and bytes a
    document. Each size is an index of its own, made for so many."""
    return {
        f"{layout}, batch {batch}, {size}": _filled(client, layout, measure, batch, size, say)
        for layout, measure in (("plain", FULL), ("compact", SMALL))
        for batch, some in ((BATCH, sizes), (1, [min(20_000, *sizes)]))
        for size in some
    }


def _filled(
    client: redis.Redis, layout: str, measure: Measure, batch: int, size: int, say: Callable[[str], None]
) -> dict[str, float]:
    say(f"{size} articles, {layout}, batches of {batch}")
    client.execute_command("FLUSHALL", "SYNC")  # freed in the background it would count for the next one
    index = RedisDedupIndex(client, window_h=WINDOW_H, layout=layout, window_documents=size)
    index.mark_built()
    empty_bytes = client.info("memory")["used_memory"]
    signatures, held, mark, started = crowd(size, measure), 0, size - min(20_000, size // 2), 0.0
    while part := list(islice(signatures, batch)):
        if held - len(part) < mark <= held:
            started = _server_cpu_s(client)
            counted = size - held
        index.claim(part)
        held += len(part)
    used_bytes = client.info("memory")["used_memory"] - empty_bytes
    return {"us": (_server_cpu_s(client) - started) / counted * 1e6, "bytes": used_bytes / size}


def _server_cpu_s(client: redis.Redis) -> float:
    cpu = client.info("cpu")
    return float(cpu["used_cpu_user"] + cpu["used_cpu_sys"])
