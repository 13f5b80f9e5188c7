"""Persons, organisations, places and countries: each helps to tell the other."""

from __future__ import annotations

from workers.model import Article, Tag
from workers.steps.tag.countries import Countries, Named
from workers.steps.tag.entities import Entities, Sightings
from workers.steps.tag.evidence import Read
from workers.steps.tag.name_tags import name_tags, span_of
from workers.steps.tag.places import Located, Places

ENGLISH = "en"  # the entity model knows its words; elsewhere large cities are sought by name too


class Names:
    """entities: None where no weights are; then only large cities are found, by name."""

    def __init__(self, countries: Countries, places: Places, entities: Entities | None) -> None:
        self._countries = countries
        self._places = places
        self._entities = entities

    def __call__(self, article: Article, read: Read, language: str) -> tuple[list[Tag], list[Tag]]:
        """Tags of persons, organisations and places; of countries."""
        named = self._countries.named(read, language)
        if article.dateline is not None:
            place = article.dateline.place or ""
            self._countries.add_dateline(named, article.dateline, self._places.country_of(place))
        text, title = self._places.located(self._sightings(read, language, named), read, named)
        self._add_cities(named, read, text, title)
        return name_tags(read, text, title), self._countries.tags(named)

    def _sightings(self, read: Read, language: str, named: Named) -> Sightings:
        sightings = self._entities(read, language) if self._entities else Sightings([], [])
        return sightings if language == ENGLISH else self._places.with_sought(sightings, read, named)

    def _add_cities(self, named: Named, read: Read, text: list[Located], title: list[Located]) -> None:
        for each in text:
            if each.city is not None:
                span = span_of(each, read.words, read.text)
                self._countries.add_city(named, each.city.country, span, in_title=False)
        for each in title:
            if each.city is not None:
                span = span_of(each, read.title_words, read.title)
                self._countries.add_city(named, each.city.country, span, in_title=True)
