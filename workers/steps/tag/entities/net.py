"""A small network that tells names: what the linear model cannot say, that one sign counts only beside another.

A word is encoded once, by its features and its vector, and what it says at each place of a window is kept; so a
text costs a few gathers, and two products of small matrices. A word in a run is seen together with its other places
in the text. Whole numbers throughout, products of floats too (all sums stay below 2**24): the same on every machine.

Trained by training/entities_net.py.
"""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from workers.steps.tag.entities.runs import firsts_and_lengths
from workers.steps.tag.entities.sight import PLACE_FEATURES
from workers.steps.tag.entities.summed import Floats, Summed
from workers.steps.tag.entities.vectors import WordVectors
from workers.steps.tag.entities.weights import SCALE
from workers.steps.tag.entities.word_features import OFFSETS
from workers.steps.tag.table import BadTable

# A value of 1.0 as a whole number.
CODE: Final = 128        # of a word's code, which lies in -1..1
WEIGHT: Final = 128      # of a layer
FEATURE: Final = 4096    # of what features and vectors add to a code
SUMMED: Final = 512      # of what words and places add to a hidden value
HIDDEN: Final = 32       # of a hidden value
INNER: Final = 128       # of a value of the layer behind
MOST_HIDDEN: Final = 255
MOST_INNER: Final = 2047
MOST_TIMES: Final = 4        # that a word is looked at; more say nothing new
MOST_OF_WORD: Final = 5000   # 9.8 each: five words and four places stay within 16 bits
MOST_OF_PLACE: Final = 1500
_FINER: Final = 4        # bits: SUMMED over HIDDEN
_ARRAYS: Final = ("features", "vectors", "bound", "offsets", "places", "inner", "inner_bias", "labels", "labels_bias")

Whole = npt.NDArray[np.int32]
Small = npt.NDArray[np.int16]
Numbers = npt.NDArray[np.intp]


class NameNet:
    """Raises BadTable when the bytes are not what `pack` made."""

    def __init__(self, packed: bytes, vectors: WordVectors) -> None:
        self._vectors = vectors
        try:
            head, _, rest = gzip.decompress(packed).partition(b"\n")
            names = json.loads(head)
            with np.load(io.BytesIO(rest), allow_pickle=False) as arrays:
                held = {name: arrays[name] for name in _ARRAYS}
        except (OSError, EOFError, ValueError, KeyError) as error:
            raise BadTable([f"network of the entity model: {error}"]) from error
        self._features = Summed(names, held["features"])
        self._of_vector = held["vectors"].astype(np.float64)
        self._bound = held["bound"].astype(np.float32)
        self._offsets = held["offsets"].astype(np.float32)
        gaps, behind, case, spot = np.split(held["places"], np.cumsum([*PLACE_FEATURES.values()])[:-1])
        self._gaps = gaps[:, None] + behind  # (kind before, kind behind, size)
        self._spots = case[:, None] + spot
        self.size: int = len(held["inner"]) // 2  # hidden values
        self._inner, self._inner_anywhere = np.split(held["inner"].astype(np.float32), 2)
        self._inner_bias = held["inner_bias"].astype(np.float32)
        self._labels = held["labels"].astype(np.float64)
        self._labels_bias = held["labels_bias"].astype(np.float64)

    def bound(self) -> Small:
        """(offsets, size): what the end of a sentence says."""
        said: Small = self._said(self._bound[None])[0]
        return said

    def of(self, folded: Sequence[str], features: Sequence[Sequence[str]]) -> Small:
        """(words, offsets, size): what words say at each place of a window."""
        code = self._features(features) + self._vectors.of(folded) @ self._of_vector
        return self._said(np.clip(np.rint(code * (CODE / FEATURE)), -CODE, CODE).astype(np.float32))

    def _said(self, code: Floats) -> Small:
        said = np.rint(code @ self._offsets * (SUMMED / (CODE * WEIGHT)))
        whole: Small = np.clip(said, -MOST_OF_WORD, MOST_OF_WORD).astype(np.int16)
        return whole.reshape(len(code), len(OFFSETS), -1)

    def __call__(self, said: Small, places: Numbers, same: Numbers) -> Whole:
        """(words, labels), scores, 1.0 as SCALE.

        said: what the words around each say, summed; places: of place_features; same: a number of each word, equal
        where the words are.
        """
        before, behind, case, spot = places
        said = said + self._gaps[before, behind]
        said += self._spots[case, spot]
        hidden = np.clip((said + (1 << _FINER >> 1)) >> _FINER, 0, MOST_HIDDEN).astype(np.float32)
        group, largest = _largest(hidden, same)
        inner = hidden @ self._inner
        inner += (largest @ self._inner_anywhere)[group]
        inner += self._inner_bias
        inner = np.clip(np.rint(inner * (INNER / (HIDDEN * WEIGHT))), 0, MOST_INNER)
        scores = np.rint((inner @ self._labels + self._labels_bias) * (SCALE / (INNER * WEIGHT)))
        whole: Whole = scores.astype(np.int32)
        return whole


def _largest(hidden: Floats, same: Numbers) -> tuple[Numbers, Floats]:
    """(the group of each word, the largest values of each group): words that are the same are a group."""
    order = np.argsort(same, kind="stable")
    ordered = same[order]
    begins = np.empty(len(same), dtype=np.bool_)
    begins[0] = True
    np.not_equal(ordered[1:], ordered[:-1], out=begins[1:])
    group = np.empty(len(same), dtype=np.intp)
    group[order] = np.cumsum(begins) - 1
    first, counts = firsts_and_lengths(begins)
    largest = hidden[order[first]]
    for time in range(1, min(counts.max(), MOST_TIMES)):
        again = np.flatnonzero(counts > time)
        largest[again] = np.maximum(largest[again], hidden[order[first[again] + time]])
    return group, largest


def pack(features: Sequence[str], weights: Mapping[str, npt.NDArray[np.floating]]) -> bytes:
    """features: names of the rows of weights["features"]; weights: as floats, by the names above.

    Shapes: features (features, code), vectors (SIZE + 2, code), bound (code,), offsets (offsets, code, hidden),
    places (values of all place features, hidden), inner (2 * hidden, inner), labels (inner, labels), and their biases.
    Raises ValueError when a sum might not be exact.
    """
    scales = {
        "features": FEATURE, "vectors": FEATURE, "bound": CODE, "offsets": WEIGHT, "places": SUMMED, "inner": WEIGHT,
        "inner_bias": HIDDEN * WEIGHT, "labels": WEIGHT, "labels_bias": INNER * WEIGHT,
    }  # fmt: skip
    given = dict(weights)
    given["offsets"] = np.concatenate(list(given["offsets"]), axis=1)
    whole = {name: np.rint(given[name] * scale).astype(np.int32) for name, scale in scales.items()}
    whole["bound"] = np.clip(whole["bound"], -CODE, CODE)
    whole["places"] = np.clip(whole["places"], -MOST_OF_PLACE, MOST_OF_PLACE).astype(np.int16)
    for name, most in (("offsets", CODE), ("inner", MOST_HIDDEN)):
        largest = int(np.abs(whole[name]).sum(axis=0).max()) * most
        if largest >= 2**24:
            raise ValueError(f"sums of {name} reach {largest}: too large to be exact")
    buffer = io.BytesIO()
    np.savez(buffer, **whole)
    head = json.dumps(list(features), ensure_ascii=False)
    return gzip.compress(head.encode() + b"\n" + buffer.getvalue(), compresslevel=9, mtime=0)
