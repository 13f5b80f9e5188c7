"""What an article is about, as terms with weights: words, names, numbers and years.

The names and numbers of an event are what two writers share; the words say of what kind it is. What
stands in the title and the first sentences counts most, as news is written (the inverted pyramid).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import log
from typing import Any, Final
from zlib import crc32

from workers.model import Article, RelationKind, TagKind
from workers.ports import Profile, Term, TermKind
from workers.steps.story.tokens import Token, TokenKind, tokens

PROFILED_CHARACTERS: Final = 20_000
PROFILED_WORDS: Final = 500
LEAD_WORDS: Final = 60
LEAD_FACTOR: Final = 1.0
MOST_TERMS: Final = 40          # of the words, names and numbers: those that weigh most
MOST_LEAD_NUMBERS: Final = 8
MOST_YEARS: Final = 4
SHORT_WORD: Final = 4           # letters; in most scripts such words are mostly common ones
WEIGHT_UNIT: Final = 8          # of weights, which are whole: 1 + ln(count) = 1 is 8

# How much a term of this kind weighs beside a word, and the share of articles it is taken to stand in
# when only the text is known: for the choice of the terms; the index knows how often each one really is.
_FACTOR: Final = {
    TermKind.WORD: 1.0, TermKind.SHORT_WORD: 1.0, TermKind.NAME: 3.0, TermKind.NUMBER: 3.0,
    TermKind.SMALL_NUMBER: 3.0,
}
_RARITY: Final = {
    TermKind.WORD: log(50), TermKind.SHORT_WORD: log(10), TermKind.NAME: log(250), TermKind.NUMBER: log(100),
    TermKind.SMALL_NUMBER: log(10),
}
_NAMES: Final = (TagKind.PERSON, TagKind.ORGANISATION, TagKind.PLACE)
_OF_ONE_STORY: Final = (RelationKind.EXACT, RelationKind.NEAR, RelationKind.UPDATE)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class _Seen:
    count: int = 0
    lead: int = 0
    capitals: int = 0  # where a small letter would have been possible
    smalls: int = 0


@dataclass(slots=True)
class _Found:
    terms: dict[str, _Seen] = field(default_factory=dict)
    lead_numbers: Counter[str] = field(default_factory=Counter)
    years: Counter[str] = field(default_factory=Counter)


class Profiler:
    """stopwords: language -> its words in one string; a language without any is read whole."""

    def __init__(self, stopwords: Mapping[str, Any]) -> None:
        self._stop = {
            language: frozenset(token.folded for token in tokens(text))
            for language, text in stopwords.items() if isinstance(text, str)
        }

    def __call__(self, article: Article) -> Profile:
        language = article.language or ""
        salt = crc32(language.partition("-")[0].encode("utf-8", "surrogatepass"))
        found = _read(article, self._stop.get(language, frozenset()))
        relation = article.relation
        return Profile(
            article_id=article.id,
            seen_at=article.received_at or article.published_at or _EPOCH,
            language=salt,
            terms=tuple({term.hash: term for term in _terms(found, _tagged_names(article), salt)}.values()),
            of=relation.of if relation.kind in _OF_ONE_STORY else None,
            story=relation.story,
        )


def _read(article: Article, stop: frozenset[str]) -> _Found:
    found = _Found()
    title = list(tokens(article.title or ""))[:LEAD_WORDS]
    text = article.text
    if not article.title or not text.startswith(article.title):
        _count(title, found, stop, lead_words=len(title))
    _count(tokens(text[:PROFILED_CHARACTERS]), found, stop, lead_words=LEAD_WORDS)
    return found


def _count(read: Iterator[Token] | Sequence[Token], found: _Found, stop: frozenset[str], lead_words: int) -> None:
    for at, token in enumerate(read):
        if at == PROFILED_WORDS:
            break
        if token.folded in stop:
            continue
        seen = found.terms.setdefault(token.folded, _Seen())
        seen.count += 1
        in_lead = at < lead_words
        seen.lead += in_lead
        if token.kind is TokenKind.NUMBER:
            found.lead_numbers[token.folded] += in_lead
            found.years[token.folded] += token.is_year
        elif token.is_within:
            seen.capitals += token.kind is TokenKind.CAPITAL
            seen.smalls += token.kind is not TokenKind.CAPITAL


def _terms(found: _Found, names: frozenset[str], salt: int) -> Iterator[Term]:
    weighed = []
    for word, seen in found.terms.items():
        kind = _kind(word, seen, names)
        weight = _FACTOR[kind] * (_grown(seen.count) + LEAD_FACTOR * _grown(seen.lead))
        weighed.append((-weight * _RARITY[kind], word, kind, weight))
    for _, word, kind, weight in sorted(weighed)[:MOST_TERMS]:
        yield Term(_hash(word, salt), kind, _whole(weight))
    for number in _first(found.lead_numbers, MOST_LEAD_NUMBERS):
        yield Term(_hash(f"lead {number}", salt), TermKind.LEAD_NUMBER, _whole(_grown(found.lead_numbers[number])))
    for year in _first(found.years, MOST_YEARS):
        yield Term(_hash(f"year {year}", salt), TermKind.YEAR, WEIGHT_UNIT)


def _kind(word: str, seen: _Seen, names: frozenset[str]) -> TermKind:
    if word[0].isdecimal():
        return TermKind.NUMBER if len(word) > 2 else TermKind.SMALL_NUMBER
    if seen.capitals > seen.smalls or word in names:
        return TermKind.NAME
    return TermKind.SHORT_WORD if len(word) <= SHORT_WORD and word.isalpha() and word[0] < "\u0e00" else TermKind.WORD


def _first(counts: Counter[str], most: int) -> list[str]:
    """The most frequent ones; of equals, the first to come."""
    return [word for word, count in counts.most_common(most) if count]


def _tagged_names(article: Article) -> frozenset[str]:
    labels = (tag.label for tag in article.tags if tag.kind in _NAMES)
    return frozenset(token.folded for label in labels for token in tokens(label))


def _grown(count: int) -> float:
    return 1 + log(count) if count else 0.0


def _whole(weight: float) -> int:
    return min(255, round(WEIGHT_UNIT * weight))


def _hash(term: str, salt: int) -> int:
    return crc32(term.encode("utf-8", "surrogatepass"), salt)
