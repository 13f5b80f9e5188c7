"""Lists of places that other tables hold, as the entity model sees them: single case-folded words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from workers.steps.tag.gazetteer import Gazetteer
from workers.steps.tag.words import Words

LARGE: Final = 200_000  # people
SHORTEST: Final = 3     # letters


def known_words(tables: Mapping[str, Any], gazetteer: Gazetteer) -> dict[str, frozenset[str]]:
    countries = list(tables.get("countries", {}).get("countries", {}).values())
    regions = [name for country in tables.get("regions", {}).values() for name in country]
    large = gazetteer.single_words(LARGE)
    return {
        "country": frozenset(_single(name for country in countries for name in _all(country, "names"))),
        "demonym": frozenset(_single(name for country in countries for name in _all(country, "demonyms"))),
        "region": frozenset(_single(iter(regions))),
        "city": frozenset(word for word in large if len(word) >= SHORTEST),
        "town": frozenset(word for word in gazetteer.single_words(0) - large if len(word) > SHORTEST),
    }


def _all(country: Mapping[str, Any], kind: str) -> Iterator[str]:
    for names in country.get(kind, {}).values():
        yield from names


def _single(names: Iterator[str]) -> Iterator[str]:
    for name in names:
        words = Words.of(name).folded
        if len(words) == 1 and len(words[0]) >= SHORTEST:
            yield words[0]
