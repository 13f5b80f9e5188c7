"""Keyphrases by a small statistic: how often, how early, in the title, written like a name.

Frequency with position is hard to beat on news; phrases of several words count only when they come
again. After Rose et al. 2010 (RAKE: stop words and punctuation bound candidates) and Campos et al.
2020 (YAKE: position and case).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field
from itertools import filterfalse
from math import log2
from typing import Any, Final

from workers.model import Tag, TagKind
from workers.steps.tag.evidence import SPANS_A_TAG, Read, spans
from workers.steps.tag.table import BadTable
from workers.steps.tag.words import Words, is_unspaced

MOST_KEYPHRASES: Final = 10
ENOUGH: Final = 30            # words to choose from, and those as frequent as the last of them
WORDS_WEIGHED: Final = 5_000  # of a text: the key of a longer one stands at its beginning
SHORTEST_WORD: Final = 3      # letters
LONGEST_WORD: Final = 60      # a longer one is no word
LONGEST_PHRASE: Final = 3     # words
LONGEST_UNSPACED: Final = 4   # characters of a script without spaces
TITLE_FACTOR: Final = 1.5
NAME_FACTOR: Final = 1.3      # more often with a capital than without
PHRASE_FACTOR: Final = 1.0    # for each word more than one
SHARE_WITHIN: Final = 0.7     # of its occurrences inside a chosen longer phrase: then it is left to that

_WHERE: Final = "config/tag/stopwords.toml"
_GAPS_WITHIN: Final = frozenset([" ", "", "-", "\u2010", "\u2011", "\u00a0", "\n"])

Phrase = tuple[str, ...]


@dataclass(slots=True)
class _Places:
    """Where a phrase begins: places of its first words."""

    text: list[int] = field(default_factory=list)
    title: list[int] = field(default_factory=list)

    @property
    def count(self) -> int:
        return len(self.text) + len(self.title)


class Keyphrases:
    """Raises BadTable when the stop words cannot be read."""

    def __init__(self, stopwords: Mapping[str, Any]) -> None:
        self._stopwords: dict[str, Set[str]] = {}
        for language, text in stopwords.items():
            if not isinstance(text, str):
                raise BadTable([f"{_WHERE}: {language} must be words in one string, not {text!r}"])
            self._stopwords[language] = frozenset(Words.of(text).folded)
        self._of_any_language: Set[str] = frozenset().union(*self._stopwords.values())

    def __call__(self, read: Read, language: str) -> list[Tag]:
        """Best first. Ids are case-folded, labels as first written; scores relative to the best."""
        places = _candidates(read, self._stopwords.get(language, self._of_any_language))
        scores = {phrase: _score(phrase, at, read) for phrase, at in places.items()}
        ranked = sorted(scores, key=lambda phrase: (-scores[phrase], places[phrase].text[:1], phrase))
        chosen = _without_parts(ranked, places)
        best = scores[chosen[0]] if chosen else 1.0
        return [_tag(phrase, places[phrase], round(scores[phrase] / best, 3), read) for phrase in chosen]


def _candidates(read: Read, stop: Set[str]) -> dict[Phrase, _Places]:
    """Words, and phrases that come at least twice, of text and title."""
    text, title = _weighed(read.words), _weighed(read.title_words)
    in_text, in_title = text.places, title.places
    counts = {word: len(in_text[word]) for word in filter(_is_content, filterfalse(stop.__contains__, in_text))}
    for word, places in in_title.items():
        if word in counts or (word not in stop and _is_content(word)):
            counts[word] = counts.get(word, 0) + len(places)
    # A phrase comes at most as often as each of its words.
    again = {word for word, count in counts.items() if count > 1}
    found = {
        (word,): _Places(in_text.get(word, []), in_title.get(word, []))
        for word in _frequent(counts)
        if not is_unspaced(word)
    }
    phrases: defaultdict[Phrase, _Places] = defaultdict(_Places)
    for phrase, at in _runs(text, again):
        phrases[phrase].text.append(at)
    for phrase, at in _runs(title, again):
        phrases[phrase].title.append(at)
    return found | {phrase: places for phrase, places in phrases.items() if places.count > 1}


def _weighed(words: Words) -> Words:
    return words if len(words) <= WORDS_WEIGHED else words.head(WORDS_WEIGHED)


def _frequent(counts: Mapping[str, int]) -> Set[str]:
    """The words worth weighing one by one: those as frequent as the thirtieth."""
    if len(counts) <= ENOUGH:
        return counts.keys()
    least = sorted(counts.values(), reverse=True)[ENOUGH - 1]
    return {word for word, count in counts.items() if count >= least}


def _is_content(word: str) -> bool:
    return (SHORTEST_WORD <= len(word) <= LONGEST_WORD or is_unspaced(word)) and word[0].isalpha()


def _runs(words: Words, again: Set[str]) -> Iterator[tuple[Phrase, int]]:
    """Phrases of two and more words, none of them a stop word, that nothing parts."""
    folded, gaps = words.folded, words.gaps
    run, before = 0, -2
    for at in words.places_of(again):
        run = run + 1 if at == before + 1 and gaps[at] in _GAPS_WITHIN else 1
        before = at
        if run > 1:
            longest = LONGEST_UNSPACED if is_unspaced(folded[at]) else LONGEST_PHRASE
            for length in range(2, min(run, longest) + 1):
                yield tuple(folded[at - length + 1 : at + 1]), at - length + 1


def _score(phrase: Phrase, places: _Places, read: Read) -> float:
    text, title, forms = places.text, places.title, read.words.forms
    early = 1 + 1 / (1 + log2(1 + text[0] / 20)) if text else 2.0
    score = (len(text) + len(title)) * early * (1 + PHRASE_FACTOR * (len(phrase) - 1))
    if title:
        score *= TITLE_FACTOR
    capitals = sum([forms[at][0].isupper() for at in text])
    if 2 * capitals > len(text):
        score *= NAME_FACTOR
    return score


def _without_parts(ranked: list[Phrase], places: Mapping[Phrase, _Places]) -> list[Phrase]:
    """The best ones; a phrase that mostly stands inside another, or holds a better one, is left out."""
    chosen: list[Phrase] = []
    for phrase in ranked:
        if len(chosen) == MOST_KEYPHRASES:
            break
        if not any(_is_same(phrase, other, places) for other in chosen):
            chosen.append(phrase)
    return chosen


def _is_same(phrase: Phrase, other: Phrase, places: Mapping[Phrase, _Places]) -> bool:
    if set(phrase).isdisjoint(other):
        return False
    short, long = sorted((phrase, other), key=len)
    return set(short) <= set(long) and places[long].count >= SHARE_WITHIN * places[short].count


def _tag(phrase: Phrase, places: _Places, score: float, read: Read) -> Tag:
    last = len(phrase) - 1
    text = [read.words.span(at, at + last) for at in places.text[:SPANS_A_TAG]]
    title = [read.title_words.span(at, at + last) for at in places.title[:SPANS_A_TAG]]
    name = ("" if is_unspaced(phrase[0]) else " ").join(phrase)
    written = read.text[slice(*text[0])] if text else read.title[slice(*title[0])]
    return Tag(TagKind.KEYPHRASE, name, " ".join(written.split()), score, spans(text, title))
