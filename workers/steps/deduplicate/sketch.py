"""Texts as bottom-k sketches of their word shingles: a whole batch in one array.

Source: Broder 1997, On the resemblance and containment of documents; the sketch is MinHash's bottom-k
form, which measures containment where 128 minima measure resemblance only.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from workers.steps.deduplicate.characters import DIGIT, JOINS, mixed
from workers.steps.deduplicate.words import (
    Codes,
    Flags,
    Hashes,
    Places,
    Words,
    characters,
    content_keys,
    find_words,
    powers,
)

SHINGLE_WORDS: Final = 4
FACTS: Final = 16
LOOKED_UP_MOST: Final = 64

_TEXTS_AT_ONCE: Final = 256        # a text's number takes the top byte of a shingle's sort key
_CHARACTERS_AT_ONCE: Final = 1 << 20
_PLACE: Final = tuple(map(np.uint64, (
    0xA0761D6478BD642F, 0xE7037ED1A0B428DB, 0x8EBC6AF09C88C6E3, 0x589965CC75374CC3,
)))
_KEY_BITS: Final = np.uint64(56)


@dataclass(frozen=True, slots=True)
class Measure:
    """How much of a text is kept: `least` shingles are looked up, and every one below `share` of the
    range; `kept` are compared."""

    least: int = 16
    share: float = 1 / 12
    kept: int = 64


FULL: Final = Measure()
SMALL: Final = Measure(least=12, share=1 / 16, kept=48)


@dataclass(frozen=True, slots=True)
class Sketch:
    """content_key: 64 bits over the words in order. half_words: two a word, one a lone character.

    distinct: different shingles. kept: the smallest of them, ascending, 4 bytes each, big-endian.
    looked_up: the first of those, 5 bytes each. facts: the 16 smallest of the numbers, 4 bytes each.
    """

    content_key: int
    half_words: int
    distinct: int
    kept: bytes
    looked_up: bytes
    facts: bytes


def sketch(texts: Sequence[str], measure: Measure = FULL) -> list[Sketch]:
    """The same for a text alone or in any batch, and for texts that differ in case, white space, quotes,
    dashes or normal form only."""
    return [each for part in _parts(texts) for each in _sketch(part, measure)]


def _parts(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    start = characters = 0
    for at, text in enumerate(texts):
        if at > start and (at - start >= _TEXTS_AT_ONCE or characters + len(text) > _CHARACTERS_AT_ONCE):
            yield texts[start:at]
            start, characters = at, 0
        characters += len(text)
    if start < len(texts):
        yield texts[start:]


def _sketch(texts: Sequence[str], measure: Measure) -> list[Sketch]:
    codes, flags = characters(texts)
    words = find_words(codes, flags, len(texts))
    keys = content_keys(words)
    distinct, kept, looked_up = _bottom(_shingles(words), len(texts), measure)
    facts = _facts(codes, flags, words, len(texts))
    halves = np.bincount(words.text, np.where(words.lone, 1, 2), len(texts))
    return [
        Sketch(int(keys[t]), int(halves[t]), int(distinct[t]), kept[t], looked_up[t], facts[t])
        for t in range(len(texts))
    ]


def _shingles(words: Words) -> Hashes:
    """Sorted and distinct: the text's number in the top byte, 56 bits of the shingle below."""
    hashes, last = words.hashes, SHINGLE_WORDS - 1
    few = np.diff(words.first) < SHINGLE_WORDS  # too few words for a shingle: each is one
    texts = words.text.astype(np.uint64)
    if len(hashes) > last:
        runs = np.zeros(len(hashes) - last, np.uint64)
        for at, place in enumerate(_PLACE):
            runs += hashes[at : at + len(runs)] * place
        whole = words.text[last:] == words.text[:-last]
        keys = _sort_keys(texts[:-last][whole], mixed(runs[whole]))
    else:
        keys = np.zeros(0, np.uint64)
    if few.any():
        alone = few[words.text]
        keys = np.concatenate((keys, _sort_keys(texts[alone], hashes[alone])))
    return _distinct(keys)


def _sort_keys(texts: Hashes, hashes: Hashes) -> Hashes:
    return (texts << _KEY_BITS) | (hashes >> np.uint64(8))


def _distinct(keys: Hashes) -> Hashes:
    keys.sort()
    return keys[np.concatenate(([True], keys[1:] != keys[:-1]))] if len(keys) else keys


def _bottom(keys: Hashes, texts: int, measure: Measure) -> tuple[Places, list[bytes], list[bytes]]:
    numbers = np.arange(texts + 1, dtype=np.uint64) << _KEY_BITS
    if texts == _TEXTS_AT_ONCE:  # 256 << 56 is 0
        first = np.append(np.searchsorted(keys, numbers[:-1]), len(keys))
    else:
        first = np.searchsorted(keys, numbers)
    distinct = np.diff(first)
    below = np.searchsorted(keys, numbers[:-1] + np.uint64(int(measure.share * 2**56))) - first[:-1]
    looked_up = np.minimum(np.clip(below, measure.least, LOOKED_UP_MOST), distinct)
    kept = np.minimum(np.maximum(measure.kept, looked_up), distinct)
    return distinct, _cut(keys >> np.uint64(24), first, kept, 4), _cut(keys >> np.uint64(16), first, looked_up, 5)


def _cut(values: Hashes, first: Places, counts: Places, width: int) -> list[bytes]:
    """The lowest `width` bytes of the first so many values of each text, big-endian."""
    wide = values.astype(">u8").view(np.uint8).reshape(-1, 8)[:, 8 - width :].tobytes()
    return [wide[a * width : (a + n) * width] for a, n in zip(first.tolist(), counts.tolist(), strict=False)]


def _facts(codes: Codes, flags: Flags, words: Words, texts: int) -> list[bytes]:
    """Words with a figure in them; joined by one of . , : they are one number, a price, a time."""
    figures = np.flatnonzero(flags & DIGIT)
    at = np.unique(np.searchsorted(words.starts, figures, "right") - 1)
    if not len(at):
        return [b""] * texts
    begins = np.ones(len(at), bool)
    ends = words.ends[at[:-1]]
    begins[1:] = (at[1:] != at[:-1] + 1) | (words.starts[at[1:]] != ends + 1) | (flags[ends] & JOINS == 0)
    heads = np.flatnonzero(begins)
    place = np.arange(len(at)) - np.repeat(heads, np.diff(np.append(heads, len(at))))
    sums = np.add.reduceat(words.hashes[at] * powers(len(at))[0][place], heads)
    texts_of = words.text[at[heads]].astype(np.uint64)
    keys = _distinct((texts_of << np.uint64(32)) | (mixed(sums) >> np.uint64(32)))
    first = np.searchsorted(keys, np.arange(texts + 1, dtype=np.uint64) << np.uint64(32))
    return _cut(keys, first, np.minimum(np.diff(first), FACTS), 4)
