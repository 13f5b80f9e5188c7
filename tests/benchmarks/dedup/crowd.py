"""Signatures of a made crowd of articles, cheap enough for hundreds of thousands.

Lengths are lognormal with a median of 314 words; three in ten are copies, most of them lightly edited;
they arrive over six of seven days. A sketch is drawn as what it is of real text: the smallest of so many
random numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import numpy as np

from workers.ports import Signature
from workers.steps.deduplicate.sketch import LOOKED_UP_MOST, Measure

_START = datetime(2026, 3, 2, tzinfo=UTC)
_COPIES, _EDITED = 0.3, 0.7


def crowd(count: int, measure: Measure, seed: int = 1) -> Iterator[Signature]:
    random = np.random.default_rng(seed)
    recent: list[tuple[int, np.ndarray]] = []
    lengths = np.maximum(20, random.lognormal(np.log(314), 0.7, count)).astype(int)
    for at in range(count):
        if recent and random.random() < _COPIES:
            distinct, hashes = recent[int(random.integers(len(recent)))]
            if random.random() < _EDITED:
                hashes = np.sort(np.where(random.random(len(hashes)) < 0.1, _smallest(random, distinct), hashes))
        else:
            distinct = int(lengths[at])
            hashes = _smallest(random, distinct)
            if len(recent) < 20_000:
                recent.append((distinct, hashes))
            else:
                recent[int(random.integers(20_000))] = (distinct, hashes)
        yield _signature(f"{at:032x}-0", _START + timedelta(days=6 * at / count), distinct, hashes, measure)


def _smallest(random: np.random.Generator, distinct: int) -> np.ndarray:
    """The 64 smallest of `distinct` random 56-bit numbers: sums of exponential gaps."""
    gaps = random.exponential(size=min(64, distinct)) / np.arange(distinct, distinct - min(64, distinct), -1)
    return ((1 - np.exp(-np.cumsum(gaps))) * 2.0**56).astype(np.uint64)


def _signature(id: str, seen_at: datetime, distinct: int, hashes: np.ndarray, measure: Measure) -> Signature:
    below = int((hashes < measure.share * 2**56).sum())
    looked_up = min(max(measure.least, below), LOOKED_UP_MOST, len(hashes))
    kept = min(max(measure.kept, looked_up), len(hashes))
    wide = hashes.astype(">u8").tobytes()
    return Signature(
        id, seen_at, int(hashes.sum() & np.uint64(2**63 - 1)), publisher=distinct % 60 + 1, distinct=distinct,
        sketch=b"".join(wide[8 * at + 1 : 8 * at + 5] for at in range(kept)),
        looked_up=b"".join(wide[8 * at + 1 : 8 * at + 6] for at in range(looked_up)),
    )
