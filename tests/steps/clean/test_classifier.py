from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest

from tests.steps.clean.pages import tables
from workers.steps.clean.classifier import BlockClassifier
from workers.steps.clean.features import NAMES


def test_weights_for_other_columns_are_refused() -> None:
    with pytest.raises(ValueError, match="other features"):
        BlockClassifier(tables()["blocks"] | {"features": ["length"]})


def descend(trees: dict[str, Any], root: int, row: list[float]) -> float:
    node = root
    while trees["threshold"][node] is not None:
        node = trees["left"][node] + (row[trees["feature"][node]] > trees["threshold"][node])
    return float(trees["value"][node])


def test_log_odds_are_the_sum_of_what_each_tree_says() -> None:
    weights = tables()["blocks"]
    chance = random.Random(7)
    rows = [[chance.choice((-1, 0, 0.5, 1, 3, 40)) for _ in NAMES] for _ in range(20)]
    slowly = [sum(descend(weights["trees"], root, row) for root in weights["trees"]["roots"]) for row in rows]
    odds = BlockClassifier(weights).log_odds(np.array(rows, dtype=np.float32))
    assert odds == pytest.approx(slowly, abs=1e-4)


def test_every_node_lies_within_the_depth_that_the_weights_state() -> None:
    trees = tables()["blocks"]["trees"]
    level = set(trees["roots"])
    for _ in range(trees["depth"]):
        level = {trees["left"][n] + side for n in level for side in (0, 1) if trees["threshold"][n] is not None}
    assert level == set() or all(trees["threshold"][node] is None for node in level)
