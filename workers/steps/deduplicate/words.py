"""The words of a batch of texts, hashed where they stand: all texts in one array of code points.

A word's hash is its characters times powers of a base, read off one running sum (Karp and Rabin 1987).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import cache
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from workers.steps.deduplicate.characters import DROPPED, LONE, UNFOLDED, WORD, character_table, fold, mixed

Hashes = NDArray[np.uint64]
Places = NDArray[np.intp]
Codes = NDArray[np.uint32]
Flags = NDArray[np.uint8]

_POWERS_KEPT: Final = 1 << 20
_BASE: Final = 0x9E3779B97F4A7C15  # odd, so that it has an inverse modulo 2^64
_PAIR: Final = np.uint64(0xD6E8FEB86659FD93)


class Words(NamedTuple):
    """The words of a batch: where each stands and what it is; `first[t]` is text t's first one."""

    starts: Places
    ends: Places
    hashes: Hashes
    lone: NDArray[np.bool_]
    first: Places
    text: Places


def characters(texts: Sequence[str]) -> tuple[Codes, Flags]:
    """Code points and their flags, a NUL after each text."""
    codes, flags = _encoded(texts)
    if (flags & UNFOLDED).any():
        ends = np.flatnonzero(codes == 0)
        unfolded = set(np.searchsorted(ends, np.flatnonzero(flags & UNFOLDED)).tolist())
        codes, flags = _encoded([fold(text) if t in unfolded else text for t, text in enumerate(texts)])
    if (flags & DROPPED).any():
        seen = flags & DROPPED == 0
        codes, flags = codes[seen], flags[seen]
    return codes, flags


def _encoded(texts: Sequence[str]) -> tuple[Codes, Flags]:
    joined = "\0".join(map(_normal, texts)) + "\0"
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32)
    return codes, character_table().flags[codes]


def _normal(text: str) -> str:
    text = text.replace("\0", " ")
    if text.isascii() or unicodedata.is_normalized("NFKC", text):
        return text
    return unicodedata.normalize("NFKC", text)


def find_words(codes: Codes, flags: Flags, texts: int) -> Words:
    """A word is a run of word characters, or a lone one; a lone one with the next one forms a pair."""
    of_word, lone = flags & WORD, flags & LONE
    apart = np.empty(len(flags) + 1, bool)  # a word cannot go on over this place
    apart[0] = apart[-1] = True
    np.not_equal((of_word[1:] & of_word[:-1]), 1, out=apart[1:-1])
    if lone.any():
        apart[1:-1] |= (lone[1:] | lone[:-1]) != 0
    inside = of_word != 0
    starts, ends = np.flatnonzero(inside & apart[:-1]), np.flatnonzero(inside & apart[1:]) + 1
    power, inverse = powers(len(codes))
    sums = np.zeros(len(codes) + 1, np.uint64)
    np.cumsum(character_table().values[codes] * power, out=sums[1:])
    hashes = mixed((sums[ends] - sums[starts]) * inverse[starts])
    first = np.zeros(texts + 1, np.intp)
    first[1:] = np.searchsorted(starts, np.flatnonzero(codes == 0))
    text = np.repeat(np.arange(texts), np.diff(first))
    alone = lone[starts] != 0
    if alone.any():
        pairs = np.flatnonzero(alone[:-1] & alone[1:] & (text[1:] == text[:-1]))
        hashes[pairs] = mixed(hashes[pairs] * _PAIR + hashes[pairs + 1])
    return Words(starts, ends, hashes, alone, first, text)


def content_keys(words: Words) -> Hashes:
    power, inverse = powers(len(words.hashes) + 1)
    sums = np.zeros(len(words.hashes) + 1, np.uint64)
    np.cumsum(words.hashes * power[:-1], out=sums[1:])
    first = words.first
    keys = mixed((sums[first[1:]] - sums[first[:-1]]) * inverse[first[:-1]])
    return keys ^ np.diff(first).astype(np.uint64)


def powers(count: int) -> tuple[Hashes, Hashes]:
    """B^0, B^1, ... and their inverses modulo 2^64, at least so many."""
    if count > _POWERS_KEPT:
        return _made_powers(count)
    size = 1 << max(10, (count - 1).bit_length())
    power, inverse = _kept_powers(size)
    return power[:count], inverse[:count]


@cache
def _kept_powers(count: int) -> tuple[Hashes, Hashes]:
    return _made_powers(count)


def _made_powers(count: int) -> tuple[Hashes, Hashes]:
    made = []
    for base in (_BASE, pow(_BASE, -1, 1 << 64)):
        powers = np.full(count, base, np.uint64)
        powers[0] = 1
        made.append(np.cumprod(powers, dtype=np.uint64))
    return made[0], made[1]
