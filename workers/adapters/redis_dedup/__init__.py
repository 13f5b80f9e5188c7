"""The dedup index on Redis or Valkey: one script call judges and claims a batch.

Articles lie in generations of half a window by the time they were seen; verdicts by article id in
generations by this host's clock, since a redelivery must find them whatever time it carries. A
generation is one hash that expires as a whole: nothing is ever scanned. Clocks of hosts
may differ by the length of a generation.

With `appendfsync everysec` a Redis that dies can lose its last second of claims: two firsts are
then possible.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from importlib.resources import files
from typing import Any, Final, TypeVar

import redis

from workers.adapters.dedup_window import Window, milliseconds
from workers.adapters.redis_connection import PREFIX, translated
from workers.errors import IndexFailed
from workers.model import ArticleId, Relation, RelationKind
from workers.ports import Signature

_T = TypeVar("_T")

ARTICLES_A_CALL: Final = 512  # 64 pages of hundreds of articles each must not hold up the server
_SHORTEST_UID_MS: Final = 24 * 3_600_000  # a generation of verdicts: redelivery can be late in any window
_UID_GENERATIONS: Final = 3  # a verdict is remembered for two to three of them


class RedisDedupIndex:
    """`now` gives seconds since 1970; only the names of uid tables come from it, never a verdict."""

    def __init__(
        self, client: redis.Redis, *, window_h: float, now: Callable[[], float] = time.time
    ) -> None:
        self._client = client
        self._window = Window.of_hours(window_h)
        self._uid_generation_ms = max(self._window.generation_ms, _SHORTEST_UID_MS)
        self._now = now
        # Another window is another index: generations of another length bear the same numbers.
        self._prefix = f"{PREFIX}dedup:{self._window.ms}:"
        self._claim = client.register_script(_script("claim"))
        self._release = client.register_script(_script("release"))

    def claim(self, signatures: Sequence[Signature], *, rebuilding: bool = False) -> list[Relation]:
        with translated(IndexFailed):
            return [
                relation
                for part in _parts(signatures)
                for relation in map(_relation, self._claim_part(part, rebuilding))
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
            return not self._client.exists(self._built)

    def mark_built(self) -> None:
        with translated(IndexFailed):
            self._client.set(self._built, "1")

    def _claim_part(self, signatures: Sequence[Signature], rebuilding: bool) -> list[bytes]:
        seen = [milliseconds(signature.seen_at) for signature in signatures]
        own = [self._window.generation(at) for at in seen]
        reached = sorted({near for generation in set(own) for near in self._window.within_reach(generation)})
        uid_tables = self._uid_tables()
        keys = [self._built, *uid_tables, *map(self._content_table, reached)]
        place = {generation: at for at, generation in enumerate(reached, 2 + len(uid_tables))}
        window_ms = self._window.ms
        uid_ttl_ms = _UID_GENERATIONS * self._uid_generation_ms
        content_ttl_ms = window_ms * 3 // 2  # half a window more than needed: a mill may stand still
        args: list[Any] = [len(uid_tables), window_ms, uid_ttl_ms, content_ttl_ms, int(rebuilding)]
        for signature, at, generation in zip(signatures, seen, own, strict=True):
            key = signature.content_key.to_bytes(8, "big")
            args += (signature.article_id, key, at, generation, place[generation])
        verdicts: list[bytes] | None = self._claim(keys=keys, args=args)
        if verdicts is None:
            raise IndexFailed("the dedup index is empty and not rebuilt yet")
        return verdicts

    def _release_part(self, articles: Sequence[ArticleId]) -> None:
        uid_tables = self._uid_tables()
        held: dict[ArticleId, tuple[bytes, int]] = {}  # content key and generation, from the uid record
        for records in self._piped("hmget", [(table, list(articles)) for table in uid_tables]):
            for article, record in zip(articles, records, strict=True):
                if record is not None:
                    held[article] = record[:8], int(record[8:].partition(b" ")[0])
        if not held:
            return
        generations = sorted({generation for _, generation in held.values()})
        place = {generation: at for at, generation in enumerate(generations, 1 + len(uid_tables))}
        args: list[Any] = [len(uid_tables)]
        for article, (key, generation) in held.items():
            args += (article, key, place[generation])
        self._release(keys=[*uid_tables, *map(self._content_table, generations)], args=args)

    def _piped(self, command: str, calls: Sequence[tuple[Any, ...]]) -> list[Any]:
        pipe = self._client.pipeline(transaction=False)
        for arguments in calls:
            getattr(pipe, command)(*arguments)
        answers: list[Any] = pipe.execute()
        return answers

    @property
    def _built(self) -> str:
        return f"{self._prefix}built"

    def _content_table(self, generation: int) -> str:
        return f"{self._prefix}content:{generation}"

    def _uid_tables(self) -> list[str]:
        """The one written now, then the others that may hold a verdict: of a host ahead, or earlier."""
        now = int(self._now() * 1000) // self._uid_generation_ms
        return [f"{self._prefix}uid:{now + shift}" for shift in (0, 1, *range(-1, -_UID_GENERATIONS, -1))]


def _script(name: str) -> str:
    return files(__name__).joinpath(f"{name}.lua").read_text()


def _parts(items: Sequence[_T]) -> Iterator[Sequence[_T]]:
    for start in range(0, len(items), ARTICLES_A_CALL):
        yield items[start : start + ARTICLES_A_CALL]


def _relation(verdict: bytes) -> Relation:
    if verdict == b"u":
        return Relation()
    return Relation(RelationKind.EXACT, of=verdict[1:].decode(), score=1.0, of_new=1.0, of_old=1.0)
