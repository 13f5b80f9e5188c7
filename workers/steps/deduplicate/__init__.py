"""Relates each article to the ones seen before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from workers.model import Article
from workers.ports import DedupIndex, Signature
from workers.steps.deduplicate.signature import sign

__all__ = ["Deduplicate", "sign"]


class Deduplicate:
    """Signs the articles of a batch and lets the index judge them in one claim.

    Two calls, because they fail differently: signing is the document's affair, in bounded time; a claim
    that takes long is the index's, and no document may be blamed for it.
    """

    def __init__(self, index: DedupIndex) -> None:
        self._index = index

    def __call__(self, articles: Sequence[Article]) -> list[Article]:
        return self.claim(articles, [self.sign(article) for article in articles])

    def sign(self, article: Article) -> Signature:
        return sign(article)

    def claim(self, articles: Sequence[Article], signatures: Sequence[Signature]) -> list[Article]:
        """Raises IndexFailed when the index is away."""
        if not articles:
            return []
        relations = self._index.claim(signatures)
        return [
            replace(article, relation=relation)
            for article, relation in zip(articles, relations, strict=True)
        ]
