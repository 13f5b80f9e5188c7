"""The dedup and the story index made anew from the store: the work server may come back empty at any time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from workers.errors import PortError
from workers.model import Article
from workers.ports import Clock, DedupIndex, Profile, Signature, Store, StoryIndex
from workers.runtime.logs import Log
from workers.runtime.turns import chunks, go_on, newest_articles

Sign = Callable[[Sequence[Article]], list[Signature]]

_STORY_ARTICLES_MOST: Final = 20_000  # the newest: profiling takes a millisecond each, and batches wait
_TURN_S: Final = 0.5  # of a duty: the reconciler has others


def rebuild_index(store: Store, index: DedupIndex, sign: Sign, now: datetime, window_h: float) -> Iterator[int]:
    """Claims the articles of the window in their order of arrival, 64 a turn; gives how many so far.

    Until it has been gone through to its end no batch is judged: their claims are refused, and handed back.
    """
    count = 0
    for chunk in chunks(store.articles_since(now - timedelta(hours=window_h))):
        index.claim(sign(chunk), rebuilding=True)
        count += len(chunk)
        yield count
    index.mark_built()


class RebuildStories:
    """A duty of the reconciler: when the story index is fresh, it is built from what the store has, a piece a turn."""

    def __init__(
        self, *, store: Store, index: StoryIndex, profile: Callable[[Article], Profile], window_h: float, clock: Clock,
        log: Log,
    ) -> None:
        self._store = store
        self._index = index
        self._profile = profile
        self._window_h = window_h
        self._clock = clock
        self._log = log
        self._running: Iterator[int] | None = None
        self._started = 0.0
        self._articles = 0

    def __call__(self) -> None:
        if self._running is None and self._index.is_fresh():
            self._started, self._articles = time.monotonic(), 0
            self._running = self._rebuild(self._clock.now() - timedelta(hours=self._window_h))
        if self._running is not None:
            try:
                is_done = go_on(self._running, _TURN_S, self._note)
            except PortError:
                self._running = None  # anew at the next turn
                raise
            if is_done:
                self._running = None
                self._log.rebuilt(self._articles, time.monotonic() - self._started)

    def _note(self, articles: int) -> None:
        self._articles = articles

    def _rebuild(self, since: datetime) -> Iterator[int]:
        """Of the window's articles the newest 20,000, with the stories that the store has them in."""
        count = 0
        for chunk in newest_articles(self._store, since, _STORY_ARTICLES_MOST):
            if chunk:
                self._index.join([self._told(article) for article in chunk if article.relation.story], rebuilding=True)
            count += len(chunk)
            yield count
        self._index.mark_built()

    def _told(self, article: Article) -> Profile:
        profile = self._profile(article)
        return replace(profile, story=self._store.story_root(profile.story or article.id))
