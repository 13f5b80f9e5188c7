"""Tags of persons, organisations and places out of their mentions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from workers.model import Tag, TagKind
from workers.steps.tag.entities.mentions import Name
from workers.steps.tag.evidence import Read, spans
from workers.steps.tag.gazetteer import City
from workers.steps.tag.places import Located
from workers.steps.tag.words import Words

MOST_NAMES: Final = 60       # of an article, all kinds together
SPANS_A_NAME: Final = 40
LEAST_SCORE: Final = 0.05
TITLE_WEIGHT: Final = 3      # a mention in the title ranks as so many

_KINDS: Final = {"PER": TagKind.PERSON, "ORG": TagKind.ORGANISATION, "LOC": TagKind.PLACE}
# Words that keep their full stop at the end of a name.
_STOPPED: Final = frozenset(["inc", "corp", "co", "ltd", "jr", "sr", "bros"])

Key = tuple[TagKind, str]  # kind and id


@dataclass(slots=True)
class _Named:
    label: str
    city: City | None
    certainty: float = 0.0
    text: list[tuple[int, int]] = field(default_factory=list)
    title: list[tuple[int, int]] = field(default_factory=list)

    @property
    def rank(self) -> int:
        return len(self.text) + TITLE_WEIGHT * len(self.title)


def name_tags(read: Read, text: Sequence[Located], title: Sequence[Located]) -> list[Tag]:
    """The most mentioned first. Ids are case-folded names; of cities "geonames:" and their number there."""
    placed = [(each, span_of(each, read.words, read.text)) for each in text]
    placed_in_title = [(each, span_of(each, read.title_words, read.title)) for each in title]
    labels = _labels(placed_in_title, read.title) | _labels(placed, read.text)
    found: dict[Key, _Named] = {}
    for each, span in placed:
        _named(found, each, labels).text.append(span)
    for each, span in placed_in_title:
        _named(found, each, labels).title.append(span)
    ranked = sorted(found.items(), key=lambda item: (-item[1].rank, item[0]))[:MOST_NAMES]
    return [_tag(key, named) for key, named in ranked]


def _labels(placed: Iterable[tuple[Located, tuple[int, int]]], text: str) -> dict[Name, str]:
    """Full names as first written."""
    labels: dict[Name, str] = {}
    for each, (start, end) in placed:
        if each.mention.name not in labels:
            labels[each.mention.name] = " ".join(text[start:end].split())
    return labels


def _named(found: dict[Key, _Named], each: Located, labels: Mapping[Name, str]) -> _Named:
    label = labels.get(each.mention.of) or " ".join(each.mention.of)
    id = f"geonames:{each.city.id}" if each.city else label.casefold().rstrip(".")
    key = (_KINDS[each.mention.kind], id)
    named = found.get(key)
    if named is None:
        named = found[key] = _Named(label, each.city)
    named.certainty = max(named.certainty, each.mention.certainty)
    return named


def span_of(each: Located, words: Words, text: str) -> tuple[int, int]:
    """With the full stop of an abbreviation: U.S., Acme Inc."""
    mention = each.mention
    start, end = words.span(mention.first, mention.last)
    last = words.forms[mention.last]
    is_initial = len(last) == 1 and last.isupper() and words.gaps[mention.last] == "."
    if text[end : end + 1] == "." and (is_initial or last.casefold() in _STOPPED):
        end += 1
    return start, end


def _tag(key: Key, named: _Named) -> Tag:
    score = max(LEAST_SCORE, round(named.certainty, 3))
    evidence = spans(named.text, named.title, most=SPANS_A_NAME)
    if named.city is None:
        return Tag(*key, named.label, score, evidence)
    return Tag(*key, named.label, score, evidence, latitude=named.city.latitude, longitude=named.city.longitude)
