"""The story index in this process: the verdicts of the Redis one, for one process and its lifetime."""

from __future__ import annotations

import threading
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from workers.adapters.dedup_window import Window, milliseconds
from workers.adapters.story_choice import Choice, Found, choose
from workers.adapters.story_vector import COMPARED, FOUND_A_TERM, SLOTS, Vector, similarity, weigh
from workers.errors import IndexFailed
from workers.model import ArticleId, StoryId
from workers.ports import Joined, Profile

GENERATIONS_KEPT: Final = 8  # four windows: articles may come so far out of order



@dataclass(slots=True)
class _Record:
    story: StoryId
    seen_ms: int
    vector: Vector


@dataclass(slots=True)
class _Generation:
    records: dict[int, _Record] = field(default_factory=dict)       # by the number of the article
    under: dict[int, list[int]] = field(default_factory=dict)       # term -> numbers, the newest first
    counts: Counter[int] = field(default_factory=Counter)           # slot -> articles
    sizes: Counter[StoryId] = field(default_factory=Counter)        # story -> articles, without copies
    answers: dict[ArticleId, Joined] = field(default_factory=dict)


class MemoryStoryIndex:
    """Bounded by the window, and by the `most` newest articles when given."""

    def __init__(self, *, window_h: float, most: int | None = None) -> None:
        self._window = Window.of_hours(window_h)
        self._most = most
        self._generations: dict[int, _Generation] = {}  # the one written last stands last
        self._arrived: dict[tuple[int, ArticleId], int] = {}  # generation and article -> number; 0: a copy
        self._number = 0
        self._fresh = True
        self._lock = threading.Lock()

    def join(self, profiles: Sequence[Profile], *, rebuilding: bool = False) -> list[Joined]:
        with self._lock:
            if self._fresh and not rebuilding:
                raise IndexFailed("the story index is empty and not rebuilt yet")
            return [self._join(profile) for profile in profiles]

    def entries(self) -> int:
        """Articles whose story is remembered."""
        return len(self._arrived)

    def is_fresh(self) -> bool:
        return self._fresh

    def mark_built(self) -> None:
        self._fresh = False

    def _join(self, new: Profile) -> Joined:
        seen_ms = milliseconds(new.seen_at)
        at = self._window.generation(seen_ms)
        own = self._generations.pop(at, None) or _Generation()
        self._generations[at] = own
        answer = own.answers.get(new.article_id)
        if answer is None:
            answer = self._of_original(new, at)
            number = 0
            if answer is None:
                self._number = number = self._number + 1
                answer = self._judge(new, at, own, number, seen_ms)
            own.answers[new.article_id] = answer
            self._arrived[at, new.article_id] = number
            self._keep_bounds()
        return answer

    def _of_original(self, new: Profile, at: int) -> Joined | None:
        if new.of is None:
            return None
        for _, near in self._reached(at):
            original = near.answers.get(new.of)
            if original is not None:
                return Joined(new.story or original.story)
        return None

    def _judge(self, new: Profile, at: int, own: _Generation, number: int, seen_ms: int) -> Joined:
        vector = self._weigh(new, at, own)
        index = list(vector.heaviest())
        if new.story is not None:
            answer = Joined(new.story)
        else:
            found = self._compare(vector, index, at, seen_ms)
            answer = self._absorb(choose(found, lambda story: self._size(story, at)), found, own, new.article_id)
        own.records[number] = _Record(answer.story, seen_ms, vector)
        own.sizes[answer.story] += 1
        for term in index:
            own.under[term] = [number, *own.under.get(term, ())[: FOUND_A_TERM - 1]]
        return answer

    def _weigh(self, new: Profile, at: int, own: _Generation) -> Vector:
        """Counts the article's terms; what was counted in the generation before still tells."""
        before = self._generations.get(at - 1) or _Generation()
        slots = {term.hash: term.hash % SLOTS for term in new.terms} | {new.language: new.language % SLOTS}
        seen = {}
        for term, slot in slots.items():
            own.counts[slot] += 1
            seen[term] = own.counts[slot] + before.counts[slot]
        return weigh(new.terms, seen, seen[new.language])

    def _compare(self, vector: Vector, index: Sequence[int], at: int, seen_ms: int) -> list[Found]:
        votes: defaultdict[int, int] = defaultdict(int)
        home: dict[int, _Generation] = {}
        for _, near in self._reached(at):
            for term in index:
                for number in near.under.get(term, ()):
                    votes[number] += vector.entries[term]
                    home[number] = near
        found = []
        for number in sorted(votes, key=lambda number: (-votes[number], -number))[:COMPARED]:
            record = home[number].records[number]
            if abs(seen_ms - record.seen_ms) <= self._window.ms:
                found.append(Found(number, record.story, similarity(vector, record.vector)))
        return found

    def _absorb(
        self, choice: Choice | None, found: Sequence[Found], own: _Generation, article: ArticleId
    ) -> Joined:
        """The few articles of an absorbed story bear the other's name from now on; their answers stay."""
        if choice is None:
            return Joined(article)
        moved = {each.number for each in found if each.story == choice.absorbed}
        for generation in self._generations.values():
            for number in moved & generation.records.keys():
                generation.records[number].story = choice.story
        own.sizes[choice.story] += len(moved)
        return Joined(choice.story, choice.absorbed)

    def _size(self, story: StoryId, at: int) -> int:
        return sum(near.sizes[story] for _, near in self._reached(at))

    def _reached(self, at: int) -> Iterator[tuple[int, _Generation]]:
        for near in self._window.within_reach(at):
            held = self._generations.get(near)
            if held is not None:
                yield near, held

    def _keep_bounds(self) -> None:
        while len(self._generations) > GENERATIONS_KEPT:
            oldest = next(iter(self._generations))
            for article in self._generations.pop(oldest).answers:
                del self._arrived[oldest, article]
        while self._most is not None and len(self._arrived) > self._most:
            self._forget(*next(iter(self._arrived.items())))

    def _forget(self, where: tuple[int, ArticleId], number: int) -> None:
        at, article = where
        held = self._generations[at]
        del self._arrived[where], held.answers[article]
        record = held.records.pop(number, None)
        if record is None:
            return
        held.sizes[record.story] -= 1
        for term in record.vector.heaviest():
            held.under[term] = [other for other in held.under[term] if other != number]
