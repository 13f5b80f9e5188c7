"""The file of the entity model's weights: written by training, read by the step."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from workers.steps.tag.entities.word_features import LABELS, OFFSETS
from workers.steps.tag.table import BadTable

SCALE: Final = 256  # a weight of 1.0 as a whole number
_SHAPE: Final = (len(OFFSETS), len(LABELS))

Whole = npt.NDArray[np.int32]


class EntityWeights:
    """Raises BadTable when the bytes are not what `pack` made."""

    def __init__(self, packed: bytes) -> None:
        try:
            head, _, numbers = gzip.decompress(packed).partition(b"\n")
            names = json.loads(head)
            self._rows = {name: row for row, name in enumerate(names["words"])}
            self._places = {name: row for row, name in enumerate(names["places"])}
            values = np.frombuffer(numbers, dtype="<i2").astype(np.int16)
            cut = len(self._rows) * _SHAPE[0] * _SHAPE[1]
            self._blocks = values[:cut].reshape(len(self._rows), *_SHAPE)
            rest = values[cut:].astype(np.int32).reshape(len(self._places) + len(LABELS), len(LABELS))
        except (OSError, EOFError, ValueError, KeyError) as error:
            raise BadTable([f"weights of the entity model: {error}"]) from error
        self._of_places = rest[: len(self._places)]
        self.moves: Whole = rest[len(self._places) :]
        self._places_known: dict[tuple[str, ...], Whole] = {}

    def block(self, features: Iterable[str]) -> Whole:
        """Weights of a word by (offset from the labelled word, label)."""
        rows = [self._rows[name] for name in features if name in self._rows]
        summed: Whole = self._blocks[rows].sum(axis=0, dtype=np.int32)
        return summed

    def places(self, features: Sequence[tuple[str, ...]]) -> Whole:
        """(words, labels): what the place of each says."""
        known = self._places_known
        for each in set(features) - known.keys():
            rows = [self._places[name] for name in each if name in self._places]
            known[each] = self._of_places[rows].sum(axis=0, dtype=np.int32)
        return np.stack([known[each] for each in features])


def pack(
    words: Mapping[str, Mapping[tuple[int, str], float]], places: Mapping[str, Mapping[str, float]],
    moves: Mapping[tuple[str, str], float],
) -> bytes:
    """words: feature -> (offset, label) -> weight; places: feature -> label -> weight; moves: (before, label)."""
    blocks = np.zeros((len(words), *_SHAPE))
    for row, name in enumerate(sorted(words)):
        for (offset, label), weight in words[name].items():
            blocks[row, OFFSETS.index(offset), LABELS.index(label)] = weight
    rest = np.zeros((len(places) + len(LABELS), len(LABELS)))
    for row, name in enumerate(sorted(places)):
        for label, weight in places[name].items():
            rest[row, LABELS.index(label)] = weight
    for (before, label), weight in moves.items():
        rest[len(places) + LABELS.index(before), LABELS.index(label)] = weight
    whole = np.concatenate([blocks.ravel(), rest.ravel()]) * SCALE
    head = json.dumps({"words": sorted(words), "places": sorted(places)}, ensure_ascii=False)
    numbers = np.clip(np.rint(whole), -32768, 32767).astype("<i2").tobytes()
    return gzip.compress(head.encode() + b"\n" + numbers, compresslevel=9, mtime=0)
