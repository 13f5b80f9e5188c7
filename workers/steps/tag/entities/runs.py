"""Runs of capitalised words: where names can be. Only those are labelled.

After measuring: a sequence model over runs alone is more right than one over all words, since it does
not spend itself on small letters, and three times as fast.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

Flags = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.intp]

# Kinds of gaps between two words.
SPACE: Final = 0
HYPHEN: Final = 1
APOSTROPHE: Final = 2
AND: Final = 3       # &
STOP: Final = 4      # a full stop: of an abbreviation, or of a sentence
COMMA: Final = 5
QUOTE: Final = 6     # a quotation mark or a bracket
END: Final = 7       # ends a sentence
OTHER: Final = 8
GAPS: Final = 9

LONGEST_RUN: Final = 16
_QUOTES: Final = frozenset("\"“”„«»‘()[]{}<>*_|")
_ENDS: Final = frozenset("!?…\n•。！？؟")


def gap_kind(gap: str) -> int:
    bare = gap.strip(" \u00a0\u202f\t\r")
    if not bare:
        return SPACE
    if bare in "-\u2010\u2011" and bare == gap:
        return HYPHEN
    if bare in "'’":
        return APOSTROPHE
    if bare == "&":
        return AND
    if not _ENDS.isdisjoint(bare) or bare.startswith((".\"", ".”", ".'", ".’", "..")):
        return END
    if bare == ".":
        return STOP
    if not _QUOTES.isdisjoint(bare):
        return END if "." in bare else QUOTE
    if bare[0] in ",;:/–—-،、":
        return COMMA
    return OTHER


def sentence_starts(gaps: Numbers, abbreviated: Flags) -> Flags:
    """gaps: kinds of the gaps before each word; abbreviated: whether the word before ends with a stop of its own."""
    starts: Flags = (gaps == END) | ((gaps == STOP) & ~abbreviated)
    return starts


def in_runs(gaps: Numbers, capital: Flags, connector: Flags, starts: Flags) -> tuple[Flags, Flags]:
    """(whether a word is in a run, whether a run begins there).

    A run is capitalised words that blanks, hyphens and the like join, with up to two connectors inside.
    """
    joined = (gaps <= STOP) & ~starts
    inner = (gaps == SPACE) & ~starts
    after = _shift(capital, 1) & inner                        # the word before is capitalised
    after |= connector & inner & _shift(connector & after, 1)  # or a connector after such a word
    before = _shift(capital & inner, -1)
    before |= _shift(connector & inner & before, -1)
    member: Flags = capital | (connector & after & before)
    begins: Flags = member & ~(joined & _shift(member, 1))
    return member, begins


def chunked(begins: Flags) -> Flags:
    """Of words in runs only: a run longer than LONGEST_RUN begins anew."""
    first, lengths = firsts_and_lengths(begins)
    if lengths.max(initial=0) <= LONGEST_RUN:
        return begins
    spot = np.arange(len(begins)) - np.repeat(first, lengths)
    again: Flags = spot % LONGEST_RUN == 0
    return again


def firsts_and_lengths(begins: Flags) -> tuple[Numbers, Numbers]:
    """Of the runs: the place of the first word, and how many words. begins: of words in runs only."""
    first = np.flatnonzero(begins)
    ends = np.concatenate([first[1:], [len(begins)]])  # numpy's diff and append take three times as long
    return first, ends - first


def _shift(flags: Flags, by: int) -> Flags:
    moved = np.zeros_like(flags)
    if by > 0:
        moved[by:] = flags[:-by]
    else:
        moved[:by] = flags[-by:]
    return moved
