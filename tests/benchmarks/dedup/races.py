"""Many workers at once: exactly one first of each, and the same groups in whatever order articles come."""

from __future__ import annotations

import multiprocessing
import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime

import redis

from tests.benchmarks.dedup.quality import BATCH, WINDOW_H
from workers.adapters.lineage import regrouped
from workers.adapters.memory_dedup import MemoryDedupIndex
from workers.adapters.redis_dedup import RedisDedupIndex
from workers.model import Article, Relation, RelationKind
from workers.ports import Signature
from workers.runtime.regroup import first_of_each
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


def agreement(
    url: str, articles: Sequence[Article], *, shuffles: int, say: Callable[[str], None]
) -> dict[int, dict[str, float]]:
    """By number of workers: the least ARI between the groups of a shuffle and those of the stream in order, as
    judged on arrival and once quiet, when the mill has regrouped."""
    unique = list({article.id: article for article in articles}.values())
    signatures = _within_one_window(unique)
    groups = first_of_each(_claimed(url, signatures, 1))
    found = {}
    for workers in (1, 4, 16):
        say(f"{shuffles} shuffles, {workers} workers")
        arrived, quiet = [], []
        for seed in range(shuffles):
            shuffled = _shuffled(signatures, seed)
            on_arrival = _roots(_claimed(url, shuffled, workers))
            arrived.append(adjusted_rand(groups, on_arrival))
            quiet.append(adjusted_rand(groups, _once_quiet(shuffled, on_arrival)))
        found[workers] = {"on arrival": min(arrived), "once quiet": min(quiet)}
    return found


def _once_quiet(signatures: Sequence[Signature], on_arrival: Mapping[str, str]) -> dict[str, str]:
    """The groups as a store has them after what the reconciler does when nothing is in flight."""
    in_time = sorted(signatures, key=lambda signature: (signature.seen_at, signature.article_id))
    index = MemoryDedupIndex(window_h=WINDOW_H)
    judged = index.claim(in_time, rebuilding=True)
    relations = {each.article_id: answer.relation for each, answer in zip(in_time, judged, strict=True)}
    return {**on_arrival, **regrouped(first_of_each(relations), on_arrival)}


def _within_one_window(articles: Sequence[Article]) -> list[Signature]:
    """Of the first half of a window: whatever their order, each is within reach of each."""
    times = [article.received_at for article in articles if article.received_at]
    last: datetime = min(times) + (max(times) - min(times)) / 2
    return sign([article for article in articles if article.received_at and article.received_at <= last])


def _shuffled(signatures: Sequence[Signature], seed: int) -> list[Signature]:
    order = list(signatures)
    random.Random(seed).shuffle(order)
    return order


def _claimed(url: str, signatures: Sequence[Signature], workers: int) -> dict[str, Relation]:
    client = redis.Redis.from_url(url)
    client.flushall()
    index = RedisDedupIndex(client, window_h=WINDOW_H)
    index.mark_built()
    batches = [signatures[at : at + BATCH] for at in range(0, len(signatures), BATCH)]
    with ThreadPoolExecutor(workers) as pool:
        judged = [judgement.relation for batch in pool.map(index.claim, batches) for judgement in batch]
    return dict(zip((each.article_id for each in signatures), judged, strict=True))


def _roots(relations: Mapping[str, Relation]) -> dict[str, str]:
    """The group of each article: where following `of` ends."""
    found = {}
    for article in relations:
        root = article
        while (of := relations[root].of) is not None:
            root = of
        found[article] = root
    return found


def adjusted_rand(one: Mapping[str, str], other: Mapping[str, str]) -> float:
    """Hubert and Arabie 1985: agreement of two groupings, 1 when equal, 0 by chance."""
    cells = Counter((one[name], other[name]) for name in one)
    together, ones, others = (
        sum(n * (n - 1) / 2 for n in Counter(sizes).values())
        for sizes in (cells.elements(), one.values(), other.values())
    )
    pairs = len(one) * (len(one) - 1) / 2
    expected, most = ones * others / pairs, (ones + others) / 2
    return (together - expected) / (most - expected)
