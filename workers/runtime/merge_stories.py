"""Stories that turned out to be one: told on the article stream, and looked for in a lull.

An article joins a story by what was known when it came. Seen from the end of a window more is known: which
words were common, and all that each story's articles say.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from workers.errors import PortError
from workers.model import Article, Event, StoryId, article_to_json
from workers.ports import Clock, Ledger, Profile, Store
from workers.runtime.logs import Log
from workers.runtime.lull import Lull
from workers.runtime.turns import Untold, go_on, newest_articles

MERGE_MOST: Final = 5_000     # articles at once, the newest: 10 s of CPU, 40 MB
MERGE_WATCH_S: Final = 10.0
_TURN_S: Final = 0.25
_REST: Final = 20             # times as long as merging took it rests: a twentieth of one core at most

Pairs = tuple[tuple[StoryId, StoryId], ...]  # a story, and the one it is
Merged = Callable[[Sequence[Profile]], Iterator[Pairs]]


def told_absorbed(store: Store, pairs: Iterable[tuple[StoryId, StoryId]]) -> Iterator[tuple[str, bytes]]:
    """An event for each: the article that founded the absorbed story and named it, in the story it is now. One that
    is not stored yet, or not any more, is not told."""
    for story, _ in pairs:
        root = store.story_root(story)
        for founder in store.articles_of(story)[:1] if root != story else ():
            yield str(Event.ABSORBED), article_to_json(replace(founder, relation=replace(founder.relation, story=root)))


class StoryMerger:
    """A duty of the reconciler: in a lull, when something new is stored, merges stories in turns."""

    def __init__(
        self, *, ledger: Ledger, store: Store, profile: Callable[[Article], Profile], merged: Merged, clock: Clock,
        log: Log, window_h: float, keep_articles: int,
    ) -> None:
        self._ledger = ledger
        self._store = store
        self._profile = profile
        self._merged = merged
        self._clock = clock
        self._window_h = window_h
        self._lull = Lull(clock)
        self._turns: Iterator[Pairs] | None = None
        self._untold = Untold(
            ledger, keep_articles, lambda stories: log.process("stories_merged", stories=stories)
        )
        self._seen_to = 0  # articles that were stored when stories were last merged
        self._spent_s = self._rested_at = 0.0

    def watch(self) -> None:
        if self._turns is not None or time.monotonic() < self._rested_at:
            return
        audit = self._ledger.audit()
        if not self._lull.has_come(audit.in_flight) or audit.stored == self._seen_to:
            return
        self._seen_to, self._spent_s = audit.stored, 0.0
        self._turns = merge_stories(self._store, self._profile, self._merged, self._clock.now(), self._window_h)

    def go_on(self, turn_s: float = _TURN_S) -> None:
        self._untold.tell()
        if self._turns is None:
            return
        started = time.monotonic()
        try:
            is_done = go_on(self._turns, turn_s, self._take)
        except PortError:
            self._turns, self._seen_to = None, 0
            raise
        self._spent_s += time.monotonic() - started
        if is_done:
            self._turns, self._rested_at = None, time.monotonic() + _REST * self._spent_s

    def _take(self, pairs: Pairs) -> None:
        self._untold.tell(told_absorbed(self._store, pairs))


def merge_stories(
    store: Store, profile: Callable[[Article], Profile], merged: Merged, now: datetime, window_h: float
) -> Iterator[Pairs]:
    """Gives nothing a turn, and last the stories that were absorbed."""
    profiles: list[Profile] = []
    roots: dict[StoryId, StoryId] = {}
    for chunk in newest_articles(store, now - timedelta(hours=window_h), MERGE_MOST):
        for article in chunk:
            told = profile(article)
            if told.story is not None and told.of is None:  # copies count for nothing
                if told.story not in roots:
                    roots[told.story] = store.story_root(told.story)
                profiles.append(replace(told, story=roots[told.story]))
        yield ()
    for pairs in merged(profiles):
        yield tuple(store.absorb(pairs)) if pairs else ()
