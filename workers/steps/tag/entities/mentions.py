"""Names of a text made one another's: what the article as a whole says about each mention.

Later mentions "Zheng" belong to "Eric Zheng"; a name takes the kind that most of its mentions have; a
mention that the model missed is found by the others.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from typing import Final, NamedTuple

from workers.steps.tag.entities.model import Labelled
from workers.steps.tag.entities.sight import Sight
from workers.steps.tag.words import Words

PERSON: Final = "PER"
PLACE: Final = "LOC"
ORGANISATION: Final = "ORG"
LONGEST_SUFFIX: Final = 7       # letters of the small part of "Ka-ki"
FOUND_CERTAINTY: Final = 0.5    # of a mention that only the others speak for
_HYPHENS: Final = frozenset(["-", "\u2010", "\u2011"])
_ARTICLES: Final = frozenset(["al", "el", "ul", "ad", "ar", "as", "ash", "az", "an"])
_NOT_FIRST: Final = frozenset(["the", "of", "and", "for", "on"])  # words of a name
_NOT_NAMES: Final = frozenset(["based", "led", "era", "style", "born", "backed", "elect", "like", "wide"])

Name = tuple[str, ...]  # words as written


class Mention(NamedTuple):  # made in a third of the time of a frozen dataclass
    first: int
    last: int
    kind: str
    certainty: float
    name: Name
    of: Name  # the full name it belongs to; else its own


_Sure = tuple[Labelled, Name]


def places_of(found: Iterable[Mention | Labelled]) -> set[int]:
    """The words that they hold."""
    return {place for each in found for place in range(each.first, each.last + 1)}


def apart_from(taken: Set[int], found: Iterable[Mention]) -> list[Mention]:
    """Those that hold none of these words."""
    return [each for each in found if taken.isdisjoint(range(each.first, each.last + 1))]


@dataclass(frozen=True, slots=True)
class Lists:
    """Case-folded words that are no names (peoples, calendar), or come before one (titles)."""

    no_names: Set[str]
    titles: Set[str]
    places: Set[str]  # single words that are a place, so no later mention of a person


def mentions(words: Words, sight: Sight, labelled: Iterable[Labelled], lists: Lists) -> list[Mention]:
    """In order, none overlapping another."""
    sure = [found for each in _with_articles(words, labelled) if (found := _trimmed(words, each, lists)) is not None]
    full = _full_names(sure, lists)
    kinds = _kinds(sure, full)
    held = [
        Mention(each.first, each.last, kinds[name], each.certainty, name, full.get(name, name)) for each, name in sure
    ]
    held += _missed(words, sight, held, kinds, full)
    return sorted((_hyphened(words, each) for each in held), key=lambda each: each.first)


def _with_articles(words: Words, labelled: Iterable[Labelled]) -> Iterator[Labelled]:
    """With the article that Arabic names have before a hyphen, and what goes on behind it: Hassan al-Turabi."""
    past = 0
    for each in _with_initials(words, labelled):
        if each.last < past:  # held by the name before
            continue
        first, last = each.first, each.last
        if first > past and _is_article(words, first - 1):
            first -= 1
        while each.kind == PERSON and _is_article(words, last + 1) and words.gaps[last + 1] == " ":
            last += 2
        past = last + 1
        yield each if (first, last) == (each.first, each.last) else each._replace(first=first, last=last)


def _with_initials(words: Words, labelled: Iterable[Labelled]) -> Iterator[Labelled]:
    """One person where the full stop of an initial parted two: "Jonathan M." and "Stan"."""
    held: Labelled | None = None
    for each in labelled:
        if held is not None and each.kind == held.kind == PERSON and _goes_on(words, held.last, each.first):
            held = Labelled(held.first, each.last, PERSON, min(held.certainty, each.certainty))
            continue
        if held is not None:
            yield held
        held = each
    if held is not None:
        yield held


def _goes_on(words: Words, last: int, first: int) -> bool:
    return first == last + 1 and len(words.forms[last]) == 1 and words.gaps[first] in (". ", ".")


def _is_article(words: Words, at: int) -> bool:
    """Whether the word at this place is joined by a hyphen to a name behind it."""
    is_joined = at + 1 < len(words) and words.gaps[at + 1] in _HYPHENS and words.forms[at + 1][0].isupper()
    return is_joined and words.forms[at].lower() in _ARTICLES


def _trimmed(words: Words, each: Labelled, lists: Lists) -> _Sure | None:
    """Without a title or an article before it; None when no name is left."""
    first, last, folded = each.first, each.last, words.folded
    while first < last and (
        folded[first] in _NOT_FIRST or (each.kind == PERSON and folded[first] in lists.titles)
    ):
        first += 1
    if first == last and (folded[first] in lists.no_names or folded[first] in lists.titles):
        return None
    if first == last and each.kind == PERSON and not _is_of_person(words.forms[first]):
        return None
    if first > each.first:
        each = Labelled(first, last, each.kind, each.certainty)
    return each, tuple(words.forms[first : last + 1])


def _is_of_person(form: str) -> bool:
    """Not "wikiHow" and "IE6", which stand where persons do."""
    return not form[0].islower() and not any(map(str.isdecimal, form))


def _full_names(sure: Sequence[_Sure], lists: Lists) -> dict[Name, Name]:
    """Last and first words of persons' full names -> the full name; the first one that is mentioned."""
    full: dict[Name, Name] = {}
    persons = [name for each, name in sure if each.kind == PERSON and len(name) > 1]
    for place in (-1, 0):
        for name in persons:
            part = name[place]
            if len(part) > 2 and part.casefold() not in lists.places:
                full.setdefault((part,), name)
        for name in persons if place == -1 else ():
            if len(name) > 2 and name[-2] in _ARTICLES:
                full.setdefault(name[-2:], name)
                full.setdefault((name[-2].capitalize(), name[-1]), name)
    return full


