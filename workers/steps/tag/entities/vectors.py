"""Vectors of frequent English words: what a word that the training never saw is like."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from workers.steps.tag.table import BadTable

SIZE: Final = 50
SCALE: Final = 32  # of a unit vector, as whole numbers
_ROW: Final = np.dtype([("word", "<u4"), ("vector", "i1", SIZE)])


class WordVectors:
    """Words are told by their checksums: of 25,000 unknown ones, one is taken for another. Load and memory are a
    fifth of what the words themselves would cost.

    Raises BadTable when the bytes are not what `pack` made.
    """

    def __init__(self, packed: bytes) -> None:
        try:
            rows = np.frombuffer(gzip.decompress(packed), dtype=_ROW)
        except (OSError, EOFError, ValueError) as error:
            raise BadTable([f"vectors of words: {error}"]) from error
        self._words = np.ascontiguousarray(rows["word"])
        self._vectors = rows["vector"]

    def of(self, folded: Sequence[str]) -> npt.NDArray[np.float64]:
        """(words, SIZE + 2) whole numbers: the vector, zeros for an unknown word; 1 for a known word; 1."""
        asked = np.array([zlib.crc32(word.encode("utf-8", "replace")) for word in folded], dtype=np.uint32)
        rows = np.minimum(np.searchsorted(self._words, asked), len(self._words) - 1)
        is_known = self._words[rows] == asked
        found = np.ones((len(rows), SIZE + 2))
        found[:, :SIZE] = self._vectors[rows] * is_known[:, None]
        found[:, SIZE] = is_known
        return found


def pack(words: Sequence[str], vectors: npt.NDArray[np.floating]) -> bytes:
    """words: the most frequent first; vectors: (words, SIZE), of length one."""
    checksums = np.array([zlib.crc32(word.encode()) for word in words], dtype=np.uint32)
    unique, first = np.unique(checksums, return_index=True)  # of two words with one checksum the more frequent
    rows = np.zeros(len(unique), dtype=_ROW)
    rows["word"] = unique
    rows["vector"] = np.clip(np.rint(vectors[first] * SCALE), -127, 127)
    return gzip.compress(rows.tobytes(), compresslevel=9, mtime=0)
