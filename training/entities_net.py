"""Trains the network that tells English names, see workers/steps/tag/entities/net.py. Called by training.entities.

Strong dropout, of words above all, makes it lean on what words are like rather than on the words of the training.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import torch
from rich.progress import track
from torch import Tensor, nn
from torch.nn import functional

from training.named_texts import NamedText
from training.seen_texts import Reader, Seen
from training.shipped import WEIGHTS
from workers.steps.tag.entities.net import pack
from workers.steps.tag.entities.runs import firsts_and_lengths
from workers.steps.tag.entities.sight import PLACE_FEATURES
from workers.steps.tag.entities.vectors import SIZE, WordVectors
from workers.steps.tag.entities.word_features import LABELS, OFFSETS

CODE: Final = 96
HIDDEN: Final = 192
INNER: Final = 64
EPOCHS: Final = 16
BATCH: Final = 400             # words in runs
RATE: Final = 3e-3
DECAY: Final = 0.05
DROPPED: Final = 0.6           # of hidden values
DROPPED_CODE: Final = 0.3
DROPPED_FEATURES: Final = 0.25
DROPPED_VECTORS: Final = 0.05
LEAST_SEEN: Final = 8          # a feature in so many texts
VECTOR_SCALE: Final = 3 / 32    # of the shipped whole numbers: a word's vector counts as much as its features
LEFT_OUT: Final = ("w=", "rank=")  # what names a word: the network leans on what it is like
SEED: Final = 0

Moves = dict[tuple[str, str], float]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """What the network knows of each form: numbers of its features (forms, most), 0 for none; its vector."""

    names: list[str]  # of the features, from number 1 on
    features: Tensor
    vectors: Tensor

    @classmethod
    def of(cls, reader: Reader, texts: Sequence[Seen]) -> Lexicon:
        given = [[], *map(reader.model.features_of, reader.forms[1:])]
        seen: Counter[str] = Counter()
        for text in texts:
            for form in np.unique(text.around):
                seen.update(given[form])
        names = sorted(name for name, times in seen.items() if times >= LEAST_SEEN and not name.startswith(LEFT_OUT))
        numbers = {name: number for number, name in enumerate(names, 1)}
        features = torch.zeros(len(given), max(map(len, given)), dtype=torch.long)
        for row, of_form in enumerate(given):
            for column, name in enumerate(of_form):
                features[row, column] = numbers.get(name, 0)
        shipped = WordVectors((WEIGHTS / "vectors.en.bin").read_bytes())
        vectors = torch.tensor(shipped.of([form.casefold() for form in reader.forms]), dtype=torch.float32)
        vectors[:, :SIZE] *= VECTOR_SCALE
        return cls(names, features, vectors)


class Net(nn.Module):
    """Forward gives (words, labels) scores."""

    def __init__(self, lexicon: Lexicon) -> None:
        super().__init__()
        self._lexicon = lexicon
        self.features = nn.Embedding(len(lexicon.names) + 1, CODE, padding_idx=0)
        nn.init.normal_(self.features.weight, std=0.1)
        self.features.weight.data[0] = 0
        self.vectors = nn.Linear(SIZE + 1, CODE)
        self.bound = nn.Parameter(torch.zeros(CODE))
        self.offsets = nn.ModuleList(nn.Linear(CODE, HIDDEN, bias=False) for _ in OFFSETS)
        self.places = nn.ModuleList(nn.Embedding(values, HIDDEN) for values in PLACE_FEATURES.values())
        for table in self.places:
            nn.init.normal_(table.weight, std=0.1)
        self.inner = nn.Linear(2 * HIDDEN, INNER)
        self.labels = nn.Linear(INNER, len(LABELS))
        self.moves = nn.Parameter(torch.zeros(len(LABELS), len(LABELS)))

    def _code(self, forms: Tensor) -> Tensor:
        features = self._lexicon.features[forms]
        vectors = self._lexicon.vectors[forms, : SIZE + 1]
        if self.training:
            features = features.masked_fill(torch.rand(features.shape) < DROPPED_FEATURES, 0)
            vectors = vectors * (torch.rand(len(forms), 1) >= DROPPED_VECTORS)
        code = functional.hardtanh(self.features(features).sum(1) + self.vectors(vectors))
        code = torch.where((forms == 0)[:, None], functional.hardtanh(self.bound), code)
        return functional.dropout(code, DROPPED_CODE, self.training)

    def forward(self, around: Tensor, places: Tensor, same: Tensor) -> Tensor:
        """around: (offsets, n) forms; places: (kinds, n); same: (n,) groups of one form in one text, from 0 on."""
        forms, at = torch.unique(around, return_inverse=True)
        code = self._code(forms)
        hidden = sum(layer(code)[row] for layer, row in zip(self.offsets, at, strict=True))
        hidden = hidden + sum(table(values) for table, values in zip(self.places, places, strict=True))
        hidden = functional.dropout(torch.relu(hidden), DROPPED, self.training)
        groups = same[:, None].expand_as(hidden)
        largest = torch.zeros(int(same.max()) + 1, HIDDEN).scatter_reduce(0, groups, hidden, "amax")
        inner = torch.relu(self.inner(torch.cat([hidden, largest[same]], 1)))
        scores: Tensor = self.labels(functional.dropout(inner, DROPPED, self.training))
        return scores

    def loss(self, batch: Sequence[Seen]) -> Tensor:
        """Mean negative log likelihood of the labels of runs."""
        around = np.concatenate([text.around for text in batch], axis=1)
        text_of = np.repeat(np.arange(len(batch)), [len(text.labels) for text in batch])
        same = np.unique(text_of * len(self._lexicon.features) + around[len(OFFSETS) // 2], return_inverse=True)[1]
        places = np.concatenate([text.places for text in batch], axis=1)
        scores = self(torch.from_numpy(around), torch.from_numpy(places), torch.from_numpy(same))
        labels = torch.from_numpy(np.concatenate([text.labels for text in batch]))
        return self._of_runs(scores, labels, np.concatenate([text.begins for text in batch])) / len(labels)

    def _of_runs(self, scores: Tensor, labels: Tensor, begins: npt.NDArray[np.bool_]) -> Tensor:
        first, lengths = firsts_and_lengths(begins)
        steps = np.arange(lengths.max())
        at = torch.from_numpy(np.minimum(first[:, None] + steps, len(begins) - 1))
        inside = torch.from_numpy(steps < lengths[:, None])
        scores, labels = scores[at], labels[at]
        every = scores[:, 0]
        right = every.gather(1, labels[:, :1])[:, 0]
        for step in steps[1:]:
            going = torch.logsumexp(every[:, :, None] + self.moves, 1) + scores[:, step]
            every = torch.where(inside[:, step, None], going, every)
            moved = self.moves[labels[:, step - 1], labels[:, step]]
            right = right + inside[:, step] * (moved + scores[:, step].gather(1, labels[:, step, None])[:, 0])
        return (torch.logsumexp(every, 1) - right).sum()


def train_net(texts: Sequence[NamedText], share: float) -> tuple[bytes, Moves]:
    """The packed network, its scores times `share`; and its weights of moves from label to label."""
    torch.manual_seed(SEED)
    torch.use_deterministic_algorithms(True)
    reader = Reader()
    seen = [found for text in texts if (found := reader.seen(text)) is not None]
    net = Net(Lexicon.of(reader, seen))
    optimiser = torch.optim.AdamW(net.parameters(), lr=RATE, weight_decay=DECAY)
    generator = np.random.default_rng(SEED)
    for epoch in track(range(EPOCHS), "epochs of the network"):
        batches = list(_batches(seen, generator))
        for number, batch in enumerate(batches):
            for group in optimiser.param_groups:
                group["lr"] = RATE * max(0.02, 1 - (epoch + number / len(batches)) / EPOCHS)
            optimiser.zero_grad()
            net.loss(batch).backward()
            nn.utils.clip_grad_norm_(net.parameters(), 2.0)
            optimiser.step()
    return _packed(net, share)


def _batches(texts: Sequence[Seen], generator: np.random.Generator) -> Iterator[list[Seen]]:
    batch: list[Seen] = []
    for number in generator.permutation(len(texts)):
        batch.append(texts[number])
        if sum(len(text.labels) for text in batch) >= BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _packed(net: Net, share: float) -> tuple[bytes, Moves]:
    with torch.no_grad():
        vectors = torch.cat([net.vectors.weight.T, net.vectors.bias[None]])
        vectors[:SIZE] *= VECTOR_SCALE
        weights = {
            "features": net.features.weight[1:], "vectors": vectors, "bound": net.bound,
            "offsets": torch.stack([layer.weight.T for layer in net.offsets]),
            "places": torch.cat([table.weight for table in net.places]),
            "inner": net.inner.weight.T, "inner_bias": net.inner.bias,
            "labels": net.labels.weight.T * share, "labels_bias": net.labels.bias * share,
        }  # fmt: skip
        packed = pack(net._lexicon.names, {name: weight.numpy() for name, weight in weights.items()})
    moves = net.moves.tolist()
    return packed, {(one, two): moves[i][j] for i, one in enumerate(LABELS) for j, two in enumerate(LABELS)}
