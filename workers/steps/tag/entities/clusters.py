"""Clusters of words that stand in like places; for the entity model."""

from __future__ import annotations

Clusters = dict[str, tuple[str, str, str, int]]  # word -> its clusters of 64, 512 and 1500; log2 of its rank



def read_clusters(text: str) -> Clusters:
    """text: word and three numbers a line, tabs between, the most frequent word first."""
    found: Clusters = {}
    for rank, line in enumerate(text.splitlines(), 1):
        word, coarse, middle, fine = line.split("\t")
        found[word] = (coarse, middle, fine, rank.bit_length())
    return found
