"""Persons in Arabic text, which has no capitals: a known given name and what goes on with it."""

from __future__ import annotations

from collections.abc import Set
from typing import Final

from workers.steps.tag.entities.mentions import PERSON, Mention, Name
from workers.steps.tag.words import Words

CERTAINTY: Final = 0.6
LONGEST: Final = 5  # words
_JOINED_BEFORE: Final = ("و", "ف", "ل", "ب")  # and, so, to, with: written together with the name
_GO_ON: Final = frozenset(["عبد", "بن", "ابن", "بنت", "أبو", "ابو", "آل", "أم"])  # the next word belongs to them


def arabic_persons(words: Words, given: Set[str], ends: Set[str]) -> list[Mention]:
    """In order. A surname that stands alone later belongs to the full name before it."""
    found: list[Mention] = []
    full: dict[str, Name] = {}
    past = 0
    for first, word in enumerate(words.folded):
        if first < past:
            continue
        if word in full:
            found.append(Mention(first, first, PERSON, CERTAINTY, (words.forms[first],), full[word]))
        elif word in given or (word[:1] in _JOINED_BEFORE and word[1:] in given and word[1:] not in _GO_ON):
            last = _last(words, first, ends)
            if last > first:
                name = tuple(words.forms[first : last + 1])
                found.append(Mention(first, last, PERSON, CERTAINTY, name, name))
                full[words.folded[last]] = name
                past = last + 1
    return found


def _last(words: Words, first: int, ends: Set[str]) -> int:
    """Up to one surname, and further ones with the article: Abd al-Fattah al-Sisi."""
    last, surnames = first, 0
    while last + 1 < len(words) and last - first < LONGEST - 1 and words.gaps[last + 1] == " ":
        word = words.folded[last + 1]
        if word in ends or (surnames and not word.startswith("ال")):
            break
        if words.folded[last] not in _GO_ON and word not in _GO_ON:
            surnames += 1
        if surnames > 2:
            break
        last += 1
    return last
