"""A text as words with their places, cut once for all taggers."""

from __future__ import annotations

import re
from collections.abc import Set
from dataclasses import dataclass, field
from itertools import accumulate, chain
from typing import Final

# Scripts written without spaces: each character is a word by itself.
_UNSPACED: Final = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff"
)
# Marks and signs inside words, which re does not count as \w.
MARKS: Final = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670"
    "\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u0900-\u0963\u0966-\u0dff\u200c\u200d"
)
_LETTER: Final = f"[^\\W_{_UNSPACED}]"
# Splitting at the captured words puts gaps at even places, words at odd ones. Linear: what can
# follow is told by the next character alone.
_WORD: Final = re.compile(f"({_LETTER}+(?:[{MARKS}]+{_LETTER}*)*|[{_UNSPACED}])")
_ASCII_WORD: Final = re.compile("([0-9A-Za-z]+)")  # twice as fast
_PLAIN_WORD: Final = re.compile(r"([^\W_]+)")
_NOT_PLAIN: Final = re.compile("[\u0300-\u1fff\u200c\u200d\u3000-\U0010ffff]")  # where marks and unspaced scripts are
_UNSPACED_WORD: Final = re.compile(f"[{_UNSPACED}]")

# What may stand between two words of one phrase.
_JOINTS: Final = frozenset(
    ["", " ", "\n", "\r\n", "  ", "\u00a0", "\u202f", " \n", "-", "\u2010", "\u2011", "–", "'", "’", ".", "/", "&",
     " & "]
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Words:
    """Word i is forms[i], at starts[i] in the text; folded[i] is what it is compared by.
    """

    forms: list[str]
    folded: list[str]
    starts: list[int]
    gaps: list[str]  # gaps[i] stands before word i; one more at the end
    _places: dict[str, list[int]] = field(default_factory=dict, init=False, compare=False, repr=False)

    @classmethod
    def of(cls, text: str) -> Words:
        parts = _word_of(text).split(text)
        forms = parts[1::2]
        starts = list(accumulate(map(len, parts)))[0:-1:2]
        return cls(forms, list(map(str.casefold, forms)), starts, parts[0::2])

    def __len__(self) -> int:
        return len(self.forms)

    def head(self, count: int) -> Words:
        """The first so many."""
        return Words(self.forms[:count], self.folded[:count], self.starts[:count], self.gaps[: count + 1])

    def followed_by(self, other: Words) -> Words:
        """Both in a row, a line break between; places in texts are those of each."""
        return Words(
            self.forms + other.forms, self.folded + other.folded, self.starts + other.starts,
            [*self.gaps[:-1], "\n", *other.gaps[1:]],
        )

    @property
    def places(self) -> dict[str, list[int]]:
        """Where each case-folded word stands; made once, since a dozen taggers ask."""
        places = self._places
        if not places:
            for at, word in enumerate(self.folded):
                if word in places:
                    places[word].append(at)
                else:
                    places[word] = [at]
        return places

    def is_written(self, form: str) -> bool:
        """Whether a word stands in this very form."""
        return any(self.forms[at] == form for at in self.places.get(form.casefold(), ()))

    def places_of(self, wanted: Set[str]) -> list[int]:
        """Where words of a set of case-folded ones stand, in order."""
        places = self.places
        return sorted(chain.from_iterable(map(places.__getitem__, places.keys() & wanted)))

    def is_joined(self, at: int) -> bool:
        """Whether word `at` can go on a phrase that the word before it is in."""
        return self.gaps[at] in _JOINTS

    def end(self, at: int) -> int:
        return self.starts[at] + len(self.forms[at])

    def span(self, first: int, last: int) -> tuple[int, int]:
        """Of the words from `first` to `last`, both in."""
        return self.starts[first], self.starts[last] + len(self.forms[last])


def _word_of(text: str) -> re.Pattern[str]:
    """The quickest that cuts the text as _WORD does."""
    if text.isascii():
        return _ASCII_WORD
    return _WORD if _NOT_PLAIN.search(text) else _PLAIN_WORD


def is_unspaced(word: str) -> bool:
    return len(word) == 1 and word >= "\u0e00" and _UNSPACED_WORD.match(word) is not None
