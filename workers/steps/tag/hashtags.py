"""Hashtags: the page's own, those that stand in title and text, and proposed ones."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from workers.model import Tag, TagKind
from workers.steps.tag.evidence import SPANS_A_TAG, Read, spans
from workers.steps.tag.words import MARKS, Words

MOST_HASHTAGS: Final = 30
LONGEST_HASHTAG: Final = 100  # characters
OWN_SCORE: Final = 1.0
PROPOSED_SCORE: Final = 0.6  # times the score of the name or keyphrase
LEAST_SCORE: Final = 0.01
MOST_PROPOSED: Final = 5    # with the article's own
SHORTEST_PROPOSED: Final = 3  # letters
WRITTEN_SCORE: Final = 0.8  # in the text only: often a quoted post's

_WRITTEN: Final = re.compile(f"(?<![\\w#＃&/])[#＃]([\\w{MARKS}]{{1,{LONGEST_HASHTAG}}})(?![\\w{MARKS}])")
_COLOUR: Final = re.compile(r"(?=.*\d)(?:[0-9a-f]{3}|[0-9a-f]{6}|[0-9a-f]{8})")
_WORDS: Final = re.compile(f"[\\w{MARKS}]+")
_WORD_OF_ONE: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[^\W\dA-Z_]+|\d+|[^\W_]")


@dataclass(slots=True)
class _Found:
    label: str
    score: float
    text: list[tuple[int, int]] = field(default_factory=list)
    title: list[tuple[int, int]] = field(default_factory=list)


def hashtags(read: Read, own: Sequence[str]) -> list[Tag]:
    """Ids are case-folded and without the sign. Evidence is the hashtag as it is written.

    A hashtag of the page that is written nowhere rests on its words, "climate change" for
    #ClimateChange; without those too it has no evidence: it stood outside title and text.
    """
    found: dict[str, _Found] = {}
    for name in own:
        word = name.strip().lstrip("#＃").strip()
        if 0 < len(word) <= LONGEST_HASHTAG and len(found) < MOST_HASHTAGS:
            found.setdefault(word.casefold(), _Found(f"#{word}", OWN_SCORE))
    _find_written(read.title, "title", found)
    _find_written(read.text, "text", found)
    for each in found.values():
        if not each.text and not each.title:
            parts = [part.casefold() for part in _WORD_OF_ONE.findall(each.label)]
            each.text += _places(parts, read.words)
            each.title += _places(parts, read.title_words)
    return [
        Tag(TagKind.HASHTAG, word, each.label, each.score, spans(each.text, each.title))
        for word, each in found.items()
    ]


def proposed(own: Sequence[Tag], names: Sequence[Tag], keyphrases: Sequence[Tag]) -> list[Tag]:
    """Hashtags for an article that has few: names and keyphrases that come again, as one word."""
    taken = {tag.id for tag in own}
    found: dict[str, Tag] = {}
    candidates = [tag for tag in (*names[:MOST_PROPOSED], *keyphrases[:MOST_PROPOSED]) if len(tag.evidence) > 1]
    for tag in sorted(candidates, key=lambda tag: (-len(tag.evidence), tag.id)):
        label = _as_one_word(tag.label)
        id = label.casefold()
        if len(taken) + len(found) >= MOST_PROPOSED:
            break
        if label and id not in taken and not any(id in other or other in id for other in (*found, *taken)):
            found[id] = Tag(
                TagKind.HASHTAG, id, f"#{label}", round(PROPOSED_SCORE * tag.score, 3) or LEAST_SCORE, tag.evidence
            )
    return list(found.values())


def _as_one_word(label: str) -> str:
    """Climate change: ClimateChange. Where no letter has case, an underscore parts the words."""
    words = _WORDS.findall(label)
    if len("".join(words)) < SHORTEST_PROPOSED:
        return ""
    if not any(letter.isupper() or letter.islower() for letter in label):
        return "" if len("_".join(words)) > LONGEST_HASHTAG else "_".join(words)
    joined = "".join(word if any(map(str.isupper, word)) else word[:1].upper() + word[1:] for word in words)
    return joined if len(joined) <= LONGEST_HASHTAG else ""


def _find_written(text: str, where: str, found: dict[str, _Found]) -> None:
    if "#" not in text and "＃" not in text:
        return
    for match in _WRITTEN.finditer(text):
        word = match[1].casefold()
        if word not in found:
            if len(found) >= MOST_HASHTAGS or not _is_name(word):
                continue
            found[word] = _Found(f"#{match[1]}", WRITTEN_SCORE)
        places = found[word].title if where == "title" else found[word].text
        if len(places) < SPANS_A_TAG:
            places.append(match.span())


def _is_name(word: str) -> bool:
    """Not a number as in "#1", and not a colour."""
    return any(letter.isalpha() for letter in word) and not _COLOUR.fullmatch(word)


def _places(parts: list[str], words: Words) -> list[tuple[int, int]]:
    places: list[tuple[int, int]] = []
    first = -1
    while parts and len(places) < SPANS_A_TAG:
        try:
            first = words.folded.index(parts[0], first + 1)
        except ValueError:  # no further one
            break
        last = first + len(parts) - 1
        if words.folded[first : last + 1] == parts and all(map(words.is_joined, range(first + 1, last + 1))):
            places.append(words.span(first, last))
    return places
