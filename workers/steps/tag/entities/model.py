"""A linear-chain model over runs of capitalised words, decoded for all runs of a text at once.

The linear part is trained by training/entities.py as a conditional random field; for English a network adds to it.
What a word says at each place of its window is summed once and kept, so that a text costs a few gathers and one
Viterbi over its runs: a tenth of what a call a run costs. Whole numbers throughout: the same labels on every machine.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from workers.steps.tag.entities import runs
from workers.steps.tag.entities.forms import Forms
from workers.steps.tag.entities.kept import Kept
from workers.steps.tag.entities.net import NameNet
from workers.steps.tag.entities.sight import NOWHERE, Sight, place_features, window
from workers.steps.tag.entities.summed import Floats
from workers.steps.tag.entities.weights import SCALE, EntityWeights
from workers.steps.tag.entities.word_features import BOUND, LABELS, OFFSETS, WordFeatures
from workers.steps.tag.words import Words

MOST_KNOWN: Final = 30_000  # words whose weights are kept: 60 MB with a network
KEPT: Final = 20_000        # of these, when they are too many: those that a text had last
MOST_NEW: Final = 25_000     # words of one text: more than are read of one
MOST_FORMS: Final = 160_000  # words of which the letters are known
BATCH: Final = 500          # words learnt at once
LEAST_CERTAINTY: Final = 0.1  # of a name; of those below nine in ten are wrong
_BOUND_ROW: Final = 0
_MOST_WEIGHT: Final = 6_000  # of a word at a place: five of them stay within 16 bits
_KINDS: Final = ("", "PER", "PER", "ORG", "ORG", "LOC", "LOC")  # of LABELS
_ORDER: Final = np.arange(len(OFFSETS))[:, None]
_CENTRE: Final = OFFSETS.index(0)
_CAPITAL, _CONNECTOR, _ABBREVIATED = 1, 2, 4

Whole = npt.NDArray[np.int32]
Small = npt.NDArray[np.int16]
Numbers = npt.NDArray[np.intp]


class Labelled(NamedTuple):
    """Words `first` to `last`, both in, are a name. kind: PER, ORG, LOC; certainty 0..1."""

    first: int
    last: int
    kind: str
    certainty: float


class EntityModel:
    """features: with the lists and clusters of the training; net: what it adds to the linear weights."""

    def __init__(self, weights: EntityWeights, features: WordFeatures, net: NameNet | None = None) -> None:
        self._weights = weights
        self._features = features
        self._net = net
        self._connectors = features.words_of("connectors")
        self._abbreviations = features.words_of("abbreviations")
        self._gap_kinds = Kept(runs.gap_kind)
        self._forget()

    def _forget(self) -> None:
        self._forms = Forms(self._trait)
        self._count = 1  # of rows that are used
        self._turn = 0   # of texts
        self._last_turn = np.zeros(MOST_KNOWN + MOST_NEW, dtype=np.int64)  # when a row was asked for
        columns = len(LABELS) + (self._net.size if self._net else 0)
        # All at once: rows that are not used yet take no memory.
        self._rows: Small = np.zeros((MOST_KNOWN + MOST_NEW, len(OFFSETS), columns), dtype=np.int16)
        self._rows[_BOUND_ROW, :, : len(LABELS)] = self._linear([[BOUND]])[0]
        if self._net:
            self._rows[_BOUND_ROW, :, len(LABELS) :] = self._net.bound()

    def _linear(self, features: Sequence[Sequence[str]]) -> Floats:
        """(words, offsets, labels)"""
        sums = np.clip(self._weights.words(features), -_MOST_WEIGHT, _MOST_WEIGHT)
        return sums.reshape(len(features), len(OFFSETS), len(LABELS))

    def _forget_oldest(self) -> None:
        """All but the KEPT rows that were asked for last. A text's new words are few, those of a feed have no end."""
        rows = np.arange(1, self._count)
        kept = np.sort(rows[np.argsort(-self._last_turn[rows], kind="stable")[:KEPT]])
        moved = np.zeros(len(self._rows), dtype=np.intp)
        moved[kept] = np.arange(1, len(kept) + 1)
        for first in range(0, len(kept), BATCH):  # never to a later place: nothing is overwritten unread
            part = kept[first : first + BATCH]
            self._rows[moved[part]] = self._rows[part]
        self._last_turn[1 : len(kept) + 1] = self._last_turn[kept]
        self._forms.rows = moved[self._forms.rows]
        self._count = len(kept) + 1

    def learn(self, words: Sequence[str]) -> None:
        """Words not met before: frequent ones, before the first text, so that it costs what later ones do."""
        self._learn(self._forms.numbers(list(words)))

    def _learn(self, numbers: Numbers) -> None:
        for first in range(0, len(numbers), BATCH):
            self._learn_batch(numbers[first : first + BATCH])

    def _learn_batch(self, numbers: Numbers) -> None:
        forms = [self._forms.forms[number] for number in numbers.tolist()]
        first, past = self._count, self._count + len(forms)
        if past > len(self._rows):  # a text with a title as long as texts are
            self._rows = np.concatenate([self._rows, np.zeros_like(self._rows)])
            self._last_turn = np.concatenate([self._last_turn, np.zeros_like(self._last_turn)])
        features = [self.features_of(form) for form in forms]
        self._rows[first:past, :, : len(LABELS)] = self._linear(features)
        if self._net:
            self._rows[first:past, :, len(LABELS) :] = self._net.of(list(map(str.casefold, forms)), features)
        self._forms.rows[numbers] = range(first, past)
        self._count = past

    def features_of(self, form: str) -> list[str]:
        is_beside = form.islower() and form not in self._connectors  # never in a run itself
        return self._features.of(form, beside=is_beside)

    def _trait(self, form: str) -> int:
        return (
            (_CAPITAL if form.lower() != form else 0)
            | (_CONNECTOR if form in self._connectors else 0)
            | (_ABBREVIATED if form.casefold() in self._abbreviations or (len(form) == 1 and form.isupper()) else 0)
        )

    def see(self, words: Words) -> Sight:
        """Where runs are in the words."""
        if len(self._forms) > MOST_FORMS:
            self._forget()
        elif self._count > MOST_KNOWN:
            self._forget_oldest()
        self._turn += 1
        if len(self._gap_kinds) > MOST_KNOWN:
            self._gap_kinds.clear()
        numbers = self._forms.numbers(words.forms)
        traits = self._forms.traits[numbers]
        is_there = np.zeros(len(self._forms), dtype=np.bool_)
        is_there[numbers] = True
        gaps = np.array(self._gap_kinds.numbers(words.gaps[:-1]), dtype=np.intp)
        gaps[:1] = runs.END
        abbreviated = np.zeros(len(traits), dtype=np.bool_)
        abbreviated[1:] = (traits[:-1] & _ABBREVIATED) > 0
        starts = runs.sentence_starts(gaps, abbreviated)
        member, begins = runs.in_runs(gaps, (traits & _CAPITAL) > 0, (traits & _CONNECTOR) > 0, starts)
        return Sight(numbers, is_there[self._forms.folded[numbers]], gaps, starts, member, begins)

    def label(self, sight: Sight) -> list[Labelled]:
        """Names that are more than a guess, in order."""
        at = np.flatnonzero(sight.member)
        if not len(at):
            return []
        begins = runs.chunked(sight.begins[at])
        rows = self._rows_of(sight, window(sight, at))
        summed: Small = np.add.reduce(self._rows[rows, _ORDER], dtype=np.int16)
        places = place_features(sight, at, begins)
        scores = summed[:, : len(LABELS)] + self._weights.places(places)
        if self._net:
            scores += self._net(summed[:, len(LABELS) :], places, rows[_CENTRE])
        labels = _best_labels(scores, begins, self._weights.moves)
        names = _names(at, labels, begins, _certainty(scores, labels))
        return [name for name in names if name.certainty >= LEAST_CERTAINTY]

    def _rows_of(self, sight: Sight, around: Numbers) -> Numbers:
        """Rows of the words at these places; only words that a run has beside it are ever learnt."""
        is_word = around != NOWHERE
        numbers = sight.numbers[around]
        new = numbers[is_word & (self._forms.rows[numbers] == 0)]
        if len(new):
            self._learn(np.unique(new))
        rows = np.where(is_word, self._forms.rows[numbers], _BOUND_ROW)
        self._last_turn[rows] = self._turn
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
