"""A text as the entity model sees it: which words stand in runs, and what their places say."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from workers.steps.tag.entities.runs import chunked
from workers.steps.tag.words import Words

Flags = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Sight:
    """One value a word. gaps: kinds of the gaps before; starts: a sentence starts; begins: a run does."""

    gaps: Numbers
    starts: Flags
    member: Flags
    begins: Flags


def place_features(words: Words, sight: Sight, at: Numbers) -> list[tuple[str, ...]]:
    """Of each word in a run, `at` its places: the gaps around it, the start of a sentence, its place in the run,
    and whether the text holds it in small letters too."""
    small = frozenset(words.forms)
    gaps = [*sight.gaps.tolist(), 7]
    starts = sight.starts.tolist()
    spots = _spots(chunked(sight.begins[at]))
    found: list[tuple[str, ...]] = []
    for place, spot in zip(at.tolist(), spots, strict=True):
        is_small = words.folded[place] in small
        case = ("start" if starts[place] else "in") + (" small" if is_small else "")
        found.append((f"before={gaps[place]}", f"behind={gaps[place + 1]}", case, spot))
    return found


def _spots(begins: Flags) -> list[str]:
    first = np.flatnonzero(begins)
    lengths = np.diff(np.append(first, len(begins)))
    spots: list[str] = []
    for length in lengths.tolist():
        size = min(length, 4)
        spots += [
            f"run={size}:{'first' if spot == 0 else 'last' if spot == length - 1 else 'inner'}"
            for spot in range(length)
        ]
    return spots
