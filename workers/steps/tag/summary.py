"""The summary: two or three sentences of the text that say most of it, in their order.

News puts what matters first, so place counts most; then how many of the article's frequent words a
sentence holds (Luhn 1958, Nenkova and Vanderwende 2005), then those of its title. A sentence that
repeats another, or the title, is passed over.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import islice, pairwise
from math import log1p
from typing import Any, Final

from workers.model import Span
from workers.steps.tag.evidence import Read
from workers.steps.tag.sentences import Sentence, sentences
from workers.steps.tag.table import BadTable, strings
from workers.steps.tag.words import Words, is_unspaced

MOST_SENTENCES: Final = 3
MOST_CHARACTERS: Final = 600
SENTENCES_WEIGHED: Final = 16     # of a text: what a longer one is about stands in them
CHARACTERS_WEIGHED: Final = 5_000
UNSPACED_LOOK: Final = 10         # words that tell the kind of script
LEAST_WORDS: Final = 6            # of a sentence; of an unspaced script, characters: twice as many
SAME_WORDS: Final = 0.5           # share of a sentence's words in another: then one says enough
TITLE_AGAIN: Final = 0.8          # share of them in the title, and of the title in them
PLACE_WEIGHT: Final = 1.0
PLACE_FALL: Final = 2.0
WORDS_WEIGHT: Final = 0.8
TITLE_WEIGHT: Final = 0.3
LEANING_FACTOR: Final = 0.85      # "He said ...": who?
QUOTE_FACTOR: Final = 0.7
QUESTION_FACTOR: Final = 0.5

_WHERE: Final = "config/tag/summary.toml"
_PAGE: Final = re.compile(r"https?:|www\.|[@©|#]|\b\d{1,2}:\d\d\b.{0,12}\b(?:GMT|UTC|BST|EST|CET)\b")
_DATELINE: Final = re.compile(r"[^\W\d_][^.!?\n]{1,60}?\s?[—–]\s+|[^\W\d_][^.!?\n]{1,60}? --?\s+")
_QUOTES: Final = ('"', "“", "„", "«", "»", "「", "『")


@dataclass(frozen=True, slots=True)
class _Candidate:
    start: int
    end: int
    words: Set[str]
    score: float


class Summary:
    """Raises BadTable when a table cannot be used."""

    def __init__(self, table: Mapping[str, Any], stopwords: Mapping[str, Any]) -> None:
        self._abbreviations = _words(table, "abbreviations")
        self._ordinals = _words(table, "ordinals")
        self._leaning = _words(table, "leaning")
        self._chrome = tuple(phrase.casefold() for phrase in strings(table, "chrome", _WHERE))
        self._stopwords = {
            language: frozenset(Words.of(text).folded) for language, text in stopwords.items() if isinstance(text, str)
        }
        self._of_any_language: Set[str] = frozenset().union(*self._stopwords.values())

    def __call__(self, read: Read, language: str) -> tuple[str | None, tuple[Span, ...]]:
        """The summary and where its sentences stand. None for a text that is hardly longer than that."""
        stop = self._stopwords.get(language, self._of_any_language)
        text = read.text[:CHARACTERS_WEIGHED]
        cut_off = CHARACTERS_WEIGHED if len(text) < len(read.text) else -1
        all_ = sentences(text, language, self._abbreviations, self._ordinals)
        found = [each for each in islice(all_, SENTENCES_WEIGHED) if each.end != cut_off]
        if len(found) <= MOST_SENTENCES:
            return None, ()
        title = _content(read.title_words.folded, stop)
        chosen = self._choose(read, self._scored(read, found, stop, title), title)
        if len(chosen) < 2:
            return None, ()
        cuts = [" ".join(read.text[each.start : each.end].split()) for each in chosen]
        joint = "" if is_unspaced(cuts[0][:1]) else " "
        return joint.join(cuts), tuple((each.start, each.end) for each in chosen)

    def _scored(self, read: Read, found: list[Sentence], stop: Set[str], title: Set[str]) -> list[_Candidate]:
        """Best first."""
        frequency = _frequency(read.words)
        weighed = []
        for place, sentence in enumerate(found):
            start = _after_dateline(read.text, sentence) if place == 0 else sentence.start
            words = _content(_folded(read.words, start, sentence.end), stop) if sentence.is_whole else frozenset()
            if words:
                weighed.append((start, sentence.end, place, words, _weight(words, frequency)))
        most = max((each[-1] for each in weighed), default=0.0) or 1.0
        scored = [
            _Candidate(start, end, words, self._factor(read.text, start, end, place) * (
                PLACE_WEIGHT / (1 + PLACE_FALL * place)
                + WORDS_WEIGHT * weight / most
                + TITLE_WEIGHT * len(words & title) / max(1, len(title))
            ))
            for start, end, place, words, weight in weighed
        ]
        return sorted(scored, key=lambda each: -each.score)

    def _choose(self, read: Read, candidates: list[_Candidate], title: Set[str]) -> list[_Candidate]:
        """The best ones that fit, are of the story and do not say the same, in their order."""
        chosen: list[_Candidate] = []
        room = MOST_CHARACTERS
        for each in candidates:
            if len(chosen) == MOST_SENTENCES:
                break
            if (
                each.end - each.start <= room
                and not any(_says_the_same(each.words, other.words) for other in chosen)
                and self._is_of_story(read, each, title)
            ):
                chosen.append(each)
                room -= each.end - each.start
        return sorted(chosen, key=lambda each: each.start)

    def _is_of_story(self, read: Read, each: _Candidate, title: Set[str]) -> bool:
        sentence = read.text[each.start : each.end]
        folded = _folded(read.words, each.start, each.end)
        if len(folded) < LEAST_WORDS * (1 + is_unspaced(folded[0])) or sentence.isupper() or _PAGE.search(sentence):
            return False
        shared = len(each.words & title)
        if title and shared >= TITLE_AGAIN * max(len(title), len(each.words)):
            return False
        said = sentence.casefold()
        return not any(phrase in said for phrase in self._chrome)

    def _factor(self, text: str, start: int, end: int, place: int) -> float:
        factor = 1.0
        if place and text[start : start + 30].split(None, 1)[0].casefold().strip(",") in self._leaning:
            factor *= LEANING_FACTOR
        if text.startswith(_QUOTES, start):
            factor *= QUOTE_FACTOR
        return factor * (QUESTION_FACTOR if text[end - 1] in "?؟？" else 1.0)


def _words(table: Mapping[str, Any], key: str) -> Set[str]:
    value = table.get(key, "")
    if not isinstance(value, str):
        raise BadTable([f"{_WHERE}: {key} must be words in one string, not {value!r}"])
    return frozenset(value.casefold().split())


def _terms(folded: Sequence[str]) -> Sequence[str]:
    """Words; of a script without spaces, where a word is a character, each two that follow one another."""
    if sum(map(is_unspaced, folded[:UNSPACED_LOOK])) * 2 <= min(len(folded), UNSPACED_LOOK):
        return folded
    return [left + right for left, right in pairwise(folded)]


def _frequency(words: Words) -> Counter[str]:
    terms = _terms(words.folded)
    if terms is words.folded:
        return Counter({word: len(places) for word, places in words.places.items()})
    return Counter(terms)


def _content(folded: Sequence[str], stop: Set[str]) -> Set[str]:
    return {term for term in _terms(folded) if term not in stop and (len(term) > 2 or is_unspaced(term[:1]))}


def _folded(words: Words, start: int, end: int) -> list[str]:
    first, last = (bisect_left(words.starts, at) for at in (start, end))
    return words.folded[first:last]


def _weight(words: Set[str], frequency: Mapping[str, int]) -> float:
    """Of frequent words, less in a long sentence than their sum."""
    return sum(map(log1p, map(frequency.__getitem__, words))) / (5 + len(words))


def _after_dateline(text: str, first: Sentence) -> int:
    """Behind "KYIV, Nov 24 (Reuters) - ", which begins with a word in capitals."""
    match = _DATELINE.match(text, first.start, first.end)
    if match is None or not (match[0].split(None, 1)[0].strip(",").isupper() or "(" in match[0]):
        return first.start
    return match.end() if first.end - match.end() > first.end // 3 else first.start


def _says_the_same(words: Set[str], others: Set[str]) -> bool:
    return len(words & others) > SAME_WORDS * min(len(words), len(others))
