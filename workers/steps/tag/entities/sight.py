"""A text as the entity model sees it: which words stand in runs, and what their places say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from workers.steps.tag.entities.runs import END, GAPS, firsts_and_lengths
from workers.steps.tag.words import Words

Flags = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.intp]

LONG_RUN: Final = 4  # words; longer ones are alike
# What a place says, by kind of feature, and how many values each has.
PLACE_FEATURES: Final = {"before": GAPS, "behind": GAPS, "case": 4, "spot": 3 * (LONG_RUN + 1)}


@dataclass(frozen=True, slots=True)
class Sight:
    """One value a word. gaps: kinds of the gaps before; starts: a sentence starts; begins: a run does."""

    gaps: Numbers
    starts: Flags
    member: Flags
    begins: Flags

    def part(self, first: int, end: int) -> Sight:
        return Sight(self.gaps[first:end], self.starts[first:end], self.member[first:end], self.begins[first:end])


def place_features(words: Words, sight: Sight, at: Numbers, begins: Flags) -> Numbers:
    """(kinds of PLACE_FEATURES, words in runs), `at` their places, `begins` where a run does: the gaps around a word;
    whether it starts a sentence, and stands in the text in small letters too; how long its run is, and where in it it
    stands."""
    small = frozenset(words.forms)
    folded = words.folded
    is_small = np.array([folded[place] in small for place in at.tolist()], dtype=np.intp)
    behind = np.concatenate([sight.gaps, [END]])[at + 1]
    return np.array([sight.gaps[at], behind, 2 * sight.starts[at] + is_small, _spots(begins)])


def _spots(begins: Flags) -> Numbers:
    """3 * length of the run + 0 for its first word, 1 for its last, 2 for one between."""
    first, lengths = firsts_and_lengths(begins)
    place = np.full(len(begins), 2, dtype=np.intp)
    place[first + lengths - 1] = 1
    place[first] = 0
    spots: Numbers = place + 3 * np.repeat(np.minimum(lengths, LONG_RUN), lengths)
    return spots
