"""The dedup index made anew from the store: the work server may come back empty at any time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import islice
from typing import Final

from workers.model import Article
from workers.ports import DedupIndex, Signature, Store

_AT_ONCE: Final = 64


def rebuild_index(
    store: Store, index: DedupIndex, sign: Callable[[Article], Signature], now: datetime, window_h: float
) -> int:
    """Claims the articles of the window in their order of arrival. Returns how many.

    Until then no batch is judged: their claims are refused, and handed back.
    """
    articles = iter(store.articles_since(now - timedelta(hours=window_h)))
    count = 0
    while chunk := list(islice(articles, _AT_ONCE)):
        index.claim([sign(article) for article in chunk], rebuilding=True)
        count += len(chunk)
    index.mark_built()
    return count
