"""How the story indexes weigh terms and compare articles. redis_story/join.lua says the same in Lua.

Both must come to the same verdicts: all that is compared is whole numbers, sums of them, square roots and
quotients, in one order, and the one logarithm is rounded at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from math import floor, log, sqrt
from typing import Final

from workers.ports import Term, TermKind

UNIT: Final = 255               # a vector's length in its block, and what an entry can be at most
WHOLE: Final = 10 * UNIT * UNIT  # similarities are whole numbers, of so many
RARITY_STEPS: Final = 16        # of a natural logarithm
# Before anything is counted, a term is taken to have been seen among so many articles...
PRIOR_ARTICLES: Final = 1000
# ...in so many of them, by its kind.
PRIOR_SEEN: Final[Mapping[TermKind, int]] = {
    TermKind.WORD: 20, TermKind.SHORT_WORD: 100, TermKind.NAME: 4, TermKind.NUMBER: 10, TermKind.SMALL_NUMBER: 100,
    TermKind.LEAD_NUMBER: 10, TermKind.YEAR: 20,
}
# Three blocks, and their shares in the similarity of two articles: all terms, the lead's numbers, the years.
SHARES: Final = (0.70, 0.15, 0.15)
# What a shared term says for one story, in tenths, by its kind: words tell of what sort an event is, numbers which.
SAYS: Final[Mapping[TermKind, int]] = {
    TermKind.WORD: 8, TermKind.SHORT_WORD: 8, TermKind.NAME: 10, TermKind.NUMBER: 12, TermKind.SMALL_NUMBER: 12,
    TermKind.LEAD_NUMBER: 13, TermKind.YEAR: 4,
}
_BLOCKS: Final[Mapping[TermKind, int]] = {TermKind.LEAD_NUMBER: 1, TermKind.YEAR: 2}
_WORDS: Final = (TermKind.WORD, TermKind.SHORT_WORD)
_FACTS: Final = (TermKind.NAME, TermKind.NUMBER, TermKind.SMALL_NUMBER)

SLOTS: Final = 2**18            # terms are counted in so many; rare ones may share one, which matters little
INDEXED_TERMS: Final = 16       # those that weigh most: under them an article is found
FOUND_A_TERM: Final = 8         # the newest articles under a term of a generation
COMPARED: Final = 24            # candidates

SHARED_LEAST: Final = 4         # terms that two articles of a story share
# A name alone, first and last, is no story: without its two heaviest names the similarity is still 0.03.
BESIDE_NAME: Final = 1950
# So many words, nearly all the same, and names and numbers not: a template, such as yesterday's weather.
TEMPLATE_SHARED: Final = 8
TEMPLATE_WORDS: Final = 0.65
TEMPLATE_FACTS: Final = 0.6
# Taken off when both name years and share none; when both have numbers in their leads and share none.
OTHER_YEARS: Final = round(0.03 * WHOLE)
OTHER_LEAD: Final = round(0.04 * WHOLE)


@dataclass(frozen=True, slots=True)
class Vector:
    """entries: term -> 1..255. Lengths are squared: of its words, and of its names and numbers."""

    entries: Mapping[int, int]
    kinds: Mapping[int, TermKind]
    word_length: int
    fact_length: int
    has_years: bool
    has_lead: bool

    def heaviest(self) -> Iterator[int]:
        """The terms under which the article can be found, best first."""
        whole = (term for term, kind in self.kinds.items() if kind not in _BLOCKS)
        return islice(sorted(whole, key=lambda term: (-self.entries[term], term)), INDEXED_TERMS)


def weigh(terms: Iterable[Term], seen: Mapping[int, int], articles: int) -> Vector:
    """seen: term -> in how many articles it stood, of `articles` in its language, this one included."""
    raw: list[tuple[Term, int]] = []
    squares = [0, 0, 0]
    for term in terms:
        rarity = log((articles + PRIOR_ARTICLES) / (seen[term.hash] + PRIOR_SEEN[term.kind]))
        weight = term.weight * max(0, floor(RARITY_STEPS * rarity + 0.5))
        raw.append((term, weight))
        squares[_BLOCKS.get(term.kind, 0)] += weight * weight
    units = [sqrt(share) * UNIT / sqrt(max(1, square)) for share, square in zip(SHARES, squares, strict=True)]
    entries = {term.hash: floor(weight * units[_BLOCKS.get(term.kind, 0)] + 0.5) for term, weight in raw}
    entries = {term: entry for term, entry in entries.items() if entry}
    kinds = {term.hash: term.kind for term, _ in raw if term.hash in entries}
    return Vector(
        entries, kinds, _length(entries, kinds, _WORDS), _length(entries, kinds, _FACTS),
        has_years=TermKind.YEAR in kinds.values(), has_lead=TermKind.LEAD_NUMBER in kinds.values(),
    )


def _length(entries: Mapping[int, int], kinds: Mapping[int, TermKind], of: tuple[TermKind, ...]) -> int:
    return sum(entry * entry for term, entry in entries.items() if kinds[term] in of)


def similarity(new: Vector, old: Vector) -> int:
    """0..WHOLE; 0 where the two have nothing in common that makes a story."""
    words = facts = lead = years = score = shared = shared_words = first = second = 0
    for term, entry in old.entries.items():
        own = new.entries.get(term)
        if own is None:
            continue
        product, kind = own * entry, new.kinds[term]
        score += product * SAYS[kind]
        if kind is TermKind.YEAR:
            years += product
        elif kind is TermKind.LEAD_NUMBER:
            lead += product
        else:
            shared += 1
            if kind in _WORDS:
                shared_words += 1
                words += product
            else:
                facts += product
                if kind is TermKind.NAME and product > second:
                    first, second = max(first, product), min(first, product)
    if shared < SHARED_LEAST or words + facts - first - second < BESIDE_NAME:
        return 0
    if (
        shared_words >= TEMPLATE_SHARED
        and words >= TEMPLATE_WORDS * sqrt(new.word_length * old.word_length)
        and facts < TEMPLATE_FACTS * sqrt(new.fact_length * old.fact_length)
    ):
        return 0
    if new.has_years and old.has_years and not years:
        score -= OTHER_YEARS
    if new.has_lead and old.has_lead and not lead:
        score -= OTHER_LEAD
    return max(0, score)
