"""Topics by a model that was trained on labels of one's own."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from workers.model import Span, Tag, TagKind
from workers.steps.tag.evidence import Read, places_of
from workers.steps.tag.table import BadTable
from workers.steps.tag.topics.svm import Floats, margins
from workers.steps.tag.topics.terms import Row, Term, row_of, terms_of
from workers.steps.tag.topics.vocabulary import Vocabulary

FORMAT: Final = 1
MOST_TOPICS: Final = 12
EVIDENT_TERMS: Final = 6
SURE: Final = 0.5  # the score at a label's threshold; below it the label is not given


@dataclass(frozen=True, slots=True)
class TopicModel:
    """labels and thresholds in the order of the weights' columns; slope: of the score over the margin."""

    labels: tuple[str, ...]
    thresholds: tuple[float, ...]
    slope: float
    exclusive: bool  # each training document had one label: then the best one is given, unless none is near
    terms: tuple[Term, ...]
    idf: Floats
    weights: Floats  # (terms + 1, labels)

    def packed(self) -> bytes:
        head = {
            "format": FORMAT, "labels": self.labels, "thresholds": self.thresholds, "slope": self.slope,
            "exclusive": self.exclusive, "terms": [" ".join(term) for term in self.terms],
        }
        numbers = self.idf.astype("<f4").tobytes() + self.weights.astype("<f2").tobytes()
        return gzip.compress(json.dumps(head, ensure_ascii=False).encode() + b"\n" + numbers, mtime=0)

    @classmethod
    def unpacked(cls, packed: bytes, where: str) -> TopicModel:
        """Raises BadTable when the bytes are no such model."""
        try:
            line, _, numbers = gzip.decompress(packed).partition(b"\n")
            head: dict[str, Any] = json.loads(line)
            if head["format"] != FORMAT:
                raise ValueError(f"format {head['format']}, not {FORMAT}: train it again")
            terms = tuple(tuple(term.split(" ")) for term in head["terms"])
            cut = 4 * len(terms)
            return cls(
                tuple(head["labels"]), tuple(head["thresholds"]), head["slope"], head["exclusive"], terms,
                np.frombuffer(numbers[:cut], dtype="<f4").astype(np.float32),
                np.frombuffer(numbers[cut:], dtype="<f2").astype(np.float32).reshape(len(terms) + 1, -1),
            )
        except (OSError, EOFError, ValueError, KeyError, TypeError) as error:
            raise BadTable([f"{where} is no topic model: {error}"]) from error


class LearntTopics:
    """In the place of Topics. Ids are the labels of the training; those that are IPTC codes get label and broader."""

    def __init__(self, model: TopicModel, vocabulary: Vocabulary) -> None:
        self._model = model
        self._vocabulary = vocabulary
        self._places = {term: place for place, term in enumerate(model.terms)}

    def __call__(self, read: Read, language: str, section: str | None, url: str | None) -> list[Tag]:
        row = row_of(terms_of(read), self._places, self._model.idf)
        if not len(row[0]):
            return []
        scores = score(margins(row, self._model.weights), self._model)
        best = sorted(range(len(scores)), key=lambda label: (-scores[label], self._model.labels[label]))
        kept = best[:1] if self._model.exclusive else [label for label in best[:MOST_TOPICS] if scores[label] >= SURE]
        return [self._tag(label, scores[label], row, read, language) for label in kept]

    def _tag(self, label: int, score: float, row: Row, read: Read, language: str) -> Tag:
        code = self._model.labels[label]
        return Tag(
            TagKind.TOPIC, code, self._vocabulary.label(code, language), max(0.001, round(score, 3)),
            self._spans(label, row, read), self._vocabulary.broader(code),
        )

    def _spans(self, label: int, row: Row, read: Read) -> tuple[Span, ...]:
        at, values = row
        spoken = values * self._model.weights[at, label]
        best = [place for place in np.argsort(-spoken, kind="stable")[:EVIDENT_TERMS].tolist() if spoken[place] > 0]
        return places_of({self._model.terms[int(at[place])] for place in best}, read)


def score(margin: Floats, model: TopicModel) -> list[float]:
    """0..1 by label; at its threshold a label has one half."""
    above = margin.astype(np.float64) - np.array(model.thresholds)
    found: list[float] = (1 / (1 + np.exp(-model.slope * above))).tolist()
    return found
