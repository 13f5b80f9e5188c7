"""Which blocks of a page are its story: gradient-boosted trees, evaluated with arrays.

The weights come from training/blocks.py and belong to the columns of features.NAMES.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from workers.steps.clean.blocks import Blocks
from workers.steps.clean.features import NAMES, Rows, Told, features, scores_of

_LIKELY: Final = 0.0            # log odds: as likely as not
_SCANT_CHARACTERS: Final = 200  # a page that seems to hold less is asked again
_SCANT: Final = -1.1            # log odds of a quarter


class BlockClassifier:
    """weights: features (the names of its columns), names and words (token -> log odds), trees.

    trees: roots (a node a tree) and, a value a node, feature, threshold, left, value. The right child
    follows the left one; a leaf is its own left child, and its threshold is null.
    Raises ValueError when the weights were trained on other columns.
    """

    def __init__(self, weights: Mapping[str, Any]) -> None:
        if tuple(weights["features"]) != NAMES:
            raise ValueError("the weights of the block classifier belong to other features: train them again")
        self._scores = scores_of(weights["names"], weights["words"])
        trees = weights["trees"]
        self._roots = np.array(trees["roots"], dtype=np.intp)
        self._feature = np.array(trees["feature"], dtype=np.intp)
        thresholds = [np.inf if threshold is None else threshold for threshold in trees["threshold"]]
        self._threshold = np.array(thresholds, dtype=np.float32)
        self._left = np.array(trees["left"], dtype=np.intp)
        self._value = np.array(trees["value"], dtype=np.float32)
        self._depth: int = trees["depth"]

    def story(self, blocks: Blocks, told: Told) -> list[bool]:
        """For each block whether it is of the story."""
        if not blocks.text:
            return []
        odds = self.log_odds(features(blocks, self._scores, told))
        kept = odds > _LIKELY
        if sum(len(text) for text, keep in zip(blocks.text, kept, strict=True) if keep) < _SCANT_CHARACTERS:
            kept = odds > _SCANT
        answer: list[bool] = kept.tolist()
        return answer

    def log_odds(self, rows: Rows) -> Rows:
        """One value a row."""
        values = np.ascontiguousarray(rows).ravel()
        offset = np.arange(len(rows), dtype=np.intp)[:, None] * rows.shape[1]
        node = np.repeat(self._roots[None, :], len(rows), axis=0)
        for _ in range(self._depth):
            at = values.take(offset + self._feature.take(node))
            node = self._left.take(node) + (at > self._threshold.take(node))
        odds: Rows = self._value.take(node).sum(axis=1)
        return odds
