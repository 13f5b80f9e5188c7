"""Persons by what stands before their names, for languages with case that the model knows by lists alone.

Who speaks ("sagte Merkel", "dijo Sánchez") or bears a title ("Kaiser Meiji", "Frau Hopley") is a person.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from typing import Final

from workers.steps.tag.entities.mentions import PERSON, places_of
from workers.steps.tag.entities.model import Labelled
from workers.steps.tag.words import Words

CERTAINTY: Final = 0.55
LONGEST: Final = 3  # words of a name


@dataclass(frozen=True, slots=True)
class Cues:
    """Case-folded words. others: that are capitalised and begin no person's name."""

    speech: Set[str]
    titles: Set[str]
    others: Set[str]

    def persons(self, words: Words, labelled: Sequence[Labelled]) -> Iterator[Labelled]:
        """Those that the model did not see."""
        taken = places_of(labelled)
        small = frozenset(words.forms)
        for at, word in enumerate(words.folded[:-1]):
            if at not in taken and (word in self.titles or word in self.speech) and words.gaps[at + 1] == " ":
                last = self._last(words, at, small)
                if last > at and taken.isdisjoint(range(at + 1, last + 1)):
                    yield Labelled(at + 1, last, PERSON, CERTAINTY)

    def _last(self, words: Words, cue: int, small: Set[str]) -> int:
        """Of the capitalised words behind the cue; the cue itself when there are none."""
        last = cue
        while last + 1 < len(words) and last - cue < LONGEST and words.gaps[last + 1] == " ":
            form, folded = words.forms[last + 1], words.folded[last + 1]
            if not _is_name(form) or folded in self.others or folded in self.titles or folded in small:
                break
            last += 1
        return last


def _is_name(form: str) -> bool:
    return len(form) > 2 and form[0].isupper() and form[1:].islower()
