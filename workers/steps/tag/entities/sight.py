"""A text as the entity model sees it: which words stand in runs, and what their places say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from workers.steps.tag.entities.runs import END, GAPS, firsts_and_lengths
from workers.steps.tag.entities.word_features import OFFSETS

Flags = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.intp]

NOWHERE: Final = -1  # the place of a word beyond the end of the sentence
LONG_RUN: Final = 4  # words; longer ones are alike
# What a place says, by kind of feature, and how many values each has.
PLACE_FEATURES: Final = {"before": GAPS, "behind": GAPS, "case": 4, "spot": 3 * (LONG_RUN + 1)}

_OFFSETS: Final = np.array(OFFSETS, dtype=np.intp)[:, None]


@dataclass(frozen=True, slots=True)
class Sight:
    """One value a word. numbers: of the word, with the model; small: it stands in small letters too, somewhere in the
    text; gaps: kinds of the gaps before; starts: a sentence starts; begins: a run does."""

    numbers: Numbers
    small: Flags
    gaps: Numbers
    starts: Flags
    member: Flags
    begins: Flags

    def part(self, first: int, end: int) -> Sight:
        here = slice(first, end)
        return Sight(
            self.numbers[here], self.small[here], self.gaps[here], self.starts[here], self.member[here],
            self.begins[here],
        )


def place_features(sight: Sight, at: Numbers, begins: Flags) -> Numbers:
    """(kinds of PLACE_FEATURES, words in runs), `at` their places, `begins` where a run does: the gaps around a word;
    whether it starts a sentence, and stands in the text in small letters too; how long its run is, and where in it it
    stands."""
    behind = np.concatenate([sight.gaps, [END]])[at + 1]
    return np.array([sight.gaps[at], behind, 2 * sight.starts[at] + sight.small[at], _spots(begins)])


def window(sight: Sight, at: Numbers) -> Numbers:
    """(OFFSETS, words in runs): places of the words around each; nothing reaches over the end of a sentence."""
    ends = np.concatenate([sight.starts, [True, True]])  # whether a sentence starts there
    around = at + _OFFSETS
    before, behind = ends[at], ends[at + 1]
    around[0, before | ends[at - 1]] = NOWHERE  # the first word starts a sentence: nothing is before it
    around[1, before] = NOWHERE
    around[3, behind] = NOWHERE
    around[4, behind | ends[at + 2]] = NOWHERE
    return around


def _spots(begins: Flags) -> Numbers:
    """3 * length of the run + 0 for its first word, 1 for its last, 2 for one between."""
    first, lengths = firsts_and_lengths(begins)
    place = np.full(len(begins), 2, dtype=np.intp)
    place[first + lengths - 1] = 1
    place[first] = 0
    spots: Numbers = place + 3 * np.repeat(np.minimum(lengths, LONG_RUN), lengths)
    return spots
