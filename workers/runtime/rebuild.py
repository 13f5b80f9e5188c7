"""The dedup index made anew from the store: the work server may come back empty at any time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Final

from workers.model import Article
from workers.ports import DedupIndex, Signature, Store

Sign = Callable[[Sequence[Article]], list[Signature]]

_AT_ONCE: Final = 64


def rebuild_index(store: Store, index: DedupIndex, sign: Sign, now: datetime, window_h: float) -> Iterator[int]:
    """Claims the articles of the window in their order of arrival, 64 a turn; gives how many so far.

    Until it has been gone through to its end no batch is judged: their claims are refused, and handed back.
    """
    articles = iter(store.articles_since(now - timedelta(hours=window_h)))
    count = 0
    while chunk := list(islice(articles, _AT_ONCE)):
        index.claim(sign(chunk), rebuilding=True)
        count += len(chunk)
        yield count
    index.mark_built()
