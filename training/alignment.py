"""Which words of a page stand in its label: an alignment in the order of both."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from typing import Final

_WORD: Final = re.compile(r"\w+")
_RUN: Final = 4  # words; a shorter agreement is chance


def covered_words(texts: Sequence[str], label: str) -> tuple[list[int], list[int], float]:
    """Words of each text, those of them in the label, and the share of the label's words that were found."""
    words, owners = [], []
    for number, text in enumerate(texts):
        found = _WORD.findall(text)
        words += found
        owners += [number] * len(found)
    wanted = _WORD.findall(label)
    hits = {at + by for at in _aligned(_runs(wanted), _runs(words)) for by in range(_RUN)}
    counts, covered = Counter(owners), Counter(owners[at] for at in hits)
    every = range(len(texts))
    return [counts[n] for n in every], [covered[n] for n in every], len(hits) / max(1, len(wanted))


def _runs(words: Sequence[str]) -> list[str]:
    return [" ".join(words[at : at + _RUN]) for at in range(len(words) - _RUN + 1)]


def _aligned(left: Sequence[str], right: Sequence[str]) -> set[int]:
    """Places in `right` that agree with `left`: runs that are unique on both sides, in order, grown both ways."""
    anchors = [(-1, -1), *_in_order(_unique_pairs(left, right)), (len(left), len(right))]
    found: set[int] = set()
    for before, (i, j), after in zip(anchors, anchors[1:], anchors[2:], strict=False):
        a, b = i, j
        while a < after[0] and b < after[1] and left[a] == right[b]:
            found.add(b)
            a, b = a + 1, b + 1
        a, b = i - 1, j - 1
        while a > before[0] and b > before[1] and b not in found and left[a] == right[b]:
            found.add(b)
            a, b = a - 1, b - 1
    return found


def _unique_pairs(left: Sequence[str], right: Sequence[str]) -> list[tuple[int, int]]:
    once, there = Counter(left), Counter(right)
    place = {run: at for at, run in enumerate(right) if there[run] == 1}
    return [(at, place[run]) for at, run in enumerate(left) if once[run] == 1 and run in place]


def _in_order(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest increasing subsequence: patience sorting."""
    ends: list[int] = []
    last: list[int] = []
    before = [-1] * len(pairs)
    for number, (_, at) in enumerate(pairs):
        pile = bisect_left(ends, at)
        ends[pile : pile + 1] = [at]
        last[pile : pile + 1] = [number]
        before[number] = last[pile - 1] if pile else -1
    chain = []
    number = last[-1] if last else -1
    while number >= 0:
        chain.append(pairs[number])
        number = before[number]
    return chain[::-1]
