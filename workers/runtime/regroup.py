"""Groups once quiet: as if articles had been judged in the order of their times, not of their arrival.

Sixteen workers and late feeds judge an original after its copies; which article a copy was related to then
hangs on the order. Verdicts stand for ever, groups do not: in a lull, articles that came out of order have
the groups of their window worked out anew.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from workers.errors import PortError
from workers.model import ArticleId, Event, Relation, article_to_json
from workers.ports import Clock, DedupIndex, Ledger, Signature, Store
from workers.runtime.logs import Log
from workers.runtime.lull import Lull
from workers.runtime.rebuild import Sign
from workers.runtime.turns import Untold, chunks, go_on

REGROUP_MOST: Final = 100_000  # articles at once, the newest: about 300 MB
WATCH_S: Final = 10.0
_TURN_S: Final = 0.25
LATE: Final = timedelta(minutes=1)  # workers overtake one another by less


class Regrouper:
    """A duty of the reconciler: watches the order in which articles came, and regroups in turns."""

    def __init__(
        self, *, ledger: Ledger, store: Store, sign: Sign, make_index: Callable[[], DedupIndex], clock: Clock,
        log: Log, window_h: float, keep_articles: int,
    ) -> None:
        self._ledger = ledger
        self._store = store
        self._sign = sign
        self._make_index = make_index
        self._clock = clock
        self._window_h = window_h
        self._lull = Lull(clock)
        self._turns: Iterator[tuple[bytes, ...]] | None = None
        self._untold = Untold(ledger, keep_articles, lambda articles: log.process("regrouped", articles=articles))
        self._seen_to = 0  # number of the last article whose order was looked at

    def watch_order(self) -> None:
        """In a lull: did an original come after its copies, by the times they bear?"""
        if self._turns is not None or not self._lull.has_come(self._ledger.audit().in_flight):
            return
        last, late = self._store.came_late(self._seen_to, LATE)
        self._seen_to = last
        if late:
            self._turns = regroup(self._store, self._sign, self._make_index, self._clock.now(), self._window_h)

    def go_on(self, turn_s: float = _TURN_S) -> None:
        """For a moment: a large window takes half a minute, and other duties must not wait for it."""
        self._untold.tell()
        if self._turns is None:
            return
        try:
            if go_on(self._turns, turn_s, self._take):
                self._turns = None
        except PortError:
            self._turns, self._seen_to = None, 0
            raise

    def _take(self, changed: tuple[bytes, ...]) -> None:
        self._untold.tell((str(Event.REGROUPED), article) for article in changed)


def regroup(
    store: Store, sign: Sign, make_index: Callable[[], DedupIndex], now: datetime, window_h: float
) -> Iterator[tuple[bytes, ...]]:
    """Gives nothing a turn (64 articles), and last the articles whose group changed, as JSON, their relation
    as it is in the order of time."""
    newest: deque[Signature] = deque(maxlen=REGROUP_MOST)
    for chunk in chunks(store.articles_since(now - timedelta(hours=window_h))):
        newest += sign(chunk)
        yield ()
    signatures = sorted(newest, key=lambda signature: (signature.seen_at, signature.article_id))
    relations: dict[ArticleId, Relation] = {}
    index = make_index()
    for signed in chunks(signatures):
        judged = index.claim(signed, rebuilding=True)
        relations |= {each.article_id: answer.relation for each, answer in zip(signed, judged, strict=True)}
        yield ()
    changed = store.regroup(first_of_each(relations), now)
    yield tuple(_told(store, article, relations[article]) for article in changed)


def first_of_each(relations: dict[ArticleId, Relation]) -> dict[ArticleId, ArticleId]:
    """Where following `of` ends."""
    firsts: dict[ArticleId, ArticleId] = {}
    for article, relation in relations.items():  # judged in order: an original stands before its copies
        firsts[article] = firsts.get(relation.of or article, article)
    return firsts


def _told(store: Store, article: ArticleId, relation: Relation) -> bytes:
    stored = store.articles_of(article)[0]
    return article_to_json(replace(stored, relation=replace(relation, story=stored.relation.story)))
