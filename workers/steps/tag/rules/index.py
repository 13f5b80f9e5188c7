"""Many phrases sought in one pass over the words of an article.

A phrase is looked for where its rarest word stands, rare among the phrases themselves: the cost
depends on the text, hardly on the number of rules. Measured with 3 phrases a rule against
ahocorasick_rs 1.0 over the same words (tests/benchmarks/tag_rules.py): faster at 10 and 1,000 rules,
slower at 10,000, and no dependency.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Final

from workers.steps.tag.rules.expression import Interval
from workers.steps.tag.words import Words

Phrase = tuple[str, ...]  # folded words
LEAST_PREFIX: Final = 3   # letters before a *


class PhraseIndex:
    """Phrases have numbers. `build` once after the last `number`."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[Phrase, bool], int] = {}
        self._single: dict[str, int] = {}
        self._longer: dict[Phrase, tuple[int, int]] = {}        # -> (number, place of its anchor)
        self._anchors: dict[str, tuple[tuple[int, int], ...]] = {}  # word -> (words before it, from it on)
        self._prefixes: dict[str, int] = {}
        self._prefix_letters: list[int] = []
        self._known: frozenset[str] = frozenset()

    def __len__(self) -> int:
        return len(self._numbers)

    def number(self, phrase: Phrase, *, prefix: bool = False) -> int:
        return self._numbers.setdefault((phrase, prefix), len(self._numbers))

    def build(self) -> None:
        frequency = Counter(word for phrase, _ in self._numbers for word in phrase)
        anchors: dict[str, set[tuple[int, int]]] = {}
        for (phrase, prefix), number in self._numbers.items():
            if prefix:
                self._prefixes[phrase[0]] = number
            elif len(phrase) == 1:
                self._single[phrase[0]] = number
            else:
                at = _anchor(phrase, frequency)
                self._longer[phrase] = number, at
                anchors.setdefault(phrase[at], set()).add((at, len(phrase) - at))
        self._anchors = {word: tuple(sorted(shapes)) for word, shapes in anchors.items()}
        self._prefix_letters = sorted({len(prefix) for prefix in self._prefixes})
        self._known = frozenset(self._single.keys() | self._anchors.keys())

    def find(self, words: Words) -> dict[int, list[Interval]]:
        """number -> where it stands, in order."""
        hits: dict[int, list[Interval]] = {}
        known, single, anchors, folded = self._known, self._single, self._anchors, words.folded
        for at in [at for at, word in enumerate(folded) if word in known]:
            word = folded[at]
            if word in single:
                hits.setdefault(single[word], []).append((at, at))
            if word in anchors:
                self._find_longer(words, at, anchors[word], hits)
        if self._prefixes:
            self._find_prefixes(words, hits)
        return hits

    def _find_longer(
        self, words: Words, at: int, shapes: tuple[tuple[int, int], ...], hits: dict[int, list[Interval]]
    ) -> None:
        for before, after in shapes:
            first = at - before
            number, anchor = self._longer.get(tuple(words.folded[max(0, first) : at + after]), (-1, -1))
            if anchor == before and first >= 0 and all(map(words.is_joined, range(first + 1, at + after))):
                hits.setdefault(number, []).append((first, at + after - 1))

    def _find_prefixes(self, words: Words, hits: dict[int, list[Interval]]) -> None:
        prefixes, letters = self._prefixes, self._prefix_letters
        least = letters[0]
        begun = {
            word: numbers for word in set(words.folded) if len(word) >= least
            if (numbers := [prefixes[word[:n]] for n in letters if word[:n] in prefixes])
        }
        for at in [at for at, word in enumerate(words.folded) if word in begun] if begun else ():
            for number in begun[words.folded[at]]:
                places = hits.setdefault(number, [])
                if not places or places[-1] != (at, at):
                    places.append((at, at))


def _anchor(phrase: Phrase, frequency: Mapping[str, int]) -> int:
    """The place of its rarest word; of equally rare ones the longest."""
    return min(range(len(phrase)), key=lambda at: (frequency[phrase[at]], -len(phrase[at])))
