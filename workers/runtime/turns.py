"""Long work of a duty, a piece at a time: the reconciler's other duties must not wait for it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Final, TypeVar

from workers.model import Article
from workers.ports import Ledger, Store

T = TypeVar("T")
AT_ONCE: Final = 64


def chunks(items: Iterable[T]) -> Iterator[list[T]]:
    """AT_ONCE of them at a time: what a turn takes."""
    rest = iter(items)
    while chunk := list(islice(rest, AT_ONCE)):
        yield chunk


def go_on(turns: Iterator[T], turn_s: float, take: Callable[[T], None]) -> bool:
    """Hands `take` one turn, and more until `turn_s` have passed; whether that was the last one."""
    until = time.monotonic() + turn_s
    for turn in turns:
        take(turn)
        if time.monotonic() > until:
            return False
    return True


def newest_articles(store: Store, since: datetime, most: int) -> Iterator[list[Article]]:
    """In order of arrival, in chunks. Empty ones while they are counted: that takes turns too, and nothing is held."""
    before = -most
    for chunk in chunks(store.articles_since(since)):
        before += len(chunk)
        yield []
    yield from chunks(islice(store.articles_since(since), max(0, before), None))


class Untold:
    """Events for the article stream; those that found the ledger away are told when it is back."""

    def __init__(self, ledger: Ledger, keep_articles: int, say: Callable[[int], None]) -> None:
        """say: called with the number of events, once they are told."""
        self._ledger = ledger
        self._keep_articles = keep_articles
        self._say = say
        self._events: list[tuple[str, bytes]] = []

    def tell(self, events: Iterable[tuple[str, bytes]] = ()) -> None:
        self._events += events
        if self._events:
            self._ledger.emit(self._events, keep_articles=self._keep_articles)
            self._say(len(self._events))
            self._events = []
