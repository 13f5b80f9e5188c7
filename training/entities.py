"""Makes entities.en.bin, net.en.bin and entities.bin in workers/steps/tag/weights: names in English, and elsewhere.

    pip install python-crfsuite torch && python -m training.entities DATA

DATA: a folder with the CC BY sets ner-wikigold, ner-gum (its CC BY rows), ner-btc and ner-wnut17, each a gzipped
file of JSON lines: tokens, tags (BIO2 of PER, ORG, LOC), and where known text, doc, licence. See docs/models.md.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import pycrfsuite

from training.entities_net import Moves, train_net
from training.named_texts import NamedText, named_texts
from training.seen_texts import Reader
from workers.steps.tag.entities.sight import PLACE_FEATURES
from workers.steps.tag.entities.weights import pack
from workers.steps.tag.entities.word_features import BOUND, LABELS, OFFSETS, is_used

FOLDER: Final = Path(__file__).parent.parent / "workers/steps/tag/weights"
# How often each text counts: news and interviews are what the model is for; tweets teach names.
TIMES: Final = {"ner-gum/dev": 2, "ner-wikigold/dev": 1, "ner-btc/train": 1, "ner-wnut17/train": 1}
REGULARISATION: Final = 5.0  # of the squared weights; from 2 to 4 unseen texts gain two points, beyond 8 they lose
ITERATIONS: Final = 120
LINEAR_SHARE: Final = 0.3    # of the scores of English names; the others are the network's. Both are a point or two
                             # less right alone: the one misses names, the other invents some
LEAST_WEIGHT: Final = 0.02   # smaller ones change no label and triple the file

Run = tuple[list[list[str]], list[str]]  # features of each word, its label


class Runs:
    """Texts as sequences of features, a run each."""

    def __init__(self, plain: bool) -> None:
        self._reader = Reader(plain=plain)
        self._known: dict[int, list[str]] = {0: [BOUND]}

    def of(self, named: NamedText) -> Iterator[Run]:
        seen = self._reader.seen(named)
        if seen is None:
            return
        items: list[list[str]] = []
        spots: list[str] = []
        words = zip(seen.around.T.tolist(), seen.places.T.tolist(), seen.begins, seen.labels, strict=True)
        for around, placed, is_first, label in words:
            if items and is_first:
                yield items, spots
                items, spots = [], []
            said = zip(PLACE_FEATURES, placed, strict=True)
            items.append([*self._window(around), *(f"@{kind}|{value}" for kind, value in said)])
            spots.append(LABELS[label])
        yield items, spots

    def _window(self, around: Sequence[int]) -> Iterator[str]:
        for offset, number in zip(OFFSETS, around, strict=True):
            names = self._of(number)
            yield from (f"{offset}|{name}" for name in names if name == BOUND or is_used(name, offset))

    def _of(self, number: int) -> list[str]:
        if number not in self._known:
            self._known[number] = self._reader.features.of(self._reader.forms[number])
        return self._known[number]


def train(texts: Sequence[tuple[NamedText, int]], *, plain: bool, moves: Moves | None = None) -> bytes:
    """plain: without the words themselves, for languages that there is no text to learn from; moves: of the network
    that the model is to be mixed with."""
    runs = Runs(plain)
    trainer = pycrfsuite.Trainer(verbose=False)
    trainer.set_params({
        "c1": 0.0, "c2": REGULARISATION, "max_iterations": ITERATIONS, "feature.possible_transitions": True,
    })
    for named, times in texts:
        for items, labels in runs.of(named):
            sequence = pycrfsuite.ItemSequence(items)
            for _ in range(times):
                trainer.append(sequence, labels)
    with tempfile.TemporaryDirectory() as folder:
        trainer.train(f"{folder}/model")
        tagger = pycrfsuite.Tagger()
        tagger.open(f"{folder}/model")
        return _packed(tagger.info(), moves)


def _packed(info: pycrfsuite._dumpparser.ParsedDump, moves: Moves | None) -> bytes:
    words: defaultdict[str, dict[tuple[int, str], float]] = defaultdict(dict)
    places: defaultdict[tuple[str, int], dict[str, float]] = defaultdict(dict)
    share = 1.0 if moves is None else LINEAR_SHARE
    for (attribute, label), weight in info.state_features.items():
        where, _, name = attribute.partition("|")
        if where.startswith("@"):
            places[where[1:], int(name)][label] = weight * share
        elif abs(weight) >= LEAST_WEIGHT:
            words[name][int(where), label] = weight * share
    others = moves or {}
    mixed = {
        move: weight * share + others.get(move, 0) * (1 - share) for move, weight in info.transitions.items()
    }
    return pack(words, places, mixed)


def train_english(texts: Sequence[tuple[NamedText, int]]) -> dict[str, bytes]:
    """The files of weights by name."""
    net, moves = train_net([text for text, _ in texts], 1 - LINEAR_SHARE)
    return {"net.en.bin": net, "entities.en.bin": train(texts, plain=False, moves=moves)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    arguments = parser.parse_args()
    texts = [
        (named, times)
        for name, times in TIMES.items()
        for named in named_texts(arguments.data / f"{name}.jsonl.gz")
    ]
    for name, weights in train_english(texts).items():
        (FOLDER / name).write_bytes(weights)
    (FOLDER / "entities.bin").write_bytes(train(texts, plain=True))


if __name__ == "__main__":
    main()
