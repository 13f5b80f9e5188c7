"""The shuffles of a smaller stream through whole mills: servers of their own, dispatcher, worker, reconciler."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from tests.benchmarks.dedup.shuffles import Groups, Sample, agreement_of, groups_in, summed_up
from tests.benchmarks.dedup.streams import Stream
from tests.system.plant import Plant
from workers.model import Article
from workers.runtime.regroup import WATCH_S

CHILDREN = (1, 4)
_PATIENCE_S = 6 * WATCH_S  # after the last document: the reconciler looks every WATCH_S whether articles came late


def measure_through_mill(
    stream: Stream, *, documents: int, shuffles: int, say: Callable[[str], None]
) -> dict[str, dict[str, float]]:
    """As `measure_shuffles`; workers are the children of one worker."""
    sample = Sample.of(stream, documents, datetime.now(UTC))
    first: Groups = {}
    found = {}
    for children in CHILDREN:
        runs = []
        for seed in range(shuffles):
            arrived, quiet = _carried(sample.articles, children, f"{children} {seed}")
            first = first or quiet
            runs.append(agreement_of(arrived, quiet, first, sample.labels))
            say(f"  a mill with {children} worker children, shuffle {seed + 1} of {shuffles}: "
                f"ARI {runs[-1]['once quiet']:.3f}")
        found[f"{children} children"] = summed_up(runs)
    return {f"{len(sample.articles)} articles, {shuffles} shuffles, whole mill": {}, **found}


def _carried(articles: Sequence[Article], children: int, seed: str) -> tuple[Groups, Groups]:
    shuffled = list(articles)
    random.Random(seed).shuffle(shuffled)
    with Plant(concurrency=children) as plant:
        with plant.redis.pipeline() as pipe:  # in one transaction: the mill must not be idle in between
            for article in shuffled:
                pipe.xadd("{newsmill}:documents", _fields(article))
            pipe.execute()
        plant.wait_until_idle()
        until = time.monotonic() + _PATIENCE_S
        while not plant.query("SELECT 1 FROM regroupings LIMIT 1") and time.monotonic() < until:
            time.sleep(0.2)
        return groups_in(plant.store)


def _fields(article: Article) -> dict[Any, Any]:
    assert article.received_at is not None
    record = {"text": article.text, "title": article.title, "publisher": article.publisher}
    return {
        "body": json.dumps(record), "content_type": "application/json", "id": article.producer_id or "",
        "received_at": article.received_at.isoformat(),
    }
