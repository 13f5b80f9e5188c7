"""Texts with names as the entity model sees them: what both of its parts learn from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from training.named_texts import NamedText, labels_of
from training.shipped import read_shipped_features
from workers.steps.tag.entities.model import EntityModel
from workers.steps.tag.entities.runs import chunked
from workers.steps.tag.entities.sight import place_features, window
from workers.steps.tag.entities.weights import EntityWeights, pack
from workers.steps.tag.entities.word_features import LABELS
from workers.steps.tag.words import Words


@dataclass(frozen=True, slots=True)
class Seen:
    """A text: of its words in runs (n,) the places around (offsets, n) as numbers of forms, 0 beyond the sentence."""

    around: npt.NDArray[np.intp]
    places: npt.NDArray[np.intp]   # (kinds, n)
    begins: npt.NDArray[np.bool_]
    labels: npt.NDArray[np.intp]


class Reader:
    """Texts as the model sees them. forms: every word that was seen, at its number."""

    def __init__(self, *, plain: bool = False) -> None:
        self.features = read_shipped_features(plain=plain)
        self.model = EntityModel(EntityWeights(pack({}, {}, {})), self.features)
        self.forms = [""]
        self._numbers: dict[str, int] = {}

    def seen(self, named: NamedText) -> Seen | None:
        """None when there is no word to label."""
        words = Words.of(named.text)
        sight = self.model.see(words)
        at = np.flatnonzero(sight.member)
        if not len(at):
            return None
        begins = chunked(sight.begins[at])
        numbers = np.array([*map(self._number, words.forms), 0])
        labels = labels_of(named, words)
        return Seen(
            numbers[window(sight, at)], place_features(sight, at, begins), begins,
            np.array([LABELS.index(labels[place]) for place in at.tolist()]),
        )

    def _number(self, form: str) -> int:
        if form not in self._numbers:
            self._numbers[form] = len(self.forms)
            self.forms.append(form)
        return self._numbers[form]
