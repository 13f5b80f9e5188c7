"""The dedup index in this process: the verdicts of the Redis one, for one process and its lifetime."""

from __future__ import annotations

import threading
from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from workers.adapters.dedup_rules import (
    Known,
    Match,
    Rules,
    further,
    joined_groups,
    kind_of,
    known,
    matches,
    rounded,
    wording_of,
)
from workers.adapters.dedup_window import Window, milliseconds
from workers.errors import IndexFailed
from workers.model import ArticleId, Relation, RelationKind
from workers.ports import Judgement, Signature

GENERATIONS_KEPT: Final = 8  # four windows: articles may come so far out of order


@dataclass(frozen=True, slots=True)
class _Answer:
    relation: Relation
    generation: int
    content_key: int
    looked_up: bytes


@dataclass(slots=True)
class _Generation:
    firsts: dict[int, tuple[int, ArticleId]] = field(default_factory=dict)  # content key -> (seen ms, who)
    owners: dict[int, array[int]] = field(default_factory=dict)             # shingle -> sequence numbers
    known: dict[int, Known] = field(default_factory=dict)                   # by sequence number
    numbers: dict[ArticleId, int] = field(default_factory=dict)             # sequence number of each claimed


class MemoryDedupIndex:
    """Bounded by the window, and by the `most` newest claims when given."""

    def __init__(self, *, window_h: float, most: int | None = None, rules: Rules | None = None) -> None:
        if most is not None and most < 1:
            raise ValueError(f"an index of at most {most} articles remembers nothing")
        self._window = Window.of_hours(window_h)
        self._most = most
        self._rules = rules or Rules()
        self._answers: dict[ArticleId, _Answer] = {}           # in the order of their claims
        self._generations: dict[int, _Generation] = {}         # the one written last stands last
        self._sequence = 0
        self._fresh = True
        self._lock = threading.Lock()

    def claim(self, signatures: Sequence[Signature], *, rebuilding: bool = False) -> list[Judgement]:
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

    def clear(self) -> None:
        with self._lock:
            self._fresh = True
            self._answers.clear()
            self._generations.clear()

    # ---- judging ----

    def _judge(self, signature: Signature) -> Judgement:
        answered = self._answers.get(signature.article_id)
        if answered is not None:
            return Judgement(answered.relation, None)
        self._sequence += 1
        new = known(signature, milliseconds(signature.seen_at), self._sequence)
        generation = self._window.generation(new.seen_ms)
        reached = [self._generations[g] for g in self._window.within_reach(generation) if g in self._generations]
        written = self._generations.pop(generation, None) or _Generation()
        self._generations[generation] = written
        written.numbers[new.article_id] = new.sequence
        first, compared = self._first(signature.content_key, new.seen_ms, reached), 0
        if first is not None:
            relation = Relation(RelationKind.EXACT, of=first, score=1.0, of_new=1.0, of_old=1.0)
        else:
            shingles = _shingles(signature.looked_up)
            found, compared = self._matches(new, shingles, reached)
            relation = self._relation(new, found)
            written.firsts[signature.content_key] = (new.seen_ms, new.article_id)
            if not relation.kind.is_copy:  # for a copy the original answers
                self._file(new, shingles, found, written)
        self._answers[new.article_id] = _Answer(relation, generation, signature.content_key, signature.looked_up)
        self._keep_bounds()
        return Judgement(relation, compared)

    def _first(self, content_key: int, seen_ms: int, reached: list[_Generation]) -> ArticleId | None:
        for held in reached:
            first = held.firsts.get(content_key)
            if first is not None and abs(seen_ms - first[0]) <= self._window.ms:
                return first[1]
        return None

    def _matches(self, new: Known, shingles: list[int], reached: list[_Generation]) -> tuple[list[Match], int]:
        """What the article is a copy of or holds, best first; and how many were compared."""
        owners = [[owner for held in reached for owner in held.owners.get(each, ())] for each in shingles]
        votes = Counter(owner for each in owners for owner in each)
        needed = min(self._rules.votes, len(shingles))
        worth = sorted((-count, owner) for owner, count in votes.items() if count >= needed)
        compared = {
            old.sequence: old
            for _, owner in worth[: self._rules.compared_most]
            for old in self._within_window(new, owner, reached)
        }
        wording = wording_of(
            (shingle >> 8, [compared[owner] for owner in each if owner in compared])
            for shingle, each in zip(shingles, owners, strict=True)
        )
        return matches(new, compared.values(), wording, self._rules), len(compared)

    def _within_window(self, new: Known, sequence: int, reached: list[_Generation]) -> Iterator[Known]:
        for held in reached:
            old = held.known.get(sequence)
            if old is not None and abs(new.seen_ms - old.seen_ms) <= self._window.ms:
                yield old

    def _relation(self, new: Known, found: list[Match]) -> Relation:
        if not found:
            return Relation()
        best = found[0]
        return Relation(
            kind_of(new, best), of=best.old.article_id, score=rounded(best.score), of_new=rounded(best.of_new),
            of_old=rounded(best.of_old),
            also=tuple(old.article_id for old in further(best, found[1:], self._rules)),
        )

    def _file(self, new: Known, shingles: list[int], found: list[Match], written: _Generation) -> None:
        related = [found[0].old, *further(found[0], found[1:], self._rules)] if found else []
        written.known[new.sequence] = replace(new, groups=joined_groups(related) or (new.sequence,))
        for shingle in shingles:
            owners = written.owners.setdefault(shingle, array("Q"))
            if len(owners) < self._rules.owners:
                owners.append(new.sequence)

    # ---- forgetting ----

    def _keep_bounds(self) -> None:
        while len(self._generations) > GENERATIONS_KEPT:
            for article in self._generations.pop(next(iter(self._generations))).numbers:
                del self._answers[article]
        while self._most is not None and len(self._answers) > self._most:
            self._forget(next(iter(self._answers)))

    def _forget(self, article: ArticleId) -> None:
        answer = self._answers.pop(article)
        held = self._generations[answer.generation]
        sequence = held.numbers.pop(article)
        if held.firsts.get(answer.content_key, (0, ""))[1] == article:
            del held.firsts[answer.content_key]
        if held.known.pop(sequence, None):
            for shingle in _shingles(answer.looked_up):
                owners = held.owners[shingle]
                if sequence in owners:
                    owners.remove(sequence)
                if not owners:
                    del held.owners[shingle]


def _shingles(looked_up: bytes) -> list[int]:
    return [int.from_bytes(looked_up[at : at + 5], "big") for at in range(0, len(looked_up), 5)]
