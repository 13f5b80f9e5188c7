"""The dedup index in this process: the verdicts of the Redis one, for one process and its lifetime."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from workers.adapters.dedup_window import Window, milliseconds
from workers.errors import IndexFailed
from workers.model import ArticleId, Relation, RelationKind
from workers.ports import Signature

GENERATIONS_KEPT: Final = 8  # four windows: articles may come so far out of order


@dataclass(frozen=True, slots=True)
class _Answer:
    relation: Relation
    content_key: int
    generation: int


@dataclass(slots=True)
class _Generation:
    firsts: dict[int, tuple[int, ArticleId]] = field(default_factory=dict)  # content key -> (seen ms, who)
    claimed: set[ArticleId] = field(default_factory=set)


class MemoryDedupIndex:
    """Bounded by the window, and by the `most` newest claims when given."""

    def __init__(self, *, window_h: float, most: int | None = None) -> None:
        if most is not None and most < 1:
            raise ValueError(f"an index of at most {most} articles remembers nothing")
        self._window = Window.of_hours(window_h)
        self._most = most
        self._answers: dict[ArticleId, _Answer] = {}           # in the order of their claims
        self._generations: dict[int, _Generation] = {}         # the one written last stands last
        self._fresh = True
        self._lock = threading.Lock()

    def claim(self, signatures: Sequence[Signature], *, rebuilding: bool = False) -> list[Relation]:
        with self._lock:
            if self._fresh and not rebuilding:
                raise IndexFailed("the dedup index is empty and not rebuilt yet")
            return [self._judge(signature) for signature in signatures]

    def release(self, articles: Sequence[ArticleId]) -> None:
        with self._lock:
            for article in articles:
                if article in self._answers:
                    self._forget(article)

    def entries(self) -> int:
        """Articles whose verdict is remembered."""
        return len(self._answers)

    def is_fresh(self) -> bool:
        return self._fresh

    def mark_built(self) -> None:
        self._fresh = False

    def _judge(self, new: Signature) -> Relation:
        answered = self._answers.get(new.article_id)
        if answered is not None:
            return answered.relation
        seen_ms = milliseconds(new.seen_at)
        generation = self._window.generation(seen_ms)
        relation = self._relate(new.content_key, seen_ms, generation)
        written = self._generations.pop(generation, None) or _Generation()
        self._generations[generation] = written
        written.claimed.add(new.article_id)
        if relation.kind is RelationKind.UNIQUE:
            written.firsts[new.content_key] = (seen_ms, new.article_id)
        self._answers[new.article_id] = _Answer(relation, new.content_key, generation)
        self._keep_bounds()
        return relation

    def _relate(self, content_key: int, seen_ms: int, generation: int) -> Relation:
        for near in self._window.within_reach(generation):
            held = self._generations.get(near)
            first = held.firsts.get(content_key) if held else None
            if first is not None and abs(seen_ms - first[0]) <= self._window.ms:
                return Relation(RelationKind.EXACT, of=first[1], score=1.0, of_new=1.0, of_old=1.0)
        return Relation()

    def _keep_bounds(self) -> None:
        while len(self._generations) > GENERATIONS_KEPT:
            for article in self._generations.pop(next(iter(self._generations))).claimed:
                del self._answers[article]
        while self._most is not None and len(self._answers) > self._most:
            self._forget(next(iter(self._answers)))

    def _forget(self, article: ArticleId) -> None:
        answer = self._answers.pop(article)
        held = self._generations[answer.generation]
        held.claimed.discard(article)
        if held.firsts.get(answer.content_key, (0, ""))[1] == article:
            del held.firsts[answer.content_key]
