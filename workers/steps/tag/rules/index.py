"""Many phrases sought in one pass over the words of an article, by an Aho-Corasick automaton.

The automaton runs over the words joined by one space, and a phrase is given to it with a space on both
sides: so a match begins and ends with words, whatever stands between them in the text. An index of our
own by dictionaries was measured beside it: 20 microseconds an article faster below 1,000 rules, half as
fast at 10,000 (tests/benchmarks/tag_rules.py has what is left of the comparison).
"""

from __future__ import annotations

from bisect import bisect_left
from itertools import accumulate
from typing import Final

from ahocorasick_rs import AhoCorasick

from workers.steps.tag.rules.expression import Interval
from workers.steps.tag.words import Words

Phrase = tuple[str, ...]  # folded words
LEAST_PREFIX: Final = 3   # letters before a *
MOST_PLACES: Final = 1000 # of one phrase in one field; `near` looks at no more


class PhraseIndex:
    """Phrases have numbers. `build` once after the last `number`."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[Phrase, bool], int] = {}
        self._words: list[int] = []  # of each phrase, how many
        self._automaton: AhoCorasick | None = None

    def __len__(self) -> int:
        return len(self._numbers)

    def number(self, phrase: Phrase, *, prefix: bool = False) -> int:
        """prefix: the last word need only begin so."""
        return self._numbers.setdefault((phrase, prefix), len(self._numbers))

    def build(self) -> None:
        patterns = [f" {' '.join(phrase)}{'' if prefix else ' '}" for phrase, prefix in self._numbers]
        self._words = [len(phrase) for phrase, _ in self._numbers]
        self._automaton = AhoCorasick(patterns) if patterns else None

    def find(self, words: Words) -> dict[int, list[Interval]]:
        """number -> where it stands, in order."""
        hits: dict[int, list[Interval]] = {}
        if self._automaton is None:
            return hits
        found = self._automaton.find_matches_as_indexes(f" {' '.join(words.folded)} ", overlapping=True)
        if not found:
            return hits
        starts = list(accumulate(map(len, words.folded), lambda at, letters: at + letters + 1, initial=0))
        for number, start, _ in found:
            first = bisect_left(starts, start)
            last = first + self._words[number] - 1
            if first == last or all(map(words.is_joined, range(first + 1, last + 1))):
                places = hits.setdefault(number, [])
                if len(places) < MOST_PLACES:
                    places.append((first, last))
        return hits
