"""Two texts side by side: the passages they share and the numbers in which they differ. For people."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from workers.model import Span
from workers.steps.deduplicate.characters import fold, is_lone, is_seen, is_word

_PASSAGE_WORDS: Final = 8   # shorter runs of equal words are chance
_WORDS_MOST: Final = 20_000  # of each text; more says nothing new
_JOINED: Final = re.compile(r"\w+(?:(?<=\d)[.,:](?=\d)\w+)*")


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of equal words. Spans are code points of the two texts."""

    words: int
    new: Span
    old: Span


@dataclass(frozen=True, slots=True)
class Comparison:
    """passages: the longest first. numbers: those of one text that the other lacks, in their order."""

    passages: tuple[Passage, ...]
    new_numbers: tuple[str, ...]
    old_numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Word:
    folded: str
    start: int
    end: int


def compare(new: str, old: str) -> Comparison:
    ours, theirs = (list(_words(text))[:_WORDS_MOST] for text in (new, old))
    passages = sorted(_passages(ours, theirs), key=lambda passage: -passage.words)
    new_numbers, old_numbers = _numbers(new), _numbers(old)
    return Comparison(
        tuple(passages),
        tuple(number for number in new_numbers if number not in old_numbers),
        tuple(number for number in old_numbers if number not in new_numbers),
    )


def _words(text: str) -> Iterator[_Word]:
    start: int | None = None
    for at, character in enumerate(f"{text} "):
        goes_on = is_word(character) and not is_lone(character)
        if start is not None and not goes_on and is_seen(character):
            yield _Word(fold(text[start:at]), start, at)
            start = None
        if is_lone(character):
            yield _Word(fold(character), at, at + 1)
        elif goes_on and start is None:
            start = at


def _passages(ours: list[_Word], theirs: list[_Word]) -> Iterator[Passage]:
    """Greedy from left to right: from each place of the new text the longest run that the old one holds."""
    places: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for at in range(len(theirs) - _PASSAGE_WORDS + 1):
        places[_run(theirs, at)].append(at)
    at = 0
    while at <= len(ours) - _PASSAGE_WORDS:
        found = [(_common(ours, at, theirs, place), -place) for place in places.get(_run(ours, at), ())[:50]]
        if not found:
            at += 1
            continue
        words, place = max(found)[0], -max(found)[1]
        yield Passage(
            words, (ours[at].start, ours[at + words - 1].end), (theirs[place].start, theirs[place + words - 1].end)
        )
        at += words


def _run(words: list[_Word], at: int) -> tuple[str, ...]:
    return tuple(word.folded for word in words[at : at + _PASSAGE_WORDS])


def _common(ours: list[_Word], at: int, theirs: list[_Word], place: int) -> int:
    words = 0
    while (
        at + words < len(ours) and place + words < len(theirs)
        and ours[at + words].folded == theirs[place + words].folded
    ):
        words += 1
    return words


def _numbers(text: str) -> dict[str, None]:
    """Words that hold figures, as the signature takes them: 1,250 and 5:30 are one."""
    return dict.fromkeys(word for word in _JOINED.findall(text) if any(map(str.isdecimal, word)))
