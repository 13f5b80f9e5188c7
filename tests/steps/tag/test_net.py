from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from tests.steps.tag.tables import shipped_tables, shipped_weights, tag
from workers.model import Article
from workers.steps.tag import Tag, trained
from workers.steps.tag.entities import model, vectors
from workers.steps.tag.entities import net as network
from workers.steps.tag.entities.net import NameNet
from workers.steps.tag.entities.sight import PLACE_FEATURES
from workers.steps.tag.entities.vectors import SIZE, WordVectors
from workers.steps.tag.entities.weights import SCALE
from workers.steps.tag.entities.word_features import LABELS, OFFSETS
from workers.steps.tag.table import BadTable

CODE, HIDDEN, INNER = 8, 12, 6
FEATURES = ["shape=Xx", "in=given", "end=n"]
WORDS = ["anna", "berlin"]

Floats = npt.NDArray[np.float64]


def weights() -> dict[str, Floats]:
    generator = np.random.default_rng(1)
    shapes = {
        "features": (len(FEATURES), CODE), "vectors": (SIZE + 2, CODE), "bound": (CODE,),
        "offsets": (len(OFFSETS), CODE, HIDDEN), "places": (sum(PLACE_FEATURES.values()), HIDDEN),
        "inner": (2 * HIDDEN, INNER), "inner_bias": (INNER,), "labels": (INNER, len(LABELS)),
        "labels_bias": (len(LABELS),),
    }  # fmt: skip
    found = {name: generator.normal(0, 0.3, shape) for name, shape in shapes.items()}
    found["vectors"] /= vectors.SCALE
    return found


def word_vectors() -> WordVectors:
    given = np.random.default_rng(2).normal(size=(len(WORDS), SIZE))
    return WordVectors(vectors.pack(WORDS, given / np.linalg.norm(given, axis=1, keepdims=True)))


def float_scores(given: dict[str, Floats], codes: Floats, places: Floats, same: list[int]) -> Floats:
    """Every word of the window is the word itself. codes: (words, code)."""
    ends = np.cumsum([0, *PLACE_FEATURES.values()])[:-1]
    of_places = sum(given["places"][start + values] for start, values in zip(ends, places, strict=True))
    hidden = np.maximum(codes @ given["offsets"].sum(axis=0) + of_places, 0)
    largest = np.array([hidden[[other == each for other in same]].max(axis=0) for each in same])
    inner = np.maximum(np.concatenate([hidden, largest], axis=1) @ given["inner"] + given["inner_bias"], 0)
    return inner @ given["labels"] + given["labels_bias"]


def test_whole_numbers_give_the_scores_that_the_trained_weights_give() -> None:
    given, known = weights(), word_vectors()
    net = NameNet(network.pack(FEATURES, given), known)
    words, features = ["anna", "berlin", "xyz"], [["shape=Xx", "in=given"], ["end=n"], ["unheard of"]]
    codes = known.of(words) @ given["vectors"]
    codes += [given["features"][[FEATURES.index(name) for name in names if name in FEATURES]].sum(axis=0)
              for names in features]
    codes = np.clip(codes, -1, 1)
    order = [0, 1, 2, 0]
    places = np.array([[0, 3, 8, 1], [2, 2, 7, 0], [0, 1, 2, 3], [4, 9, 14, 0]])
    said = net.of(words, features).sum(axis=1).astype(np.int16)[order]
    scores = net(said, places, np.array(order)) / SCALE
    assert np.abs(scores - float_scores(given, codes[order], places, order)).max() < 0.1
    assert np.ptp(scores, axis=0).max() > 0.5  # the words differ


def test_a_word_that_no_vector_is_known_of_is_told_from_one_of_zeros() -> None:
    known, unknown = word_vectors().of(["berlin", "qwrtz"])
    assert known[:SIZE].any()
    assert list(known[SIZE:]) == [1, 1]
    assert list(unknown) == [0] * (SIZE + 1) + [1]


def test_weights_whose_sums_might_not_be_exact_are_refused() -> None:
    large = weights() | {"inner": np.full((2 * HIDDEN, INNER), 100.0)}
    with pytest.raises(ValueError, match="sums of inner reach 78336000"):
        network.pack(FEATURES, large)


@pytest.mark.parametrize("packed", [b"", b"no gzip", network.pack(FEATURES, weights())[:-40]])
def test_bytes_that_are_no_network_are_told(packed: bytes) -> None:
    with pytest.raises(BadTable, match="network of the entity model"):
        NameNet(packed, word_vectors())


def test_bytes_that_are_no_vectors_are_told() -> None:
    with pytest.raises(BadTable, match="vectors of words"):
        WordVectors(b"nothing")


def test_words_that_were_forgotten_are_learnt_again_to_the_same_names(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [f"Anna Keller of Bank {number} met Peter Marsh in Leeds, said Reuters." for number in range(8)]
    texts += [f"The {word} Group of {word}shire sued Maria {word}son on Monday." for word in ("Ash", "Elm", "Oak")]
    wanted = [tag(Article("a-0", "a", text=text, language="en")).tags for text in texts]
    monkeypatch.setattr(model, "MOST_KNOWN", 30)
    monkeypatch.setattr(model, "KEPT", 10)
    monkeypatch.setattr(trained, "LEARNT_WORDS", 0)
    step = Tag(shipped_tables(), shipped_weights())
    assert [tag(Article("a-0", "a", text=text, language="en"), step).tags for text in texts * 2] == wanted * 2
