"""The story index made anew from the store: the work server may come back empty at any time."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Final

from workers.model import Article
from workers.ports import Clock, Profile, Store, StoryIndex
from workers.runtime.logs import Log

_AT_ONCE: Final = 64
_ARTICLES_MOST: Final = 20_000  # the newest: profiling takes a millisecond each, and batches wait


class RebuildStories:
    """A duty of the reconciler: when the story index is fresh, it is built from what the store has."""

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

    def __call__(self) -> None:
        if self._index.is_fresh():
            started = time.monotonic()
            articles = self._rebuild(self._clock.now() - timedelta(hours=self._window_h))
            self._log.rebuilt(articles, time.monotonic() - started)

    def _rebuild(self, since: datetime) -> int:
        """Of the window's articles the newest 20,000, with the stories that the store has them in."""
        before = max(0, sum(1 for _ in self._store.articles_since(since)) - _ARTICLES_MOST)
        articles = islice(self._store.articles_since(since), before, None)
        count = 0
        while chunk := list(islice(articles, _AT_ONCE)):
            self._index.join([self._told(article) for article in chunk if article.relation.story], rebuilding=True)
            count += len(chunk)
        self._index.mark_built()
        return count

    def _told(self, article: Article) -> Profile:
        profile = self._profile(article)
        return replace(profile, story=self._store.story_root(profile.story or article.id))
