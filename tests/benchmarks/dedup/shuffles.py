"""One labelled stream in many orders, by many processes at once: do the groups agree once quiet?

Each process does what a worker does: signs a batch, claims it in one Redis, and records it in one store, where a
copy waits for its original. Then the store is regrouped as the reconciler does it when nothing is in flight.
"""

from __future__ import annotations

import multiprocessing
import random
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from multiprocessing.pool import Pool
from pathlib import Path
from statistics import mean
from tempfile import TemporaryDirectory
from typing import TypeVar

import redis

from tests.benchmarks.dedup.agreement import adjusted_rand
from tests.benchmarks.dedup.quality import BATCH, WINDOW_H
from tests.benchmarks.dedup.streams import Stream
from workers.adapters.memory_dedup import MemoryDedupIndex
from workers.adapters.redis_dedup import RedisDedupIndex
from workers.adapters.sql_store import SqlStore
from workers.model import Article, Document, Work
from workers.ports import Decision, Waiting
from workers.runtime.regroup import LATE, regroup
from workers.steps.deduplicate import Deduplicate, sign

CREWS = (1, 4, 16)
_T = TypeVar("_T")
Groups = dict[str, str]  # article, by the producer's id -> group

_GROUPS = """
    SELECT outcomes.producer_id, coalesce(lines.group_id, articles.article_id),
        coalesce((SELECT group_id FROM regroupings WHERE article_id = articles.article_id
                  ORDER BY regroup_no DESC LIMIT 1), lines.group_id, articles.article_id)
    FROM articles JOIN outcomes USING (document_id) LEFT JOIN lines USING (article_id)"""


@dataclass(frozen=True, slots=True)
class Sample:
    """Whole stories of a labelled stream, each article within reach of each. labels: producer's id -> story."""

    articles: list[Article]
    labels: Groups

    @classmethod
    def of(cls, stream: Stream, documents: int, last: datetime) -> Sample:
        """`last`: when the last article is received. Articles that the judge of groups passes over are in, unlabelled:
        they disturb."""
        stories = {row["id"]: row["story"] for row in stream.truth}
        unlabelled = {row["id"] for row in stream.truth if row["cls"] == "info" or row["kind"] == "merged"}
        first_half = _first_half([article for article in stream.articles if article.id in stories])
        drawn = sorted(first_half.values(), key=lambda each: blake2b(stories[each.id].encode()).digest())
        chosen = sorted(drawn[:documents], key=_received_at)
        shift = last - _received_at(chosen[-1])
        articles = [
            replace(each, id=f"{at:032x}-0", document_id=f"{at:032x}", producer_id=each.id,
                    received_at=_received_at(each) + shift)
            for at, each in enumerate(chosen)
        ]
        return cls(articles, {each.id: stories[each.id] for each in chosen if each.id not in unlabelled})


def _first_half(articles: Sequence[Article]) -> dict[str, Article]:
    """Of the first half of a window, redeliveries left out."""
    end = min(map(_received_at, articles)) + timedelta(hours=WINDOW_H / 2)
    return {article.id: article for article in reversed(articles) if _received_at(article) <= end}


def _received_at(article: Article) -> datetime:
    assert article.received_at is not None
    return article.received_at


def measure_shuffles(
    url: str, stream: Stream, *, documents: int, shuffles: int, say: Callable[[str], None]
) -> dict[str, dict[str, float]]:
    """workers -> the least and the mean ARI of the groups of each shuffle with those of the first of all."""
    sample = Sample.of(stream, documents, datetime.now(UTC))
    first: Groups = {}
    found = {}
    for workers in CREWS:
        with _crew(workers, url, sample.articles) as crew:
            runs = []
            for seed in range(shuffles):
                arrived, quiet = _shuffled(crew, url, sample.articles, f"{workers} {seed}")
                first = first or quiet
                runs.append(agreement_of(arrived, quiet, first, sample.labels))
                say(f"  {workers} workers, shuffle {seed + 1} of {shuffles}: ARI {runs[-1]['once quiet']:.3f}")
            found[f"{workers} workers"] = summed_up(runs)
    return {f"{len(sample.articles)} articles, {shuffles} shuffles": {}, **found}


