"""Relates each article to the ones seen before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from workers.model import Article
from workers.ports import DedupIndex, Judgement, Signature
from workers.steps.deduplicate.comparison import Comparison, compare
from workers.steps.deduplicate.signature import sign
from workers.steps.deduplicate.sketch import FULL, SMALL, Measure

__all__ = ["FULL", "SMALL", "Comparison", "Deduplicate", "Measure", "compare", "sign"]


class Deduplicate:
    """Signs the articles of a batch and lets the index judge them in one claim.

    Two calls, because they fail differently: signing is the document's affair, in bounded time; a claim
    that takes long is the index's, and no document may be blamed for it.
    """

    def __init__(self, index: DedupIndex, measure: Measure = FULL) -> None:
        self._index = index
        self._measure = measure

    def __call__(self, articles: Sequence[Article]) -> list[Article]:
        judgements = self.claim(self.sign(articles))
        return [
            replace(article, relation=judged.relation)
            for article, judged in zip(articles, judgements, strict=True)
        ]

    def sign(self, articles: Sequence[Article]) -> list[Signature]:
        """A batch at once costs a third of one by one."""
        return sign(articles, self._measure)

    def claim(self, signatures: Sequence[Signature]) -> list[Judgement]:
        """Raises IndexFailed when the index is away."""
        return self._index.claim(signatures) if signatures else []

