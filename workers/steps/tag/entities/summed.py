"""What the features of a word say together."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]


class Summed:
    """Sums of the rows that names stand for; a name without a row adds nothing.

    table: (names, columns), whole numbers; as floats, exact as long as a sum is below 2**24.
    """

    def __init__(self, names: Sequence[str], table: npt.NDArray[np.number]) -> None:
        self._numbers = {name: row for row, name in enumerate(names, 1)}
        self._table: Floats = np.zeros((len(names) + 1, table.shape[1]), dtype=np.float32)
        self._table[1:] = table

    def __call__(self, names_of_each: Sequence[Sequence[str]]) -> Floats:
        """(words, columns)"""
        row_of = self._numbers.get
        rows: list[int] = []
        first: list[int] = []
        for names in names_of_each:
            first.append(len(rows))
            rows.append(0)  # reduceat knows no empty sum
            rows += filter(None, map(row_of, names))
        found: Floats = np.add.reduceat(self._table[rows], first)
        return found
