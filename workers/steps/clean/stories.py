"""Other stories on an HTML page: a headline that is a link, with a body under it or only a teaser."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from workers.steps.clean.blocks import ARTICLE, Blocks
from workers.steps.clean.boilerplate import heading_key
from workers.steps.clean.sentences import is_body

_LEAST_HEAD_WORDS: Final = 3
_LEAST_BODY_CHARACTERS: Final = 200
_LEAST_PARAGRAPHS: Final = 2
_PARAGRAPH_CHARACTERS: Final = 60
_LINK_SHARE: Final = 0.5
_TIME_CHARACTERS: Final = 60
_MOST_LINES: Final = 12       # of a story that are asked for its time
_HEADING_CHARACTERS: Final = 80


@dataclass(frozen=True, slots=True)
class Story:
    """blocks: the numbers of all that are in its element. body: of its paragraphs, none for a teaser."""

    head: int
    blocks: range
    body: tuple[int, ...]


class StoryFinder:
    """Lists of things have linked headlines too. So one is asked for more: its own <article>, its own time of
    publication, or a heading such as "Related articles" before it.

    related: such headings, as heading_key gives them. is_time: whether a line holds a time.
    """

    def __init__(self, related: frozenset[str], is_time: Callable[[str], bool]) -> None:
        self._related = related
        self._is_time = is_time

    def __call__(self, blocks: Blocks, kept: Sequence[bool], headline: int) -> list[Story]:
        """In the order of the page; they do not overlap, and none holds the page's own headline or half its text.

        kept: for each block whether the classifier takes it for the story of the page. headline: its block, or -1.
        """
        heads = [number for number in blocks.heads if number != headline and _is_headline(blocks, number)]
        if not heads:
            return []
        reach = _Reach(blocks, kept, headline, heads)
        related_from = next((n for n, text in enumerate(blocks.text) if self.is_heading(text)), len(blocks.text))
        found: list[Story] = []
        for head in heads:
            inside = None if found and head in found[-1].blocks else reach.of(head)
            if inside and (head > related_from or self._is_apart(blocks, head, inside)):
                found.append(Story(head, inside, _body(blocks, range(head + 1, inside.stop))))
        return found

    def is_heading(self, line: str) -> bool:
        """It stands over related stories."""
        return len(line) <= _HEADING_CHARACTERS and heading_key(line) in self._related

    def _is_apart(self, blocks: Blocks, head: int, inside: range) -> bool:
        flags = blocks.elements.flags
        if flags[blocks.element[head]] & ARTICLE and not flags[_around(blocks, inside)] & ARTICLE:
            return True
        first = blocks.text[inside.start : min(inside.stop, inside.start + _MOST_LINES)]
        return any(len(line) <= _TIME_CHARACTERS and self._is_time(line) for line in first)


def _is_headline(blocks: Blocks, number: int) -> bool:
    return blocks.text[number].count(" ") + 1 >= _LEAST_HEAD_WORDS and not blocks.heads[number].startswith("#")


def _around(blocks: Blocks, inside: range) -> int:
    """The innermost element that holds the blocks and more."""
    elements = blocks.elements
    element = blocks.element[inside.start]
    while element and elements.blocks[element] <= len(inside):
        element = elements.parent[element]
    return element


class _Reach:
    """How far a headline's story goes: the widest element that holds nothing of another story."""

    def __init__(self, blocks: Blocks, kept: Sequence[bool], headline: int, heads: Sequence[int]) -> None:
        self._blocks = blocks
        self._foreign = sorted({headline, *heads})
        sizes = (len(text) if keep else 0 for text, keep in zip(blocks.text, kept, strict=True))
        self._kept = list(accumulate(sizes, initial=0))  # characters kept before each block
        self._first, self._last = _inside(blocks)

    def of(self, head: int) -> range | None:
        """None when even the headline's own element holds more."""
        parents = self._blocks.elements.parent
        element = self._blocks.element[head]
        widest = None
        while True:
            inside = range(self._first[element], self._last[element] + 1)
            if not self._is_apart(head, inside):
                return widest
            widest = inside
            if element == 0:
                return widest
            element = parents[element]

    def _is_apart(self, head: int, inside: range) -> bool:
        """Nothing of the page's story before the headline, not half of it after, and no other headline."""
        foreign = bisect_left(self._foreign, inside.stop) - bisect_left(self._foreign, inside.start)
        before = self._kept[head] - self._kept[inside.start]
        whole = self._kept[inside.stop] - self._kept[inside.start]
        return foreign == 1 and before == 0 and 2 * whole <= self._kept[-1]


def _inside(blocks: Blocks) -> tuple[list[int], list[int]]:
    """For each element the numbers of the first and the last block inside it."""
    count = len(blocks.elements.parent)
    first, last = [len(blocks.text)] * count, [-1] * count
    for number, element in enumerate(blocks.element):
        first[element] = min(first[element], number)
        last[element] = number
    for element in range(count - 1, 0, -1):
        parent = blocks.elements.parent[element]
        first[parent] = min(first[parent], first[element])
        last[parent] = max(last[parent], last[element])
    return first, last


def _body(blocks: Blocks, inside: range) -> tuple[int, ...]:
    """Its paragraphs, when they make an article."""
    paragraphs = [number for number in inside if _is_paragraph(blocks.text[number], blocks.linked[number])]
    characters = sum(len(blocks.text[number]) for number in paragraphs)
    is_article = len(paragraphs) >= _LEAST_PARAGRAPHS and characters >= _LEAST_BODY_CHARACTERS
    return tuple(paragraphs) if is_article else ()


def _is_paragraph(text: str, linked: int) -> bool:
    return len(text) >= _PARAGRAPH_CHARACTERS and linked < _LINK_SHARE * len(text) and is_body(text)