def agreement_of(arrived: Groups, quiet: Groups, first: Groups, labels: Groups) -> dict[str, float]:
    return {
        "on arrival": adjusted_rand(first, arrived),
        "once quiet": adjusted_rand(first, quiet),
        "labels": adjusted_rand(labels, {name: quiet[name] for name in labels}),
    }


def summed_up(runs: Sequence[Mapping[str, float]]) -> dict[str, float]:
    return {
        f"{figure}, {name}": of(run[figure] for run in runs)
        for figure in runs[0] for name, of in (("least", min), ("mean", mean))
    }


def groups_in(store: Path) -> tuple[Groups, Groups]:
    """Of each article its group on arrival, and as it is now."""
    with sqlite3.connect(f"file:{store}?mode=ro", uri=True, timeout=30) as connection:
        rows = connection.execute(_GROUPS).fetchall()
    return {name: arrived for name, arrived, _ in rows}, {name: now for name, _, now in rows}


# ---- one shuffle

def _shuffled(crew: Pool, url: str, articles: Sequence[Article], seed: str) -> tuple[Groups, Groups]:
    client = redis.Redis.from_url(url)
    client.flushall()
    RedisDedupIndex(client, window_h=WINDOW_H).mark_built()
    order = list(range(len(articles)))
    random.Random(seed).shuffle(order)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "newsmill.db"
        store = SqlStore(f"sqlite:///{path}")
        store.counts()  # makes the tables before sixteen find none
        waiting = _gathered(crew.imap_unordered(_carry, [(path, each) for each in _batches(order)]))
        while waiting:
            still = _gathered(crew.imap_unordered(_publish, [(path, each) for each in _batches(waiting)]))
            if len(still) == len(waiting):
                raise RuntimeError(f"{len(still)} copies wait for originals that never come")
            waiting = still
        now = _received_at(articles[-1])
        if store.came_late(0, LATE)[1]:
            for _ in regroup(store, sign, lambda: MemoryDedupIndex(window_h=WINDOW_H), now, WINDOW_H):
                pass
        store.close()
        return groups_in(path)


def _batches(items: Sequence[_T]) -> list[Sequence[_T]]:
    return [items[at : at + BATCH] for at in range(0, len(items), BATCH)]


def _gathered(answers: Iterator[list[Work]]) -> list[Work]:
    return [work for answer in answers for work in answer]


# ---- in the processes

_articles: list[Article] = []
_steps: list[Deduplicate] = []


@contextmanager
def _crew(workers: int, url: str, articles: list[Article]) -> Iterator[Pool]:
    with multiprocessing.get_context("spawn").Pool(workers, _begin, (url, articles)) as crew:
        yield crew


def _begin(url: str, articles: list[Article]) -> None:
    _articles[:] = articles
    _steps[:] = [Deduplicate(RedisDedupIndex(redis.Redis.from_url(url), window_h=WINDOW_H))]


def _carry(asked: tuple[Path, Sequence[int]]) -> list[Work]:
    """Judges and records a batch; gives what waits for its original."""
    path, chosen = asked
    judged = _steps[0]([_articles[at] for at in chosen])
    return _publish((path, [Work(_document(article), (article,)) for article in judged]))


def _publish(asked: tuple[Path, Sequence[Work]]) -> list[Work]:
    path, works = asked
    store = SqlStore(f"sqlite:///{path}")
    answers = store.record([Decision(work) for work in works], _received_at(_articles[-1]))
    store.close()
    return [work for work, answer in zip(works, answers, strict=True) if isinstance(answer, Waiting)]


def _document(article: Article) -> Document:
    at = _received_at(article)
    return Document(article.document_id, "0-1", "bench", at, at, producer_id=article.producer_id)
