"""Says what an article is about: language, topics, names, countries, keyphrases, hashtags, the operator's rules."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from dataclasses import replace
from typing import Any

from workers import model
from workers.model import Article, Keep, Outcome
from workers.steps.tag.alike import Alike
from workers.steps.tag.evidence import Read
from workers.steps.tag.hashtags import hashtags, proposed
from workers.steps.tag.identifier import Identify, py3langid_identifier
from workers.steps.tag.keyphrases import Keyphrases
from workers.steps.tag.language import language_of
from workers.steps.tag.plain_language import plainly_first
from workers.steps.tag.rules import BadRules, Problem, Rules, read_rules
from workers.steps.tag.step import Step
from workers.steps.tag.summary import Summary
from workers.steps.tag.table import BadTable
from workers.steps.tag.trained import Weights, make_names, make_topics

__all__ = ["BadRules", "BadTable", "Problem", "Rules", "Step", "Tag", "read_rules"]

class Tag:
    """Gives an article its language and its tags, each with a score and exact evidence.

    tables: the parsed files of config/tag/ by their stems; one that is missing tags nothing. `topics` holds those of
    config/tag/topics/ by theirs.
    weights: the files of workers/steps/tag/weights/ by name; without them there are no topics, names and places.
    topics_model: what `newsmill train topics` wrote; its topics take the place of the lexicons'.
    identify: text to (ISO 639 code, certainty 0..1); without it py3langid's model is loaded, 0.5 s.
    Raises BadTable when a table cannot be used.
    """

    def __init__(
        self,
        tables: Mapping[str, Any],
        weights: Weights | None = None,
        *,
        topics_model: bytes | None = None,
        identify: Identify | None = None,
    ) -> None:
        weights = weights or {}
        self._rules = Rules(tables.get("rules", {}))
        self._keyphrases = Keyphrases(tables.get("stopwords", {}))
        self._summary = Summary(tables.get("summary", {}), tables.get("stopwords", {}))
        self._topics = make_topics(tables, weights, topics_model)
        self._names = make_names(tables, weights)
        self._identify = identify or plainly_first(
            tables.get("stopwords", {}), py3langid_identifier(Alike(tables.get("languages", {})))
        )

    def with_rules(self, rules: Rules) -> Tag:
        """The same step with other rules; models and tables are shared."""
        other = copy(self)
        other._rules = rules
        return other

    def __call__(self, article: Article) -> Outcome:
        language = language_of(article, self._identify)
        read = Read.of(article)
        tagged = replace(article, language=language, tags=self._tags(article, read, language))
        if tagged.summary is None:
            summary, places = self._summary(read, language)
            tagged = replace(tagged, summary=summary, summary_spans=places)
        return Keep(tagged)

    def _tags(self, article: Article, read: Read, language: str) -> tuple[model.Tag, ...]:
        names, countries = self._names(article, read, language)
        keyphrases = self._keyphrases(read, language)
        own = hashtags(read, article.hashtags)
        given = [
            *self._topics(read, language, article.section, article.url),
            *names, *countries, *keyphrases, *own, *proposed(own, names, keyphrases),
            *self._rules(article, read, language),
        ]
        if not article.tags:
            return tuple(given)
        again = {(tag.kind, tag.id) for tag in given}
        return (*(tag for tag in article.tags if (tag.kind, tag.id) not in again), *given)
