"""Persons, organisations and places: in scripts with case by a trained model, else by lists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from workers.steps.tag.entities.arabic import arabic_persons
from workers.steps.tag.entities.caseless import CaselessPersons
from workers.steps.tag.entities.cues import Cues
from workers.steps.tag.entities.familiar import FamiliarNames
from workers.steps.tag.entities.mentions import Lists, Mention, apart_from, mentions, places_of
from workers.steps.tag.entities.model import EntityModel, Labelled
from workers.steps.tag.entities.teams import Teams
from workers.steps.tag.entities.word_features import WordFeatures
from workers.steps.tag.evidence import Read
from workers.steps.tag.words import Words

__all__ = ["Entities", "Mention", "Sightings"]

WORDS_READ: Final = 20_000    # of a text
TITLE_CASE: Final = 0.6       # of a title's words with a capital: then capitals say nothing
ALL_CAPITALS: Final = 0.8     # of a text's letters
LETTERS_SEEN: Final = 400     # of a text, to tell whether all is in capitals
NO_NAMES: Final = ("peoples", "calendar", "connectors", "speech")
NO_PERSONS: Final = (*NO_NAMES, "organisation", "place", "country", "region", "city", "demonym")


@dataclass(frozen=True, slots=True)
class Sightings:
    text: list[Mention]
    title: list[Mention]


class Entities:
    """english: with words and clusters; plain: trained on shapes, lists and places alone, for other languages;
    familiar: names that are told besides; caseless: persons where no capitals tell them."""

    def __init__(
        self, english: EntityModel, plain: EntityModel, features: WordFeatures, familiar: FamiliarNames,
        caseless: CaselessPersons,
    ) -> None:
        self._caseless = caseless
        self._familiar = familiar
        self._cues = Cues(
            features.words_of("speech"), features.words_of("titles"),
            frozenset().union(*(features.words_of(name) for name in NO_PERSONS)) - features.words_of("given"),
        )
        self._english = english
        self._plain = plain
        self._teams = Teams(*map(features.words_of, ("match", "team_before", "team_behind", "place_before")))
        self._arabic_given = features.words_of("arabic_given")
        self._arabic_ends = features.words_of("arabic_ends")
        self._lists = Lists(
            frozenset().union(*(features.words_of(name) for name in NO_NAMES)) - features.words_of("given"),
            features.words_of("titles"),
            features.words_of("country") | features.words_of("region"),
        )

    def __call__(self, read: Read, language: str) -> Sightings:
        model = self._english if language == "en" else self._plain
        words = read.words if len(read.words) <= WORDS_READ else read.words.head(WORDS_READ)
        seen = words.head(0) if _is_capital(read.text) else words
        says_nothing = _is_capital(read.title) or _is_title_case(read.title_words)
        seen_title = read.title_words.head(0) if says_nothing else read.title_words
        text, title = self._mentions(model, seen, seen_title)
        if language == "ar":
            text = arabic_persons(words, self._arabic_given, self._arabic_ends)
            title = arabic_persons(read.title_words, self._arabic_given, self._arabic_ends)
        text = _with_others(text, self._caseless.seen(words, read.text, language))
        title = _with_others(title, self._caseless.seen(read.title_words, read.title, language))
        text = self._familiar.with_these(text, seen, language)
        if language == "en":
            text = self._teams.told(seen, text)
        # "UN HOMME EST MORT": in capitals an article looks like an institution
        title_words = seen_title if _is_capital(read.title) else read.title_words
        title = self._familiar.with_these(title, title_words, language)
        return Sightings(text, _title_mentions(read.title_words, text, title))

    def _mentions(self, model: EntityModel, words: Words, title: Words) -> tuple[list[Mention], list[Mention]]:
        """Of text and title. Both are labelled at once: half of the cost is a call's own."""
        both = words.followed_by(title) if len(title) else words
        if not len(both):
            return [], []
        sight = model.see(both)
        labelled = model.label(sight)
        if model is self._plain:
            labelled = sorted([*labelled, *self._cues.persons(both, labelled)], key=lambda each: each.first)
        count = len(words)
        ours = [each for each in labelled if each.first < count]
        of_title = [
            Labelled(each.first - count, each.last - count, each.kind, each.certainty)
            for each in labelled
            if each.first >= count
        ]
        return (
            mentions(words, sight.part(0, count), ours, self._lists),
            mentions(title, sight.part(count, len(both)), of_title, self._lists) if len(title) else [],
        )


def _with_others(found: list[Mention], others: list[Mention]) -> list[Mention]:
    """In order, as `found` is; and those of `others` that nothing else holds."""
    if not others:
        return found
    return sorted(found + apart_from(places_of(found), others), key=lambda each: each.first)


def _title_mentions(words: Words, text: list[Mention], title: list[Mention]) -> list[Mention]:
    """What the text names, whatever the title's case; and what else the model saw there."""
    known = {_folded(each.name): each for each in reversed(text)}
    return _with_others(list(_again(words, known)), title)


def _again(words: Words, known: Mapping[tuple[str, ...], Mention]) -> Iterator[Mention]:
    longest: dict[str, int] = {}
    for name in known:
        longest[name[0]] = max(longest.get(name[0], 0), len(name))
    past = 0
    for first, word in enumerate(words.folded):
        if first < past or words.forms[first].islower():
            continue
        for length in range(min(longest.get(word, 0), len(words) - first), 0, -1):
            each = known.get(tuple(words.folded[first : first + length]))
            if each is not None:
                past = first + length
                name = tuple(words.forms[first:past])
                yield each._replace(first=first, last=past - 1, name=name)
                break


def _folded(name: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word.casefold() for word in name)


def _is_capital(text: str) -> bool:
    """Whether all is in capitals."""
    sample = text[:LETTERS_SEEN]
    large = sum(map(str.isupper, sample))
    return large > 0 and large >= ALL_CAPITALS * (large + sum(map(str.islower, sample)))


def _is_title_case(words: Words) -> bool:
    """Four words and more, most of them with a capital."""
    large = sum(form[0].isupper() for form in words.forms)
    return len(words) > 3 and large >= TITLE_CASE * len(words)
