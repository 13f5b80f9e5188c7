"""How near an extracted text is to the labelled one: the rule of scrapinghub/article-extraction-benchmark.

A text is the multiset of its 4-word shingles. Precision is averaged over pages with an answer, recall
over pages with a text; F1 is the harmonic mean of the two averages.
"""

from __future__ import annotations

import random
import re
import statistics
from collections import Counter
from collections.abc import Sequence

_WORD = re.compile(r"\w+")
_RUN = 4
_SAMPLES = 1000

Rates = tuple[float | None, float | None]  # precision, recall; None where there is nothing to divide by


def shingles(text: str) -> Counter[tuple[str, ...]]:
    words = _WORD.findall(text)
    if not words:
        return Counter()
    return Counter(tuple(words[at : at + _RUN]) for at in range(max(1, len(words) - _RUN + 1)))


def rates(label: str, answer: str) -> Rates:
    wanted, given = shingles(label), shingles(answer)
    hits = (wanted & given).total()
    return (hits / given.total() if given else None), (hits / wanted.total() if wanted else None)


def f1(pages: Sequence[Rates]) -> float:
    precisions = [p for p, _ in pages if p is not None]
    recalls = [r for _, r in pages if r is not None]
    if not precisions or not recalls:
        return 0.0
    precision, recall = statistics.fmean(precisions), statistics.fmean(recalls)
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def difference(ours: Sequence[Rates], theirs: Sequence[Rates]) -> tuple[float, float]:
    """F1 of ours less theirs on the same pages, and its standard deviation over resampled pages."""
    chance = random.Random(1)
    every = range(len(ours))
    samples = [chance.choices(every, k=len(ours)) for _ in range(_SAMPLES)]
    spread = [f1([ours[n] for n in sample]) - f1([theirs[n] for n in sample]) for sample in samples]
    return f1(ours) - f1(theirs), statistics.stdev(spread)


def same_title(label: str, answer: str | None) -> bool:
    """Equal words, or one holds the other and is at most two thirds longer."""
    wanted, given = (" ".join(_WORD.findall((text or "").lower())) for text in (label, answer))
    if not given:
        return False
    holds = f" {wanted} " in f" {given} " or f" {given} " in f" {wanted} "
    return wanted == given or (holds and min(len(wanted), len(given)) >= 0.6 * max(len(wanted), len(given)))


def same_authors(label: str, answer: str) -> bool:
    wanted, given = (set(_WORD.findall(text.lower())) - {"by", "and"} for text in (label, answer))
    return bool(wanted and given) and 2 * len(wanted & given) >= 0.8 * (len(wanted) + len(given))
