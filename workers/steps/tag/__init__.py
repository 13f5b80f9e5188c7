"""Says what an article is about: language, topics, names, countries, keyphrases, hashtags, the operator's rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from workers import model
from workers.model import Article, Keep, Outcome
from workers.steps.tag.countries import Countries
from workers.steps.tag.entities import Sightings
from workers.steps.tag.evidence import Read
from workers.steps.tag.hashtags import hashtags, proposed
from workers.steps.tag.keyphrases import Keyphrases
from workers.steps.tag.language import Identify, language_of, py3langid_identifier
from workers.steps.tag.names import name_tags, span_of
from workers.steps.tag.places import Places
from workers.steps.tag.rules import Rules
from workers.steps.tag.step import Step
from workers.steps.tag.table import BadTable
from workers.steps.tag.trained import Weights, make_entities, make_gazetteer, make_topics

__all__ = ["BadTable", "Step", "Tag"]

ENGLISH = "en"  # the entity model knows its words; elsewhere large cities are sought by name too


class Tag:
    """Gives an article its language and its tags, each with a score and exact evidence.

    tables: the parsed files of config/tag/ by their stems; one that is missing tags nothing. `topics` holds those of
    config/tag/topics/ by theirs.
    weights: the files of workers/steps/tag/weights/ by name; without them there are no topics, names and places.
    identify: text to (ISO 639 code, certainty 0..1); without it py3langid's model is loaded, 0.5 s.
    extra: own steps, run after in order; an outcome that is not Keep is the article's.
    Raises BadTable when a table cannot be used.
    """

    def __init__(
        self,
        tables: Mapping[str, Any],
        weights: Weights | None = None,
        *,
        identify: Identify | None = None,
        extra: Sequence[Step] = (),
    ) -> None:
        weights = weights or {}
        self._rules = Rules(tables.get("rules", {}))
        self._countries = Countries(tables.get("countries", {}), tables.get("regions", {}))
        self._keyphrases = Keyphrases(tables.get("stopwords", {}))
        self._topics = make_topics(tables, weights)
        gazetteer = make_gazetteer(weights)
        self._places = Places(gazetteer, tables.get("regions", {}), self._countries.by_name)
        self._entities = make_entities(tables, weights, gazetteer)
        self._identify = identify or py3langid_identifier()
        self._extra = tuple(extra)

    def __call__(self, article: Article) -> Outcome:
        language = language_of(article, self._identify)
        outcome: Outcome = Keep(replace(article, language=language, tags=self._tags(article, language)))
        for step in self._extra:
            if not isinstance(outcome, Keep):
                break
            outcome = step(outcome.article)
        return outcome

    def _tags(self, article: Article, language: str) -> tuple[model.Tag, ...]:
        read = Read.of(article)
        topics = self._topics(read, language, article.section, article.url)
        names, countries = self._names(article, read, language)
        keyphrases = self._keyphrases(read, language)
        own = hashtags(read, article.hashtags)
        given = [
            *topics, *names, *countries, *keyphrases, *own, *proposed(own, names, keyphrases),
            *self._rules(read, language),
        ]
        again = {(tag.kind, tag.id) for tag in given}
        return (*(tag for tag in article.tags if (tag.kind, tag.id) not in again), *given)

    def _names(self, article: Article, read: Read, language: str) -> tuple[list[model.Tag], list[model.Tag]]:
        """Persons, organisations and places; countries. Each helps to tell the other."""
        named = self._countries.named(read, language)
        if article.dateline is not None:
            self._countries.add_dateline(named, article.dateline, self._places.country_of(article.dateline.place or ""))
        sightings = self._entities(read, language) if self._entities else Sightings([], [])
        if language != ENGLISH:
            sightings = self._places.with_sought(sightings, read, named)
        text, title = self._places.located(sightings, read, named)
        for located, words, whole in ((text, read.words, read.text), (title, read.title_words, read.title)):
            for each in located:
                if each.city is not None:
                    span = span_of(each, words, whole)
                    self._countries.add_city(named, each.city.country, span, in_title=located is title)
        return name_tags(read, text, title), self._countries.tags(named)
