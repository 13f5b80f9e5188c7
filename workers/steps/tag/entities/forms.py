"""Words by number, with what is known of each: the words of a text are looked up once, the rest are gathers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
import numpy.typing as npt

from workers.steps.tag.entities.kept import Kept

FIRST_ROOM: Final = 4096

Numbers = npt.NDArray[np.intp]


class Forms:
    """trait: what the letters of a word say, as a small number.

    By number of a word: traits; folded, the number of the case-folded word; rows, what the user puts there, 0 at first.
    """

    def __init__(self, trait: Callable[[str], int]) -> None:
        self._trait = trait
        self._numbers = Kept(self._add)
        self.forms: list[str] = []
        self.traits = np.zeros(FIRST_ROOM, dtype=np.int8)
        self.folded: Numbers = np.zeros(FIRST_ROOM, dtype=np.intp)
        self.rows: Numbers = np.zeros(FIRST_ROOM, dtype=np.intp)

    def __len__(self) -> int:
        return len(self.forms)

    def numbers(self, forms: list[str]) -> Numbers:
        return np.array(self._numbers.numbers(forms), dtype=np.intp)

    def _add(self, form: str) -> int:
        number = len(self.forms)
        self.forms.append(form)
        if number == len(self.traits):
            self.traits = np.concatenate([self.traits, np.zeros_like(self.traits)])
            self.folded = np.concatenate([self.folded, np.zeros_like(self.folded)])
            self.rows = np.concatenate([self.rows, np.zeros_like(self.rows)])
        self.traits[number] = self._trait(form)
        folded = form.casefold()
        self.folded[number] = number if folded == form else self._numbers[folded]
        return number
