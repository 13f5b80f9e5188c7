"""A linear-chain model over runs of capitalised words, decoded for all runs of a text at once.

Trained by training/entities.py as a conditional random field. A word's weights at each place of its
window are summed once and kept, so that a text costs a few gathers and one Viterbi over its runs:
a tenth of what a call a run costs. Whole numbers throughout: the same labels on every machine.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from workers.steps.tag.entities import runs
from workers.steps.tag.entities.kept import Kept
from workers.steps.tag.entities.sight import Sight, place_features
from workers.steps.tag.entities.weights import SCALE, EntityWeights
from workers.steps.tag.entities.word_features import BOUND, LABELS, OFFSETS, WordFeatures
from workers.steps.tag.words import Words

MOST_KNOWN: Final = 40_000  # words whose weights are kept: 6 MB; then it starts anew
LEAST_CERTAINTY: Final = 0.1  # of a name; of those below nine in ten are wrong
_BOUND_ROW: Final = 0
_KINDS: Final = ("", "PER", "PER", "ORG", "ORG", "LOC", "LOC")  # of LABELS
_OFFSETS: Final = np.array(OFFSETS, dtype=np.intp)[:, None]
_ORDER: Final = np.arange(len(OFFSETS))[:, None]
_CAPITAL, _CONNECTOR, _ABBREVIATED = 1, 2, 4

Whole = npt.NDArray[np.int32]


class Labelled(NamedTuple):
    """Words `first` to `last`, both in, are a name. kind: PER, ORG, LOC; certainty 0..1."""

    first: int
    last: int
    kind: str
    certainty: float


class EntityModel:
    """features: with the lists and clusters of the training."""

    def __init__(self, weights: EntityWeights, features: WordFeatures) -> None:
        self._weights = weights
        self._features = features
        self._connectors = features.words_of("connectors")
        self._abbreviations = features.words_of("abbreviations")
        self._gap_kinds = Kept(runs.gap_kind)
        self._forget()

    def _forget(self) -> None:
        self._known = Kept(self._learn)
        self._traits = Kept(self._trait)
        self._rows: Whole = np.zeros((1024, len(OFFSETS), len(LABELS)), dtype=np.int32)
        self._rows[_BOUND_ROW] = self._weights.block([BOUND])
        self._count = 1

    def _learn(self, form: str) -> int:
        """The row of a word not met before."""
        row = self._count
        if row == len(self._rows):
            self._rows = np.concatenate([self._rows, np.zeros_like(self._rows)])
        is_beside = form.islower() and form not in self._connectors  # never in a run itself
        self._rows[row] = self._weights.block(self._features.of(form, beside=is_beside))
        self._count += 1
        return row

    def learn(self, words: Iterable[str]) -> None:
        """Before the first text: frequent words in small letters, so that the first texts cost what later ones do."""
        self._known.numbers(list(words))

    def _trait(self, form: str) -> int:
        return (
            (_CAPITAL if form.lower() != form else 0)
            | (_CONNECTOR if form in self._connectors else 0)
            | (_ABBREVIATED if form.casefold() in self._abbreviations or (len(form) == 1 and form.isupper()) else 0)
        )

    def see(self, words: Words) -> Sight:
        """Where runs are in the words."""
        if self._count > MOST_KNOWN or len(self._traits) > 4 * MOST_KNOWN:
            self._forget()
        if len(self._gap_kinds) > MOST_KNOWN:
            self._gap_kinds.clear()
        traits = np.array(self._traits.numbers(words.forms), dtype=np.int8)
        gaps = np.array(self._gap_kinds.numbers(words.gaps[:-1]), dtype=np.intp)
        gaps[:1] = runs.END
        abbreviated = np.zeros(len(traits), dtype=np.bool_)
        abbreviated[1:] = (traits[:-1] & _ABBREVIATED) > 0
        starts = runs.sentence_starts(gaps, abbreviated)
        member, begins = runs.in_runs(gaps, (traits & _CAPITAL) > 0, (traits & _CONNECTOR) > 0, starts)
        return Sight(gaps, starts, member, begins)

    def label(self, words: Words, sight: Sight) -> list[Labelled]:
        """Names that are more than a guess, in order."""
        at = np.flatnonzero(sight.member)
        if not len(at):
            return []
        begins = runs.chunked(sight.begins[at])
        scores = self._window(words, sight, at) + self._weights.places(place_features(words, sight, at, begins))
        labels = _best_labels(scores, begins, self._weights.moves)
        names = _names(at, labels, begins, _certainty(scores, labels))
        return [name for name in names if name.certainty >= LEAST_CERTAINTY]

    def _window(self, words: Words, sight: Sight, at: npt.NDArray[np.intp]) -> Whole:
        """What the words around each place say of its label; nothing reaches over the end of a sentence."""
        rows = self._rows_around(words, at)
        ends = np.concatenate([sight.starts, [True, True]])  # whether a sentence starts there
        around = rows[at + _OFFSETS]
        before, behind = ends[at], ends[at + 1]
        around[0, before | ends[at - 1]] = _BOUND_ROW  # the first word starts a sentence: nothing is before it
        around[1, before] = _BOUND_ROW
        around[3, behind] = _BOUND_ROW
        around[4, behind | ends[at + 2]] = _BOUND_ROW
        summed: Whole = np.add.reduce(self._rows[around, _ORDER])
        return summed

    def _rows_around(self, words: Words, at: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
        """Rows of the words within reach of a run; the others are never asked for."""
        rows = np.full(len(words) + 2, _BOUND_ROW, dtype=np.intp)
        reach = np.zeros(len(words) + 4, dtype=np.bool_)
        for offset in OFFSETS:
            reach[at + offset + 2] = True
        near = np.flatnonzero(reach[2 : len(words) + 2])
        forms = words.forms
        rows[near] = self._known.numbers([forms[place] for place in near.tolist()])
        return rows


def _best_labels(scores: Whole, begins: npt.NDArray[np.bool_], moves: Whole) -> npt.NDArray[np.intp]:
    """Viterbi over all runs side by side. scores: (words, labels); moves: (label before, label)."""
    first, lengths = runs.firsts_and_lengths(begins)
    order = np.argsort(-lengths, kind="stable")  # the longer ones first: those that go on are a beginning
    first, lengths = first[order], lengths[order]
    reached = scores[first]
    back: list[npt.NDArray[np.intp]] = []
    final: list[npt.NDArray[np.intp]] = [reached.argmax(axis=1)]
    paths = [reached]
    for step in range(1, int(lengths[0])):
        going = np.count_nonzero(lengths > step)
        ways = paths[-1][:going, :, None] + moves
        back.append(ways.argmax(axis=1))
        paths.append(ways.max(axis=1) + scores[first[:going] + step])
        final.append(paths[-1].argmax(axis=1))
    labels = np.zeros(len(scores), dtype=np.intp)
    current = np.zeros(0, dtype=np.intp)
    for step in range(len(paths) - 1, -1, -1):
        here = final[step].copy()
        if len(current):  # runs that went on: where they came from
            here[: len(current)] = back[step][np.arange(len(current)), current]
        labels[first[: len(here)] + step] = here
        current = here
    return labels


def _certainty(scores: Whole, labels: npt.NDArray[np.intp]) -> npt.NDArray[np.float64]:
    """Of each word's kind by its own window: a softmax, B and I taken together."""
    shares = np.exp((scores - scores.max(axis=1, keepdims=True)) / SCALE)
    shares /= shares.sum(axis=1, keepdims=True)
    begun_or_inside = shares[:, 1::2] + shares[:, 2::2]
    of_kind = begun_or_inside[np.arange(len(labels)), (labels - 1) // 2]
    found: npt.NDArray[np.float64] = np.where(labels == 0, shares[:, 0], of_kind)
    return found


def _names(
    at: npt.NDArray[np.intp], labels: npt.NDArray[np.intp], begins: npt.NDArray[np.bool_],
    certainty: npt.NDArray[np.float64],
) -> list[Labelled]:
    found: list[Labelled] = []
    going = False
    for place, label, starts, sure in zip(
        at.tolist(), labels.tolist(), begins.tolist(), certainty.tolist(), strict=True
    ):
        kind = _KINDS[label]
        if not kind:
            going = False
        elif going and not starts and label % 2 == 0 and found[-1].kind == kind:
            last = found[-1]
            found[-1] = Labelled(last.first, place, kind, min(last.certainty, sure))
        else:
            found.append(Labelled(place, place, kind, sure))
            going = True
    return found
