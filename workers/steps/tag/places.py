"""Where the places are that an article names: cities with coordinates, told apart by the countries around them."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from typing import Any, Final, NamedTuple

from workers.steps.tag.entities import Mention, Sightings
from workers.steps.tag.entities.mentions import PLACE, places_of
from workers.steps.tag.evidence import Read
from workers.steps.tag.gazetteer import City, Gazetteer
from workers.steps.tag.regions import regions_of
from workers.steps.tag.words import Words, is_unspaced

WORDS_SOUGHT: Final = 5_000     # of a text, for cities that no model told
SHORTEST: Final = 3             # letters of such a city's name, in scripts with spaces
CERTAINTY: Final = 0.7          # of such a city
# No German city has an article: "der Hof" is a yard.
_ARTICLES: Final = frozenset(
    "der die das den dem des ein eine einen einem einer im am zum zur vom beim kein keine seinem ihrem".split()
)
_HYPHENS: Final = frozenset(["-", "\u2010", "\u2011"])
_BEHIND: Final = frozenset([", ", " (", " in "])


class Located(NamedTuple):
    mention: Mention
    city: City | None


class Places:
    """regions: the parsed regions.toml; countries: case-folded names -> codes. Raises BadTable."""

    def __init__(self, gazetteer: Gazetteer, regions: Mapping[str, Any], countries: Mapping[str, str]) -> None:
        self._gazetteer = gazetteer
        self._behind: dict[tuple[str, ...], tuple[str, str]] = {}  # -> (country, region)
        for name, country in countries.items():
            self._behind[tuple(name.split(" "))] = (country, "")
        for country, name, forms in regions_of(regions):
            code, *short = forms
            if code:
                for form in (name, *short):
                    self._behind[tuple(Words.of(form).folded)] = (country, code)

    def located(
        self, sightings: Sightings, read: Read, countries: Container[str]
    ) -> tuple[list[Located], list[Located]]:
        """Of the text and of the title. Mentions that are no places have no city."""
        return (
            [self._locate(each, read.words, countries) for each in sightings.text],
            [self._locate(each, read.title_words, countries) for each in sightings.title],
        )

    def _locate(self, mention: Mention, words: Words, countries: Container[str]) -> Located:
        if mention.kind != PLACE:
            return Located(mention, None)
        country, region = self._right_behind(words, mention.last)
        name = " ".join(words.folded[mention.first : mention.last + 1])
        return Located(mention, self._gazetteer.meant(name, countries, country, region))

    def _right_behind(self, words: Words, last: int) -> tuple[str, str]:
        """Country and region that stand behind a name: "Paris, Texas"."""
        if last + 1 < len(words) and words.gaps[last + 1] in _BEHIND:
            for length in (3, 2, 1):
                held = self._behind.get(tuple(words.folded[last + 1 : last + 1 + length]))
                if held is not None:
                    return held
        return "", ""

    def country_of(self, place: str) -> str | None:
        """Where a dateline's place lies: "KYIV", "Santa Cruz, Calif."."""
        city = self.city_of(place) if place else None
        return city.country if city else self.region_behind(place)

    def with_sought(self, sightings: Sightings, read: Read, countries: Container[str]) -> Sightings:
        """And the cities that no mention holds."""
        text = sightings.text + self.sought(read.words, sightings.text, countries)
        title = sightings.title + self.sought(read.title_words, sightings.title, countries)
        return Sightings(
            sorted(text, key=lambda each: each.first), sorted(title, key=lambda each: each.first)
        )

    def city_of(self, place: str, countries: Container[str] = ()) -> City | None:
        """Of a dateline's place: "KYIV", "Santa Cruz, Calif."."""
        words = Words.of(place)
        for last in range(len(words) - 1, -1, -1):
            country, region = self._right_behind(words, last)
            city = self._gazetteer.meant(" ".join(words.folded[: last + 1]), countries, country, region)
            if city is not None:
                return city
        return None

    def region_behind(self, place: str) -> str | None:
        """The country of a state or province in a dateline's place, be its city known or not."""
        words = Words.of(place)
        for first in range(len(words)):
            for length in (3, 2, 1):
                held = self._behind.get(tuple(words.folded[first : first + length]))
                if held is not None and held[1] and first + length == len(words):
                    return held[0]
        return None

    def sought(self, words: Words, taken: Sequence[Mention], countries: Container[str]) -> list[Mention]:
        """Cities that no mention holds: for scripts without case, and languages that no model knows well."""
        held = places_of(taken)
        small = frozenset(form for form in words.forms if form.islower())
        found: list[Mention] = []
        past = 0
        for first, word in enumerate(words.folded[:WORDS_SOUGHT]):
            longest = self._gazetteer.longest(word)
            if not longest or first < past or first in held or word in small:
                continue
            if first and (words.folded[first - 1] in _ARTICLES or words.gaps[first] in _HYPHENS):
                continue
            for length in range(longest, 0, -1):
                last = first + length - 1
                if self._is_city(words, first, last, countries):
                    name = tuple(words.forms[first : last + 1])
                    found.append(Mention(first, last, PLACE, CERTAINTY, name, name))
                    past = last + 1
                    break
        return found

    def _is_city(self, words: Words, first: int, last: int, countries: Container[str]) -> bool:
        if last + 1 < len(words) and words.gaps[last + 1] in _HYPHENS:  # Schleswig-Holstein
            return False
        if last >= len(words) or not all(words.is_joined(place) for place in range(first + 1, last + 1)):
            return False
        name = " ".join(words.folded[first : last + 1])
        if len(name) < (SHORTEST if not is_unspaced(words.forms[first]) else 3):
            return False
        return self._gazetteer.holds(name) and self._gazetteer.meant(name, countries) is not None
