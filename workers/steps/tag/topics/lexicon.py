"""Words and phrases that speak for topics, sought in a text."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, filterfalse, takewhile
from typing import Any, Final, NamedTuple

from workers.steps.tag.table import BadTable, mapping
from workers.steps.tag.words import Words

TIERS: Final = {"sure": 4.0, "likely": 1.6, "hint": 0.5}
PHRASE_FACTOR: Final = 1.2  # a phrase is less ambiguous than its words
SHORTEST_STEM: Final = 3    # letters before a `*`
SHOUTED_LOOK: Final = 40    # words that tell whether all is in capitals
MOST_CACHED: Final = 60_000  # words looked up; then the cache starts anew

Weights = tuple[tuple[str, float], ...]  # (concept, weight)
TopOf = Mapping[str, str]  # concept -> the top of its branch


@dataclass(frozen=True, slots=True)
class Term:
    text: str
    concept: str
    weight: float
    is_name: bool = False  # counts only with a capital

    @property
    def exact(self) -> tuple[str, ...]:
        """The forms that one word stands in, where small letters mean another: WHO; Meta, Fifa as names. Else none."""
        if not self.text.isalpha() or not (self.text.isupper() if not self.is_name else self.text[0].isupper()):
            return ()
        forms = (self.text, self.text.upper(), self.text.capitalize()) if self.is_name else (self.text,)
        return tuple(dict.fromkeys(forms))


@dataclass(frozen=True, slots=True, eq=False)
class Speaks:
    """What a word speaks for: concepts, and the top of each with the largest weight below it.

    One is what it is by identity: comparing by value would hash it anew at each look-up.
    """

    concepts: Weights
    tops: Weights

    @classmethod
    def of(cls, weights: Mapping[str, float], top_of: TopOf) -> Speaks:
        tops: dict[str, float] = {}
        for concept, weight in weights.items():
            top = top_of.get(concept, concept)
            tops[top] = max(tops.get(top, 0.0), weight)
        return cls(tuple(weights.items()), tuple(tops.items()))


class Hit(NamedTuple):
    """A word or phrase of the lexicon in an article. A tuple: there are a hundred in each."""

    words: tuple[str, ...]  # case-folded, as they stand in the text; one that counts in one form only is in that form
    speaks: Speaks
    times: float  # it stands there, weighed


@dataclass(frozen=True, slots=True)
class _Phrase:
    rest: tuple[str, ...]
    is_open: bool  # the last word may go on
    speaks: Speaks


@dataclass(slots=True)
class _Phrases:
    """Those of one first word, by their second word."""

    by_second: dict[str, list[_Phrase]] = field(default_factory=dict)
    open_pairs: list[_Phrase] = field(default_factory=list)  # of two words, the second may go on

    def add(self, phrase: _Phrase) -> None:
        if phrase.is_open and len(phrase.rest) == 1:
            self.open_pairs.append(phrase)
        else:
            self.by_second.setdefault(phrase.rest[0], []).append(phrase)


@dataclass(frozen=True, slots=True)
class _Entry:
    """What the lexicon holds of one word."""

    speaks: Speaks | None
    phrases: tuple[_Phrases, ...]


def terms_of(table: Mapping[str, Any], where: str, *, are_names: bool = False) -> Iterator[Term]:
    """table: concept -> tier -> terms in one string, commas between. Raises BadTable."""
    for concept in table:
        tiers = mapping(table, concept, where)
        for tier, text in tiers.items():
            if tier not in TIERS:
                raise BadTable([f"{where}: {concept}: {tier} is none of {', '.join(TIERS)}"])
            if not isinstance(text, str):
                raise BadTable([f"{where}: {concept}: {tier} must be terms in one string, not {text!r}"])
            for term in text.split(","):
                if term.strip():
                    yield Term(" ".join(term.split()), concept, TIERS[tier], are_names)


class Lexicon:
    """Terms of one language. Raises BadTable for a term without a word."""

    def __init__(self, terms: Iterable[Term], language: str, top_of: TopOf, where: str) -> None:
        self._top_of = top_of
        self._is_arabic = language == "ar"
        self._whole: defaultdict[str, dict[str, float]] = defaultdict(dict)
        self._stems: defaultdict[str, dict[str, float]] = defaultdict(dict)
        phrases: defaultdict[tuple[str, ...], dict[str, float]] = defaultdict(dict)
        open_phrases: defaultdict[tuple[str, ...], dict[str, float]] = defaultdict(dict)
        exact: defaultdict[str, dict[str, float]] = defaultdict(dict)
        for term in terms:
            for form in term.exact:
                _keep_larger(exact[form], term, 1.0)
            if term.exact:
                continue
            words = tuple(map(self._plain, _words(term.text)))
            if not words:
                raise BadTable([f"{where}: {term.concept}: {term.text!r} holds no word"])
            if len(words) > 1:
                _keep_larger((open_phrases if term.text.endswith("*") else phrases)[words], term, PHRASE_FACTOR)
            else:
                _keep_larger((self._stems if term.text.endswith("*") else self._whole)[words[0]], term, 1.0)
        self._phrases: defaultdict[str, _Phrases] = defaultdict(_Phrases)
        for held, is_open in ((phrases, False), (open_phrases, True)):
            for words, weights in held.items():
                self._phrases[words[0]].add(_Phrase(words[1:], is_open, Speaks.of(weights, top_of)))
        self._exact = {form: Speaks.of(weights, top_of) for form, weights in exact.items()}
        self._exact_folded = frozenset(form.casefold() for form in exact)
        self._cache: dict[str, _Entry] = {}
        self._silent: set[str] = set()  # words that say nothing

    def hits(self, parts: Sequence[tuple[Words, float]], most: int) -> list[Hit]:
        """parts: words, and how much each of them counts. Of each part the first `most` words are read."""
        if len(self._cache) + len(self._silent) > MOST_CACHED:
            self._cache.clear()
            self._silent.clear()
        counts: dict[str, float] = {}
        for words, weight in parts:
            places = (words if len(words) <= most else words.head(most)).places
            for word in filterfalse(self._silent.__contains__, places):
                counts[word] = counts.get(word, 0.0) + weight * len(places[word])
        found = self._exact_hits(parts, most)
        for hit in found:
            word = hit.words[0].casefold()
            if word in counts:
                counts[word] -= hit.times
        starts: set[str] = set()
        for word, count in counts.items():
            entry = self._cache.get(word) or self._look_up(word)
            if entry is not None:
                if entry.speaks is not None and count > 0:
                    found.append(Hit((word,), entry.speaks, count))
                if entry.phrases:
                    starts.add(word)
        return found + self._phrase_hits(parts, most, starts) if starts else found

    def _exact_hits(self, parts: Sequence[tuple[Words, float]], most: int) -> list[Hit]:
        """Of forms that say nothing in small letters, nor where all is in capitals."""
        counts: defaultdict[str, float] = defaultdict(float)
        for words, weight in parts:
            places, forms = words.places, words.forms
            spots = chain.from_iterable(map(places.__getitem__, self._exact_folded.intersection(places)))
            held = [forms[at] for at in spots if at < most and forms[at] in self._exact]
            if held and not _is_shouted(forms[:most]):
                for form in held:
                    counts[form] += weight
        return [Hit((form,), self._exact[form], counts[form]) for form in sorted(counts)]

    def _look_up(self, word: str) -> _Entry | None:
        entry = self._entry(word)
        if entry is None:
            self._silent.add(word)
        else:
            self._cache[word] = entry
        return entry

    def speaks(self, word: str) -> Weights:
        """The tops that a word by itself speaks for, case-folded."""
        entry = self._entry(word)
        if entry is not None and entry.speaks is not None:
            return entry.speaks.tops
        exact = self._exact.get(word.upper())
        return exact.tops if exact is not None else ()

    def _phrase_hits(self, parts: Sequence[tuple[Words, float]], most: int, starts: set[str]) -> list[Hit]:
        counts: defaultdict[tuple[tuple[str, ...], Speaks], float] = defaultdict(float)
        for words, weight in parts:
            for held, speaks in self._phrases_in(words, most, starts):
                counts[held, speaks] += weight
        return [Hit(held, speaks, times) for (held, speaks), times in counts.items()]

    def _phrases_in(self, words: Words, most: int, starts: set[str]) -> Iterator[tuple[tuple[str, ...], Speaks]]:
        folded = words.folded[:most]
        plain = list(map(self._plain, folded)) if self._is_arabic else folded
        for at in takewhile(lambda at: at < len(folded) - 1, words.places_of(starts)):
            entry = self._cache[folded[at]]
            second = plain[at + 1]
            for phrases in entry.phrases:
                for phrase in (*phrases.by_second.get(second, ()), *phrases.open_pairs):
                    if _stands(phrase, plain, words, at):
                        yield tuple(folded[at : at + 1 + len(phrase.rest)]), phrase.speaks

    def _entry(self, word: str) -> _Entry | None:
        weights: dict[str, float] = {}
        phrases: list[_Phrases] = []
        for form in dict.fromkeys(self._forms(word)):
            weights = weights or self._weights(form)
            if form in self._phrases:
                phrases.append(self._phrases[form])
        if not weights and not phrases:
            return None
        return _Entry(Speaks.of(weights, self._top_of) if weights else None, tuple(phrases))

    def _weights(self, form: str) -> dict[str, float]:
        """Of the word itself, else of its longest known stem."""
        if form in self._whole:
            return self._whole[form] | self._stems.get(form, {})
        for length in range(len(form), SHORTEST_STEM - 1, -1):
            if form[:length] in self._stems:
                return self._stems[form[:length]]
        return {}

    def _forms(self, word: str) -> Iterator[str]:
        yield word
        if self._is_arabic:
            yield self._plain(word)
            if word.startswith(("و", "ف")) and len(word) > SHORTEST_STEM:
                yield word[1:]
                yield self._plain(word[1:])
            for prefix in ("ب", "ل", "ك"):
                if word.startswith(prefix) and len(word) > SHORTEST_STEM:
                    yield word[1:]

    def _plain(self, word: str) -> str:
        """Arabic without its article and what is written together with that."""
        if self._is_arabic:
            for prefix in ("وال", "فال", "بال", "كال", "لل", "ال"):
                if word.startswith(prefix) and len(word) >= len(prefix) + 2:
                    return word[len(prefix) :]
        return word


def _is_shouted(forms: Sequence[str]) -> bool:
    """Whether more words are in capitals than not: of a headline."""
    sample = forms[:SHOUTED_LOOK]
    return sum(map(str.isupper, sample)) * 2 > len(sample)


def _words(text: str) -> list[str]:
    """Most terms are one plain word; cutting them at once halves the time to load."""
    bare = text.removesuffix("*")
    return [bare.casefold()] if bare.isascii() and bare.isalnum() else Words.of(text).folded


def _stands(phrase: _Phrase, plain: list[str], words: Words, at: int) -> bool:
    last = at + len(phrase.rest)
    if last >= len(plain):
        return False
    for place, wanted in enumerate(phrase.rest, at + 1):
        word = plain[place]
        if word != wanted and not (phrase.is_open and place == last and word.startswith(wanted)):
            return False
        if not words.is_joined(place):
            return False
    return True


def _keep_larger(weights: dict[str, float], term: Term, factor: float) -> None:
    weights[term.concept] = max(weights.get(term.concept, 0.0), term.weight * factor)
