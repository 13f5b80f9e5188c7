"""Trains a topic model on documents with labels, and says how good it is on documents it did not see."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from workers.model import Article
from workers.steps.tag.evidence import Read
from workers.steps.tag.table import BadTable
from workers.steps.tag.topics.learnt import TopicModel
from workers.steps.tag.topics.svm import Floats, fit, margins
from workers.steps.tag.topics.terms import Row, Term, row_of, terms_of

PARTS: Final = 3               # each document is judged once by a model of the other two thirds
LEAST_DOCUMENTS: Final = 2     # that hold a term
MOST_TERMS: Final = 60_000     # the most frequent ones
LEAST_EXAMPLES: Final = 3      # of a label; one with fewer cannot be judged
DOUBTED_EXAMPLES: Final = 3    # so many examples move a threshold half of the way
SLOPES: Final = (1.0, 2.0, 3.0, 4.0, 6.0, 8.0)

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Example:
    article: Article  # title and text are read
    topics: frozenset[str]


@dataclass(frozen=True, slots=True)
class Quality:
    """Of one label, or of all together (label ""): over documents the model had not seen."""

    label: str
    documents: int
    precision: float
    recall: float

    @property
    def f1(self) -> float:
        return 2 * self.precision * self.recall / ((self.precision + self.recall) or 1.0)


@dataclass(frozen=True, slots=True)
class Report:
    documents: int
    terms: int
    labels: tuple[Quality, ...]
    all: Quality          # micro average
    macro_f1: float
    accuracy: float | None  # of the best label, where each document has one
    left_out: tuple[str, ...]  # labels with too few documents


def train_topics(examples: Sequence[Example]) -> tuple[TopicModel, Report]:
    """Raises BadTable when there is nothing to learn from: fewer than two labels of enough documents."""
    counts = Counter(topic for example in examples for topic in example.topics)
    labels = tuple(sorted(topic for topic, count in counts.items() if count >= LEAST_EXAMPLES))
    if len(labels) < 2:
        raise BadTable([
            f"{len(examples)} documents with {len(counts)} topics: at least two topics need {LEAST_EXAMPLES} documents"
        ])
    bags = [terms_of(Read.of(example.article)) for example in examples]
    wanted = np.array([[label in example.topics for label in labels] for example in examples], dtype=np.bool_)
    exclusive = all(len(example.topics) == 1 for example in examples)
    unseen = _unseen_margins(bags, wanted)
    thresholds = np.zeros(len(labels)) if exclusive else _thresholds(unseen, wanted)
    terms, idf, weights = _fitted(bags, wanted)
    model = TopicModel(
        labels, tuple(round(float(value), 4) for value in thresholds), _slope(unseen - thresholds, wanted), exclusive,
        terms, idf, weights,
    )
    left_out = tuple(sorted(set(counts) - set(labels)))
    return model, _report(model, unseen, wanted, len(examples), left_out)


def _fitted(bags: Sequence[Counter[Term]], wanted: Flags) -> tuple[tuple[Term, ...], Floats, Floats]:
    held = Counter(term for bag in bags for term in bag)
    often = sorted(held, key=lambda term: (-held[term], term))[:MOST_TERMS]
    terms = tuple(sorted(term for term in often if held[term] >= LEAST_DOCUMENTS))
    idf = np.array([1 + np.log(len(bags) / held[term]) for term in terms], dtype=np.float32)
    return terms, idf, fit(_rows(bags, terms, idf), wanted, len(terms))


def _rows(bags: Sequence[Counter[Term]], terms: Sequence[Term], idf: Floats) -> list[Row]:
    places = {term: place for place, term in enumerate(terms)}
    return [row_of(bag, places, idf) for bag in bags]


def _unseen_margins(bags: Sequence[Counter[Term]], wanted: Flags) -> npt.NDArray[np.float64]:
    """(documents, labels): each by a model that was trained without it."""
    part = np.random.default_rng(0).permutation(len(bags)) % PARTS
    found = np.zeros(wanted.shape)
    for number in range(PARTS):
        seen = np.flatnonzero(part != number)
        terms, idf, weights = _fitted([bags[place] for place in seen.tolist()], wanted[seen])
        others = np.flatnonzero(part == number).tolist()
        for place, row in zip(others, _rows([bags[place] for place in others], terms, idf), strict=True):
            found[place] = margins(row, weights)
    return found


def _thresholds(unseen: npt.NDArray[np.float64], wanted: Flags) -> npt.NDArray[np.float64]:
    """For each label the one with the best F1, drawn towards the machine's own, 0, where examples are few."""
    found = np.zeros(wanted.shape[1])
    for label in range(wanted.shape[1]):
        order = np.argsort(-unseen[:, label], kind="stable")
        right = np.cumsum(wanted[order, label])
        given = np.arange(1, len(order) + 1)
        f1 = 2 * right / (given + wanted[:, label].sum())
        best = int(f1.argmax())
        after = min(best + 1, len(order) - 1)
        tuned = (unseen[order[best], label] + unseen[order[after], label]) / 2
        examples = int(wanted[:, label].sum())
        found[label] = tuned * examples / (examples + DOUBTED_EXAMPLES)
    return found


def _slope(above: npt.NDArray[np.float64], wanted: Flags) -> float:
    """Of the scores that are the truest, by logarithmic loss."""
    signed = np.where(wanted, above, -above)
    return min(SLOPES, key=lambda slope: float(np.logaddexp(0, -slope * signed).mean()))


def _report(
    model: TopicModel, unseen: npt.NDArray[np.float64], wanted: Flags, documents: int, left_out: tuple[str, ...]
) -> Report:
    best = np.zeros_like(wanted)
    best[np.arange(documents), unseen.argmax(axis=1)] = True
    given = best if model.exclusive else unseen >= np.array(model.thresholds)
    labels = tuple(
        _quality(label, given[:, place], wanted[:, place]) for place, label in enumerate(model.labels)
    )
    return Report(
        documents, len(model.terms), labels, _quality("", given.ravel(), wanted.ravel()),
        sum(quality.f1 for quality in labels) / len(labels),
        float((best & wanted).any(axis=1).mean()) if model.exclusive else None, left_out,
    )


def _quality(label: str, given: Flags, wanted: Flags) -> Quality:
    right = int((given & wanted).sum())
    return Quality(
        label, int(wanted.sum()), right / (int(given.sum()) or 1), right / (int(wanted.sum()) or 1)
    )
