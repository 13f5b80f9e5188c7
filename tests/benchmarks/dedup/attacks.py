"""What somebody who means harm can cost: variations of one text without end, furniture longer than the
article, pages that quote others whole. Work stays bounded and the relations right.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from statistics import mean

import redis

from tests.benchmarks.dedup.quality import BATCH, WINDOW_H
from workers.adapters.redis_dedup import RedisDedupIndex
from workers.model import Article
from workers.ports import Judgement
from workers.steps.deduplicate import sign

_START = datetime(2026, 3, 2, tzinfo=UTC)
_VARIATIONS = 10_000
_PAGES = 400


def measure_attacks(client: redis.Redis) -> dict[str, dict[str, float]]:
    """attack -> milliseconds of server CPU a batch (mean of the first and of the last ten), most articles
    compared with one, and the share of each relation."""
    draw = random.Random("attacks")
    story = _words(draw, 400)
    return {
        "one word changed": _measure(client, [_changed(draw, story, 1) for _ in range(_VARIATIONS)]),
        "a third changed, new numbers": _measure(client, [_changed(draw, story, 130) for _ in range(_VARIATIONS)]),
        "a sentence more each time": _measure(client, [[*story, *_words(draw, 60)] for _ in range(_VARIATIONS)]),
        "furniture of 300 words, 60 of its own": _measure(
            client, [[*story[:300], *_words(draw, 60)] for _ in range(_PAGES)], publisher="Post"
        ),
        "one article quoted whole in others": _measure(
            client, [[*_words(draw, 500), *story, *_words(draw, 500)] for _ in range(_PAGES)], first=story
        ),
    }


def _words(draw: random.Random, count: int) -> list[str]:
    return [f"{draw.choice('bcdfgklmnprst')}{draw.randrange(4000):x}".translate(_LETTERS) for _ in range(count)]


_LETTERS = str.maketrans("0123456789", "aeiouywhjq")  # no figures: these are words


def _changed(draw: random.Random, story: Sequence[str], count: int) -> list[str]:
    changed = list(story)
    for _ in range(count):
        changed[draw.randrange(len(changed))] = str(draw.randrange(100_000)) if count > 1 else _words(draw, 1)[0]
    return changed


def _measure(
    client: redis.Redis, texts: Sequence[Sequence[str]], *, publisher: str | None = None, first: Sequence[str] = ()
) -> dict[str, float]:
    client.flushall()
    index = RedisDedupIndex(client, window_h=WINDOW_H)
    index.mark_built()
    articles = [
        Article(f"{at:032x}-0", f"{at:032x}", text=" ".join(words), publisher=publisher,
                received_at=_START + timedelta(seconds=at))
        for at, words in enumerate([first, *texts] if first else texts)
    ]
    took, judged = [], list[Judgement]()
    for at in range(0, len(articles), BATCH):
        signatures = sign(articles[at : at + BATCH])
        before = _server_cpu_s(client)
        judged += index.claim(signatures)
        took.append((_server_cpu_s(client) - before) * 1000)
    kinds = Counter(str(each.relation.kind) for each in judged[1:])
    few = min(10, len(took) // 2)
    return {
        "first batches, ms": mean(took[:few]), "last batches, ms": mean(took[-few:]),
        "compared at most": max(each.compared or 0 for each in judged),
        **{kind: count / (len(judged) - 1) for kind, count in kinds.most_common()},
    }


def _server_cpu_s(client: redis.Redis) -> float:
    cpu = client.info("cpu")
    return float(cpu["used_cpu_user"] + cpu["used_cpu_sys"])
