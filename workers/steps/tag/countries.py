"""Countries that an article names, by name or by their people; ISO 3166 alpha-2."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from workers.model import Dateline, Span, Tag, TagKind
from workers.steps.tag.evidence import Read, spans
from workers.steps.tag.phrases import Match, Phrases
from workers.steps.tag.regions import regions_of
from workers.steps.tag.table import BadTable, mapping, strings
from workers.steps.tag.words import Words

MOST_COUNTRIES: Final = 20
MENTIONS_COUNTED: Final = 8
PART_WEIGHT: Final = 0.5    # of a mention of a city or region
ENOUGH_MENTIONS: Final = 3
BEGINNING: Final = 200      # characters: who is named there is what the article is about
TITLE_WEIGHT: Final = 2     # a mention in title or dateline weighs as much as so many in the text
FALLBACK: Final = "en"      # whose names are sought in a language that the table does not know

_WHERE: Final = "config/tag/countries.toml"
# Words that Arabic writes together with the noun: and, in, to, so, like.
_ARABIC_PREFIXES: Final = ("", "و", "ب", "ل", "ف", "ك")


@dataclass(frozen=True, slots=True)
class _Name:
    """A phrase that stands for a country; for none (code "") when it is about something else."""

    code: str
    forms: tuple[str, ...] = ()  # when given, the words must stand in this very case
    capital: bool = False        # the first letter must not be small: Turkey, Polish
    ambiguous: bool = False
    part: bool = False           # of a country: a state, a seat of government
    abbreviation: bool = False   # of a part: stands behind a comma only, "Boise, Idaho"


@dataclass(slots=True)
class Mentions:
    """Spans of a country in an article; parts: of its cities and regions."""

    sure: bool = False
    text: list[tuple[int, int]] = field(default_factory=list)
    parts: list[tuple[int, int]] = field(default_factory=list)
    title: list[tuple[int, int]] = field(default_factory=list)
    dateline: list[Span] = field(default_factory=list)

    @property
    def is_of_note(self) -> bool:
        """In title, dateline or beginning, or several times; else the article is not about it."""
        count = len(self.text) + PART_WEIGHT * len(self.parts)
        first = min(self.text + self.parts, default=(BEGINNING, BEGINNING))[0]
        return bool(self.title or self.dateline) or count >= ENOUGH_MENTIONS or first < BEGINNING

    @property
    def score(self) -> float:
        heads = len(self.title) + len(self.dateline)
        count = len(self.text) + PART_WEIGHT * len(self.parts)
        weight = min(count, MENTIONS_COUNTED) + TITLE_WEIGHT * min(heads, 2)
        return round(weight / (weight + 2), 3)


Named = dict[str, Mentions]


class Countries:
    """Raises BadTable when the table cannot be read."""

    def __init__(self, table: Mapping[str, Any], regions: Mapping[str, Any]) -> None:
        self._english: dict[str, str] = {}
        self._labels: dict[str, str] = {}
        self._contexts: dict[str, tuple[list[str], ...]] = {}
        self._cities: dict[tuple[str, ...], str] = {}
        self._names: dict[str, Phrases[_Name]] = {}
        self._ambiguous = {
            language: frozenset(strings(mapping(table, "ambiguous", _WHERE), language, f"{_WHERE}: ambiguous"))
            for language in mapping(table, "ambiguous", _WHERE)
        }
        for code, country in mapping(table, "countries", _WHERE).items():
            self._add_country(code, country, f"{_WHERE}: {code}")
        elsewhere = mapping(table, "phrases_of_something_else", _WHERE)
        for language in elsewhere:
            for phrase in strings(elsewhere, language, f"{_WHERE}: phrases_of_something_else"):
                self._add(language, phrase, _Name("", capital=phrase[:1].isupper()))

        for code, name, (_, *short) in regions_of(regions):
            self._add_part(code, name, short)

    def _add_part(self, code: str, name: str, short: list[str]) -> None:
        for language in {FALLBACK, *self._names}:
            self._add(language, name, _Name(code, capital=name[:1].isupper(), part=True))
        for form in short:
            self._add(FALLBACK, form, _Name(code, tuple(Words.of(form).forms), part=True, abbreviation=True))

    def _add_country(self, code: str, country: Mapping[str, Any], where: str) -> None:
        label = country.get("label")
        if not isinstance(label, str) or not label:
            raise BadTable([f"{where}: label must be the country's English name, not {label!r}"])
        self._labels[code] = label
        self._contexts[code] = tuple(Words.of(each).folded for each in strings(country, "context", where))
        for city in strings(country, "cities", where):
            self._cities[tuple(Words.of(city).folded)] = code
        for short in strings(country, "exact", where):
            self._add(FALLBACK, short, _Name(code, forms=tuple(Words.of(short).forms)))
        for kind in ("names", "demonyms"):
            phrases = mapping(country, kind, where)
            for language in phrases:
                for phrase in strings(phrases, language, f"{where}: {kind}"):
                    if language == FALLBACK and kind == "names":
                        self._english[" ".join(Words.of(phrase).folded)] = code
                    self._add_name(language, phrase, code)

    def _add_name(self, language: str, phrase: str, code: str) -> None:
        ambiguous = phrase in self._ambiguous.get(language, ())
        name = _Name(code, capital=phrase[:1].isupper(), ambiguous=ambiguous)
        if language != "ar":
            self._add(language, phrase, name)
            return
        for prefix in _ARABIC_PREFIXES:
            self._add(language, prefix + phrase, name)
        if phrase.startswith("ال"):
            self._add(language, "لل" + phrase[2:], name)

    def _add(self, language: str, phrase: str, name: _Name) -> None:
        try:
            self._names.setdefault(language, Phrases()).add(phrase, name)
        except ValueError as nothing:
            raise BadTable([f"{_WHERE}: {name.code or 'phrases_of_something_else'}: {nothing}"]) from nothing

    def named(self, read: Read, language: str) -> Named:
        """By code, where title and text name a country or a part of it."""
        names = self._names.get(language) or self._names.get(FALLBACK)
        found: Named = {}
        if names is None:
            return found
        for code, name, span in _mentions(names, read.title_words, read.title.isupper()):
            mentions = found.setdefault(code, Mentions())
            mentions.title.append(span)
            mentions.sure |= not name.ambiguous
        for code, name, span in _mentions(names, read.words, read.text.isupper()):
            mentions = found.setdefault(code, Mentions())
            (mentions.parts if name.part else mentions.text).append(span)
            mentions.sure |= not name.ambiguous
        return self._meant(found, read)

    def add_dateline(self, found: Named, dateline: Dateline, country: str | None) -> None:
        """country: where the dateline's place lies, as far as other lists tell."""
        place = dateline.place or ""
        code = self._country_of(place) or country
        if place and code in self._labels:
            mentions = found.setdefault(code, Mentions())
            mentions.dateline.append((0, len(place), "dateline"))
            mentions.sure = True

    def add_city(self, found: Named, country: str, span: tuple[int, int], *, in_title: bool) -> None:
        if country in self._labels:
            mentions = found.setdefault(country, Mentions())
            (mentions.title if in_title else mentions.parts).append(span)

    def tags(self, found: Named) -> list[Tag]:
        """Best first, without those named in passing. Evidence in a dateline is its place, whole."""
        tags = [
            Tag(
                TagKind.COUNTRY, code, self._labels[code], mentions.score,
                spans(sorted(mentions.text + mentions.parts), mentions.title) + tuple(mentions.dateline),
            )
            for code, mentions in found.items()
            if mentions.is_of_note
        ]
        return sorted(tags, key=lambda tag: (-tag.score, tag.id))[:MOST_COUNTRIES]

    @property
    def by_name(self) -> dict[str, str]:
        """Case-folded English names -> codes."""
        return dict(self._english)

    def _country_of(self, place: str) -> str | None:
        """The country that a dateline's place is, or lies in: "KYIV, Ukraine", "PARIS"."""
        words = Words.of(place)
        for names in (self._names[language] for language in (FALLBACK, *self._names) if language in self._names):
            for code, name, _ in _mentions(names, words, place.isupper()):
                if not name.part:
                    return code
        return self._cities.get(tuple(words.folded))

    def _meant(self, found: Named, read: Read) -> Named:
        """Without those that only an ambiguous name speaks for and no word of the article supports."""
        if all(mentions.sure for mentions in found.values()):
            return found
        around = frozenset(read.words.folded).union(read.title_words.folded)
        return {
            code: mentions
            for code, mentions in found.items()
            if mentions.sure or any(around.issuperset(words) for words in self._contexts[code])
        }


def _mentions(
    names: Phrases[_Name], words: Words, all_capitals: bool
) -> Iterator[tuple[str, _Name, tuple[int, int]]]:
    """(code, name, span), in order."""
    for match in names.longest(words):
        name = next((name for name in match.values if _is_cased(name, words, match, all_capitals)), None)
        if name is not None and name.code:
            yield name.code, name, words.span(match.first, match.last)


def _is_cased(name: _Name, words: Words, match: Match[_Name], all_capitals: bool) -> bool:
    if name.abbreviation and words.gaps[match.first] != ", ":
        return False
    if name.forms:
        if words.forms[match.first : match.last + 1] != list(name.forms):
            return False
        # "LET US GO": where all is in capitals, US says nothing; U.S. still does
        return not all_capitals or any("." in words.gaps[at] for at in range(match.first + 1, match.last + 1))
    return not name.capital or not words.forms[match.first][0].islower()