def _kinds(sure: Sequence[_Sure], full: dict[Name, Name]) -> dict[Name, str]:
    votes: defaultdict[Name, Counter[str]] = defaultdict(Counter)
    for each, name in sure:
        votes[name][each.kind] += 1
    kinds = {name: counts.most_common(1)[0][0] for name, counts in votes.items()}
    return kinds | dict.fromkeys(full, PERSON)


def _missed(
    words: Words, sight: Sight, held: Sequence[Mention], kinds: dict[Name, str], full: dict[Name, Name]
) -> list[Mention]:
    """Names that stand again where the model did not see them."""
    taken = places_of(held)
    by_first: defaultdict[str, list[Name]] = defaultdict(list)
    for name in sorted(kinds, key=lambda name: (-len(name), name)):
        by_first[name[0]].append(name)
    found: list[Mention] = []
    for first in sight.member.nonzero()[0].tolist():
        for name in by_first.get(words.forms[first], ()):
            places = range(first, first + len(name))
            if tuple(words.forms[first : places.stop]) != name or not taken.isdisjoint(places):
                continue
            is_guess = len(name[0]) < 2 or (sight.starts[first] and words.is_written(name[0].casefold()))
            if len(name) > 1 or not is_guess:
                found.append(Mention(first, places.stop - 1, kinds[name], FOUND_CERTAINTY, name, full.get(name, name)))
                taken.update(places)
                break
    return found


def _hyphened(words: Words, each: Mention) -> Mention:
    """With the small part of a given name, as in Leung Che-cheung."""
    last = each.last
    if each.kind != PERSON:
        return each
    while last + 1 < len(words) and words.gaps[last + 1] in _HYPHENS and _is_small_part(words.forms[last + 1]):
        last += 1
    if last == each.last:
        return each
    name = tuple(words.forms[each.first : last + 1])
    return each._replace(last=last, name=name, of=name if each.of == each.name else each.of)


def _is_small_part(form: str) -> bool:
    return form.islower() and len(form) <= LONGEST_SUFFIX and form not in _NOT_NAMES
