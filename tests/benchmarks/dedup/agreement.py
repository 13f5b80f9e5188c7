"""How far two groupings of the same articles agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping


def adjusted_rand(one: Mapping[str, str], other: Mapping[str, str]) -> float:
    """Hubert and Arabie 1985: agreement of two groupings, 1 when equal, 0 by chance."""
    cells = Counter((one[name], other[name]) for name in one)
    together, ones, others = (
        sum(n * (n - 1) / 2 for n in Counter(sizes).values())
        for sizes in (cells.elements(), one.values(), other.values())
    )
    pairs = len(one) * (len(one) - 1) / 2
    expected, most = ones * others / pairs, (ones + others) / 2
    return (together - expected) / (most - expected)
