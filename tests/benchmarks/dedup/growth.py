"""What the index costs as it grows: CPU time of the server and bytes, a document.

Each size has a server of its own, filled with the newest articles of one crowd. Then all take the same articles
in turn, so that whatever else slows the machine slows each of them. A hash table of the server grows by
doubling, and costs more the fuller it is and while it doubles: two sizes are compared over one doubling of the tables
written, from a sixth below the size to a fifth above it, not at whatever phase each happens to be in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

import redis

from tests.benchmarks.dedup.crowd import crowd
from tests.benchmarks.dedup.quality import BATCH, WINDOW_H
from tests.redis_server import RedisServer
from workers.adapters.redis_dedup import RedisDedupIndex
from workers.ports import Signature
from workers.steps.deduplicate import FULL, SMALL, Measure

LAYOUTS = {"plain": FULL, "compact": SMALL}
_SINGLES = 20_000
_GENERATION = timedelta(hours=WINDOW_H / 2)
_START = datetime(1970, 1, 1, tzinfo=UTC) + 6000 * _GENERATION
_SPREAD = timedelta(days=6)
_NEWEST = 1 - _GENERATION / _SPREAD  # share of the articles that lie in the generation that is written
_CENTRE = (1 + _NEWEST) ** -0.5      # where a filling begins, so that the size is its geometric middle
_FILLED_WITH = 512


@dataclass(slots=True)
class Held:
    """An index in a server of its own; `filled` articles are in it before the clock starts."""

    size: int
    filled: int
    client: redis.Redis
    pid: int
    index: RedisDedupIndex
    empty_bytes: int
    cpu_s: float = 0.0
    claimed: int = 0

    @classmethod
    def on(cls, server: RedisServer, layout: str, size: int) -> Held:
        client = redis.Redis.from_url(server.url, socket_timeout=60)
        index = RedisDedupIndex(client, window_h=WINDOW_H, layout=layout, window_documents=size)
        index.mark_built()
        return cls(size, round(size * _CENTRE), client, server.pid, index, client.info("memory")["used_memory"])

    @property
    def measured(self) -> int:
        """So many articles double the tables that are written."""
        return round(self.filled * _NEWEST)

    @property
    def bytes_a_document(self) -> float:
        used: int = self.client.info("memory")["used_memory"]
        return (used - self.empty_bytes) / (self.filled + self.claimed)

    def fill(self, articles: Sequence[Signature], before: int, of: int) -> None:
        """`before`: how many of `of` in all come earlier; only the last `filled` are taken, over six days."""
        first = of - self.filled
        self.index.claim([
            replace(each, seen_at=_START + _SPREAD * ((at - first) / self.filled))
            for at, each in enumerate(articles, before) if at >= first
        ])

    def claim(self, batch: Sequence[Signature]) -> None:
        before = _cpu_s(self.pid)
        self.index.claim(batch)
        self.cpu_s += _cpu_s(self.pid) - before
        self.claimed += len(batch)


def measure_index(sizes: Sequence[int], say: Callable[[str], None]) -> dict[str, dict[str, float]]:
    """Each index is made for so many. growth: beside the smallest size."""
    found: dict[str, dict[str, float]] = {}
    for layout, measure in LAYOUTS.items():
        found |= _measured(layout, measure, sizes, BATCH, say)
        found |= _measured(layout, measure, [min(_SINGLES, *sizes)], 1, say)
    return found


def _measured(
    layout: str, measure: Measure, sizes: Sequence[int], batch: int, say: Callable[[str], None]
) -> dict[str, dict[str, float]]:
    with ExitStack() as stack:
        held = [Held.on(stack.enter_context(RedisServer()), layout, size) for size in sorted(sizes)]
        articles = crowd(held[-1].filled + held[-1].measured, measure)
        _fill(held, articles, lambda done: say(f"  {layout}, batches of {batch}: {done:,} articles in"))
        _in_turns(held, articles, batch)
        smallest = held[0].cpu_s / held[0].claimed
        return {
            f"{layout}, batches of {batch}, {each.size:,}": {
                "us": each.cpu_s / each.claimed * 1e6, "bytes": each.bytes_a_document,
                "growth": each.cpu_s / each.claimed / smallest - 1,
            }
            for each in held
        }


def _fill(held: Sequence[Held], articles: Iterator[Signature], say: Callable[[int], None]) -> None:
    most = held[-1].filled
    for at in range(0, most, _FILLED_WITH):
        part = list(islice(articles, min(_FILLED_WITH, most - at)))
        for each in held:
            each.fill(part, at, most)
        if at % (100 * _FILLED_WITH) == 0:
            say(at)


def _in_turns(held: Sequence[Held], articles: Iterator[Signature], batch: int) -> None:
    """The largest takes every batch, a smaller one as much fewer as it is smaller, spread over them."""
    largest = held[-1]
    while batches := list(islice(articles, batch)):
        signatures = [replace(each, seen_at=_START + _SPREAD) for each in batches]
        for each in held:
            if each.claimed * largest.measured <= largest.claimed * each.measured:
                each.claim(signatures)


def _cpu_s(pid: int) -> float:
    """Of the server's main thread, to the nanosecond."""
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9
