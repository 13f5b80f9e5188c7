"""Cities of GeoNames by their names in many languages."""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass
from math import log10
from typing import Final

KNOWN_ANYWHERE: Final = 100_000  # people: a smaller city is meant only where its country or region is named
COUNTRY_BONUS: Final = 1.5       # as if it had so many powers of ten more people
_NAME: Final = 6                 # column


@dataclass(frozen=True, slots=True)
class City:
    id: int  # of GeoNames
    country: str
    region: str
    people: int
    latitude: float
    longitude: float
    name: str


class Gazetteer:
    """text: a line a city, largest first, as training/cities.py writes them. A line is read when it is asked for."""

    def __init__(self, text: str) -> None:
        self._lines = text.splitlines()
        self._by_name: dict[str, list[int]] = {}
        self._longest: dict[str, int] = {}
        for place, line in enumerate(self._lines):
            for key in line.split("\t")[_NAME + 1 :]:
                self._by_name.setdefault(key, []).append(place)
        for key in self._by_name:
            first, *rest = key.split(" ")
            if rest:
                self._longest[first] = max(self._longest.get(first, 1), len(rest) + 1)

    def longest(self, word: str) -> int:
        """Words of the longest name that begins with the word; 0 when none does."""
        return self._longest.get(word, 1 if word in self._by_name else 0)

    def holds(self, name: str) -> bool:
        return name in self._by_name

    def cities(self, name: str) -> Iterator[City]:
        """All of that name, the largest first. name: case-folded words, a blank between."""
        for place in self._by_name.get(name, ()):
            yield _city(self._lines[place])

    def meant(self, name: str, countries: Container[str], country: str = "", region: str = "") -> City | None:
        """Of the cities of a name, the one that an article about these countries means.

        country, region: what stands right behind the name ("Paris, Texas"); nothing else is meant then.
        """
        best: City | None = None
        most = 0.0
        for city in self.cities(name):
            if (country and city.country != country) or (region and city.region != region):
                continue
            at_home = bool(country) or city.country in countries
            weight = log10(city.people + 1) + (COUNTRY_BONUS if at_home else 0.0)
            if weight > most and (at_home or city.people >= KNOWN_ANYWHERE):
                best, most = city, weight
        return best

    def single_words(self, people: int) -> frozenset[str]:
        """Names of one word of cities with at least so many people: their first name."""
        found = set()
        for line in self._lines:
            columns = line.split("\t", _NAME + 2)
            if int(columns[3]) < people:
                break
            if len(columns) > _NAME + 1 and " " not in columns[_NAME + 1]:
                found.add(columns[_NAME + 1])
        return frozenset(found)


def _city(line: str) -> City:
    id, country, region, people, latitude, longitude, name = line.split("\t")[: _NAME + 1]
    return City(int(id), country, region, int(people), float(latitude), float(longitude), name)
