"""The file of the entity model's weights: written by training, read by the step."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt

from workers.steps.tag.entities.sight import PLACE_FEATURES
from workers.steps.tag.entities.summed import Summed
from workers.steps.tag.entities.word_features import LABELS, OFFSETS
from workers.steps.tag.table import BadTable

SCALE: Final = 256  # a weight of 1.0 as a whole number
_SHAPE: Final = (len(OFFSETS), len(LABELS))

Whole = npt.NDArray[np.int32]


class EntityWeights:
    """words: what the features of a word say at each place of a window of each label, (offsets * labels) columns.

    Raises BadTable when the bytes are not what `pack` made.
    """

    def __init__(self, packed: bytes) -> None:
        try:
            head, _, numbers = gzip.decompress(packed).partition(b"\n")
            names = json.loads(head)
            values = np.frombuffer(numbers, dtype="<i2").astype(np.int32)
            cut = len(names) * _SHAPE[0] * _SHAPE[1]
            self.words = Summed(names, values[:cut].reshape(len(names), _SHAPE[0] * _SHAPE[1]))
            rest = values[cut:].reshape(sum(PLACE_FEATURES.values()) + len(LABELS), len(LABELS))
        except (OSError, EOFError, ValueError) as error:
            raise BadTable([f"weights of the entity model: {error}"]) from error
        self.moves: Whole = rest[-len(LABELS) :]
        ends = np.cumsum([0, *PLACE_FEATURES.values()])
        self._of_places = [rest[start:end] for start, end in pairwise(ends.tolist())]

    def places(self, features: npt.NDArray[np.intp]) -> Whole:
        """(words, labels): what the place of each says."""
        summed: Whole = sum(table[values] for table, values in zip(self._of_places, features, strict=True))
        return summed


def pack(
    words: Mapping[str, Mapping[tuple[int, str], float]], places: Mapping[tuple[str, int], Mapping[str, float]],
    moves: Mapping[tuple[str, str], float],
) -> bytes:
    """words: feature -> (offset, label) -> weight; places: (kind, value) -> label -> weight; moves: (before, label)."""
    blocks = np.zeros((len(words), *_SHAPE))
    for row, name in enumerate(sorted(words)):
        for (offset, label), weight in words[name].items():
            blocks[row, OFFSETS.index(offset), LABELS.index(label)] = weight
    order = [(kind, value) for kind, values in PLACE_FEATURES.items() for value in range(values)]
    rest = np.zeros((len(order) + len(LABELS), len(LABELS)))
    for row, place in enumerate(order):
        for label, weight in places.get(place, {}).items():
            rest[row, LABELS.index(label)] = weight
    for (before, label), weight in moves.items():
        rest[len(order) + LABELS.index(before), LABELS.index(label)] = weight
    whole = np.concatenate([blocks.ravel(), rest.ravel()]) * SCALE
    head = json.dumps(sorted(words), ensure_ascii=False)
    numbers = np.clip(np.rint(whole), -32768, 32767).astype("<i2").tobytes()
    return gzip.compress(head.encode() + b"\n" + numbers, compresslevel=9, mtime=0)
