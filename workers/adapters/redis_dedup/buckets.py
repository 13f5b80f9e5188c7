"""The compact layout's buckets: shingles by a second hash, since the smallest hashes lie close together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

_ENTRIES_A_BUCKET: Final = 3  # at the size expected: 7 bytes each beside 50 for a field
_POSTINGS_A_DOCUMENT: Final = 15
_MOST: Final = 1 << 24         # a bucket's number has three bytes


def buckets_for(window_documents: int) -> int:
    """As many as hold so many entries each at the size expected; a generation holds half a window."""
    wanted = window_documents * _POSTINGS_A_DOCUMENT // (2 * _ENTRIES_A_BUCKET)
    return min(_MOST, max(64, wanted))


def in_buckets(looked_up: Sequence[bytes], buckets: int) -> list[bytes]:
    """For each shingle of 5 bytes its bucket (3 bytes) and tag (2 bytes), big-endian."""
    joined = np.frombuffer(b"".join(looked_up), np.uint8).reshape(-1, 5)
    wide = np.zeros((len(joined), 8), np.uint8)
    wide[:, 3:] = joined
    hashes = wide.view(">u8").reshape(-1).astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    hashes = (hashes ^ (hashes >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9)
    numbers = ((hashes >> np.uint64(40)) * np.uint64(buckets)) >> np.uint64(24)
    placed = (numbers << np.uint64(16)) | ((hashes >> np.uint64(16)) & np.uint64(0xFFFF))
    packed = placed.astype(">u8").view(np.uint8).reshape(-1, 8)[:, 3:].tobytes()
    ends = np.cumsum([len(each) for each in looked_up]).tolist()
    return [packed[end - len(each) : end] for each, end in zip(looked_up, ends, strict=True)]
