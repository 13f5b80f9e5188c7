"""Names known for what they are: countries, continents, institutions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from workers.steps.tag.entities.mentions import ORGANISATION, PLACE, Mention, places_of
from workers.steps.tag.phrases import Phrases
from workers.steps.tag.table import BadTable, mapping, strings
from workers.steps.tag.words import Words

CERTAINTY: Final = 0.7
GENITIVES: Final = frozenset(["de", "nl", "sv", "da", "no"])  # languages that join an s to a name: Europas
_KINDS: Final = {"organisation": ORGANISATION, "place": PLACE}
_WHERE: Final = "config/tag/known.toml"


@dataclass(frozen=True, slots=True)
class _Name:
    kind: str
    written: tuple[str, ...]
    of: tuple[str, ...]  # without the s of a genitive


class FamiliarNames:
    """table: the parsed known.toml; countries: the parsed countries.toml. Raises BadTable."""

    def __init__(self, table: Mapping[str, Any], countries: Mapping[str, Any]) -> None:
        self._names: Phrases[_Name] = Phrases()
        self._of_language: dict[str, Phrases[_Name]] = {}
        for key, kind in _KINDS.items():
            names = table.get(key, "")
            if not isinstance(names, str):
                raise BadTable([f"{_WHERE}: {key} must be names in one string, not {names!r}"])
            for name in filter(None, map(str.strip, names.replace("\n", " ").split(","))):
                _add(self._names, name, kind)
        for code, country in mapping(countries, "countries", "countries.toml").items():
            by_language = mapping(country, "names", code)
            for language in by_language:
                for name in strings(by_language, language, code):
                    _add(self._of_language.setdefault(language, Phrases()), name, PLACE)

    def seen(self, words: Words, language: str, taken: Sequence[Mention]) -> list[Mention]:
        """Those that no mention holds yet, in order."""
        held = places_of(taken)
        found: list[Mention] = []
        # the model of English knows countries
        own = self._of_language.get(language) if language != "en" else None
        for names in filter(None, (own, self._names)):
            for each in _matches(names, words):
                places = range(each.first, each.last + 1)
                if held.isdisjoint(places) and (each.of == each.name or language in GENITIVES):
                    found.append(each)
                    held.update(places)
        return sorted(found, key=lambda each: each.first)


def _add(names: Phrases[_Name], name: str, kind: str) -> None:
    bare = tuple(Words.of(name).forms)
    names.add(name, _Name(kind, bare, bare))
    if name[-1].isascii() and name[-1].isalpha() and not name.isupper() and name[-1] not in "sxz":
        names.add(f"{name}s", _Name(kind, (*bare[:-1], f"{bare[-1]}s"), bare))


def _matches(names: Phrases[_Name], words: Words) -> Iterator[Mention]:
    """Those that stand with their own capitals."""
    for match in names.longest(words):
        written = tuple(words.forms[match.first : match.last + 1])
        name = next((name for name in match.values if name.written == written), None)
        if name is not None:
            yield Mention(match.first, match.last, name.kind, CERTAINTY, written, name.of)
