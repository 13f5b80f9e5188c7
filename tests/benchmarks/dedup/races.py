"""Two workers with the same articles at once: exactly one first of each."""

from __future__ import annotations

import multiprocessing
from collections.abc import Sequence
from dataclasses import replace

import redis

from tests.benchmarks.dedup.quality import WINDOW_H
from workers.adapters.redis_dedup import RedisDedupIndex
from workers.model import Article, Relation, RelationKind
from workers.ports import Signature
from workers.steps.deduplicate import sign

_RACED = 1500


def double_firsts(url: str, articles: Sequence[Article]) -> int:
    """Two processes claim the same articles under ids of their own; how many got two firsts, or none."""
    signed = sign([replace(each, received_at=articles[0].received_at) for each in articles[: 2 * _RACED]])
    signatures = list({each.content_key: each for each in signed}.values())[:_RACED]
    RedisDedupIndex(redis.Redis.from_url(url), window_h=WINDOW_H).mark_built()
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        both = pool.starmap(_claim_all, [(url, name, signatures) for name in "ab"])
    exact = [[relation.kind is RelationKind.EXACT for relation in one] for one in both]
    return sum(a + b != 1 for a, b in zip(*exact, strict=True))


def _claim_all(url: str, name: str, signatures: Sequence[Signature]) -> list[Relation]:
    index = RedisDedupIndex(redis.Redis.from_url(url), window_h=WINDOW_H)
    own = [replace(each, article_id=f"{name}{each.article_id}") for each in signatures]
    return [j.relation for at in range(0, len(own), 16) for j in index.claim(own[at : at + 16])]
