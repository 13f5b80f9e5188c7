"""The dedup index on Redis or Valkey: one script call judges and claims a batch.

judge.lua holds the rules, claim.lua the way of a batch, plain.lua and compact.lua two layouts of the
postings: plain takes a hash field a shingle and less time, compact several shingles a field and half the memory.

Articles lie in generations of half a window by the time they were seen; verdicts by article id in
generations by this host's clock, since a redelivery must find them whatever time it carries. A
generation is one hash that expires as a whole: nothing is ever scanned. Clocks of hosts
may differ by the length of a generation.

With `appendfsync everysec` a Redis that dies can lose its last second of claims: two firsts are
then possible.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Iterator, Sequence
from importlib.resources import files
from typing import Any, Final, TypeVar

import redis

from workers.adapters.dedup_rules import Rules
from workers.adapters.dedup_window import Window, milliseconds
from workers.adapters.redis_connection import PREFIX, translated
from workers.adapters.redis_dedup.buckets import buckets_for, in_buckets
from workers.adapters.redis_dedup.parcel import pack_body, pack_generation, pack_id, unpack_answer, unpack_claim
from workers.errors import IndexFailed
from workers.model import ArticleId
from workers.ports import Judgement, Signature

_T = TypeVar("_T")

ARTICLES_A_CALL: Final = 512  # 64 pages of hundreds of articles each must not hold up the server
_SHORTEST_UID_MS: Final = 24 * 3_600_000  # a generation of verdicts: redelivery can be late in any window
_UID_GENERATIONS: Final = 3  # a verdict is remembered for two to three of them


class RedisDedupIndex:
    """`now` gives seconds since 1970; only the names of uid tables come from it, never a verdict.

    layout: plain or compact; window_documents: so many are expected in a window, for compact's buckets.
    """

    def __init__(
        self, client: redis.Redis, *, window_h: float, layout: str = "plain", window_documents: int = 300_000,
        rules: Rules | None = None, now: Callable[[], float] = time.time,
    ) -> None:
        self._client = client
        self._window = Window.of_hours(window_h)
        self._uid_generation_ms = max(self._window.generation_ms, _SHORTEST_UID_MS)
        self._now = now
        self._buckets = buckets_for(window_documents) if layout == "compact" else 0
        self._rules = [repr(value) for value in dataclasses.astuple(rules or Rules())]
        # Another window or layout is another index: generations of another length bear the same numbers.
        # Only one of them is built at a time.
        self._prefix = f"{PREFIX}dedup:2:{layout}{self._buckets or ''}:{self._window.ms}:"
        self._claim = client.register_script(_script("judge", "owners", layout, "claim"))
        self._release = client.register_script(_script("release"))

    def claim(self, signatures: Sequence[Signature], *, rebuilding: bool = False) -> list[Judgement]:
        with translated(IndexFailed):
            return [
                judgement
                for part in _parts(signatures)
                for judgement in map(unpack_answer, self._claim_part(part, rebuilding))
            ]

    def release(self, articles: Sequence[ArticleId]) -> None:
        with translated(IndexFailed):
            for part in _parts(articles):
                self._release_part(part)

    def entries(self) -> int:
        """Articles whose verdict is remembered."""
        with translated(IndexFailed):
            return sum(self._piped("hlen", [(table,) for table in self._uid_tables()]))

    def is_fresh(self) -> bool:
        with translated(IndexFailed):
            return bool(self._client.get(self._built) != self._prefix.encode())

    def mark_built(self) -> None:
        with translated(IndexFailed):
            self._client.set(self._built, self._prefix)

    def clear(self) -> None:
        with translated(IndexFailed):
            self._client.delete(self._built)
            for key in self._client.scan_iter(f"{self._prefix}*", count=1000):
                self._client.unlink(key)

    def _claim_part(self, signatures: Sequence[Signature], rebuilding: bool) -> list[bytes]:
        seen = [milliseconds(signature.seen_at) for signature in signatures]
        own = [self._window.generation(at) for at in seen]
        reached = sorted({near for generation in set(own) for near in self._window.within_reach(generation)})
        uid_tables = self._uid_tables()
        keys = [self._built, f"{self._prefix}sequence", *uid_tables]
        keys += [self._table(kind, generation) for generation in reached for kind in ("content", "posting", "record")]
        place = {generation: at for at, generation in enumerate(reached, 1)}
        uid_ttl_ms = _UID_GENERATIONS * self._uid_generation_ms
        content_ttl_ms = self._window.ms * 3 // 2  # half a window more than needed: a mill may stand still
        args: list[Any] = [len(uid_tables), self._window.ms, uid_ttl_ms, content_ttl_ms, int(rebuilding)]
        args += (self._prefix, *self._rules)
        looked_up = [signature.looked_up for signature in signatures]
        if self._buckets:
            looked_up = in_buckets(looked_up, self._buckets)
        for signature, at, generation, shingles in zip(signatures, seen, own, looked_up, strict=True):
            id = pack_id(signature.article_id)
            claim = signature.content_key.to_bytes(8, "big") + pack_generation(generation)
            args += (id, claim, place[generation], pack_body(signature, at, id), shingles)
        answers: list[bytes] | None = self._claim(keys=keys, args=args)
        if answers is None:
            raise IndexFailed("the dedup index is empty and not rebuilt yet")
        return answers

    def _release_part(self, articles: Sequence[ArticleId]) -> None:
        uid_tables = self._uid_tables()
        ids = [pack_id(article) for article in articles]
        held: dict[bytes, tuple[bytes, int, bytes]] = {}
        for records in self._piped("hmget", [(table, ids) for table in uid_tables]):
            held |= {id: unpack_claim(record) for id, record in zip(ids, records, strict=True) if record is not None}
        if not held:
            return
        generations = sorted({generation for _, generation, _ in held.values()})
        place = {generation: at for at, generation in enumerate(generations, 1)}
        args: list[Any] = [len(uid_tables)]
        for id, (content, generation, sequence) in held.items():
            args += (id, content, sequence, place[generation])
        tables = [self._table(kind, generation) for generation in generations for kind in ("content", "record")]
        self._release(keys=[*uid_tables, *tables], args=args)

    def _piped(self, command: str, calls: Sequence[tuple[Any, ...]]) -> list[Any]:
        pipe = self._client.pipeline(transaction=False)
        for arguments in calls:
            getattr(pipe, command)(*arguments)
        answers: list[Any] = pipe.execute()
        return answers

    @property
    def _built(self) -> str:
        """One for all: who changes window or layout and back finds an index that has missed articles."""
        return f"{PREFIX}dedup:built"

    def _table(self, kind: str, generation: int) -> str:
        return f"{self._prefix}{kind}:{generation}"

    def _uid_tables(self) -> list[str]:
        """The one written now, then the others that may hold a verdict: of a host ahead, or earlier."""
        now = int(self._now() * 1000) // self._uid_generation_ms
        return [f"{self._prefix}uid:{now + shift}" for shift in (0, 1, *range(-1, -_UID_GENERATIONS, -1))]


def _script(*names: str) -> str:
    return "\n".join(files(__name__).joinpath(f"{name}.lua").read_text() for name in names)


def _parts(items: Sequence[_T]) -> Iterator[Sequence[_T]]:
    for start in range(0, len(items), ARTICLES_A_CALL):
        yield items[start : start + ARTICLES_A_CALL]
