"""Relates each article to the ones seen before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from workers.model import Article
from workers.ports import DedupIndex
from workers.steps.deduplicate.signature import sign

__all__ = ["Deduplicate", "sign"]


class Deduplicate:
    """Signs the articles of a batch and lets the index judge them in one claim.

    Raises IndexFailed when the index is away.
    """

    def __init__(self, index: DedupIndex) -> None:
        self._index = index

    def __call__(self, articles: Sequence[Article]) -> list[Article]:
        if not articles:
            return []
        relations = self._index.claim([sign(article) for article in articles])
        return [
            replace(article, relation=relation)
            for article, relation in zip(articles, relations, strict=True)
        ]
