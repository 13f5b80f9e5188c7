"""Linear support vector machines, one a label, all trained at once.

Dual coordinate descent with squared hinge loss, as LIBLINEAR does it; each document updates every label's machine.
Source: Hsieh et al. 2008, A dual coordinate descent method for large-scale linear SVM.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from workers.steps.tag.topics.terms import Row

COST: Final = 1.0
EPOCHS: Final = 12

Floats = npt.NDArray[np.float32]


def fit(rows: Sequence[Row], wanted: npt.NDArray[np.bool_], terms: int) -> Floats:
    """wanted: (documents, labels). Returns weights (terms + 1, labels); the last row is the bias.

    Documents come in a fixed order that is no pattern, so that the same data give the same machine.
    """
    labels = wanted.shape[1]
    signs = np.where(wanted, 1.0, -1.0).astype(np.float32)
    weights = np.zeros((terms + 1, labels), dtype=np.float32)
    alphas = np.zeros((len(rows), labels), dtype=np.float32)
    slack = np.float32(0.5 / COST)
    for epoch in range(EPOCHS):
        for document in np.random.default_rng(epoch).permutation(len(rows)):
            at, values = rows[document]
            sign, alpha = signs[document], alphas[document]
            margin = sign * (values @ weights[at] + weights[terms])
            gradient = margin - 1 + slack * alpha
            size = np.float32(2.0 if len(at) else 1.0) + slack  # rows are of length one, the bias adds one
            moved = np.maximum(alpha - gradient / size, 0)
            step = (moved - alpha) * sign
            alphas[document] = moved
            weights[at] += values[:, None] * step
            weights[terms] += step
    return weights


def margins(row: Row, weights: Floats) -> Floats:
    at, values = row
    found: Floats = values @ weights[at] + weights[-1]
    return found
