"""An article as weighed terms: what the learnt model is trained on and asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt

from workers.steps.tag.evidence import Read
from workers.steps.tag.words import Words

WORDS_READ: Final = 1_000
TITLE_WEIGHT: Final = 2.0
LONGEST_WORD: Final = 40

Term = tuple[str, ...]  # one case-folded word, or two that stand together
Row = tuple[npt.NDArray[np.intp], npt.NDArray[np.float32]]  # places of terms, their weights; of length one


def terms_of(read: Read) -> Counter[Term]:
    """How often each term stands in title and text; one of the title counts double."""
    counts: Counter[Term] = Counter()
    for words, weight in ((read.words, 1), (read.title_words, int(TITLE_WEIGHT))):
        for term, count in _counted(words).items():
            counts[term] += weight * count
    return counts


def _counted(words: Words) -> Counter[Term]:
    folded = [word if len(word) <= LONGEST_WORD else "" for word in words.folded[:WORDS_READ]]
    counts: Counter[Term] = Counter((word,) for word in folded if word)
    counts.update(
        pair for place, pair in enumerate(pairwise(folded), 1) if words.is_joined(place) and pair[0] and pair[1]
    )
    return counts


def row_of(counts: Mapping[Term, int], places: Mapping[Term, int], idf: npt.NDArray[np.float32]) -> Row:
    """Logarithmic frequency times inverse document frequency."""
    known = sorted((places[term], count) for term, count in counts.items() if term in places)
    at = np.array([place for place, _ in known], dtype=np.intp)
    weights = (1 + np.log(np.array([count for _, count in known], dtype=np.float64))) * idf[at]
    length = float(np.sqrt((weights * weights).sum())) or 1.0
    return at, (weights / length).astype(np.float32)
