"""Other stories on an HTML page: a headline that is a link, with a body under it or only a teaser."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from workers.steps.clean.blocks import ARTICLE, Blocks
from workers.steps.clean.boilerplate import heading_key
from workers.steps.clean.sentences import is_body

_LEAST_HEAD_WORDS: Final = 3
_LEAST_BODY_CHARACTERS: Final = 300
_LEAST_PARAGRAPHS: Final = 2
_PARAGRAPH_CHARACTERS: Final = 60
_LINK_SHARE: Final = 0.5
_TIME_CHARACTERS: Final = 60
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
        reach = _Reach(blocks, kept, headline, heads) if heads else None
        found: list[Story] = []
        for head in heads:
            inside = reach.of(head) if reach and not (found and head in found[-1].blocks) else None
            if inside and self._is_apart(blocks, head, inside):
                found.append(Story(head, inside, tuple(_body(blocks, range(head + 1, inside.stop)))))
        return found

    def _is_apart(self, blocks: Blocks, head: int, inside: range) -> bool:
        flags = blocks.elements.flags
        if flags[blocks.element[head]] & ARTICLE and not flags[_around(blocks, inside)] & ARTICLE:
            return True
        lines = (blocks.text[number] for number in inside)
        return any(len(line) <= _TIME_CHARACTERS and self._is_time(line) for line in lines) or self._is_after(blocks, head)

    def _is_after(self, blocks: Blocks, head: int) -> bool:
        before = blocks.text[:head]
        return any(len(line) <= _HEADING_CHARACTERS and heading_key(line) in self._related for line in before)


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
        self._foreign = {headline, *heads}
        self._kept = [len(text) if keep else 0 for text, keep in zip(blocks.text, kept, strict=True)]
        self._most = sum(self._kept) / 2

    def of(self, head: int) -> range | None:
        """None when even the headline's own element holds more."""
        elements = self._blocks.elements
        element = self._blocks.element[head]
        widest = None
        while True:
            inside = self._range(element)
            if not self._is_apart(head, inside):
                return widest
            widest = inside
            if element == 0:
                return widest
            element = elements.parent[element]

    def _range(self, element: int) -> range:
        """Numbers of the blocks inside an element. Elements and blocks are both in the order of the page."""
        depth, places = self._blocks.elements.depth, self._blocks.element
        last = element + 1
        while last < len(depth) and depth[last] > depth[element]:
            last += 1
        inside = [number for number, place in enumerate(places) if element <= place < last]
        return range(inside[0], inside[-1] + 1)

    def _is_apart(self, head: int, inside: range) -> bool:
        others = any(other in inside for other in self._foreign if other != head)
        text = self._kept[inside.start : inside.stop]
        before = sum(self._kept[inside.start : head])
        return not others and before == 0 and (sum(text) <= self._most or self._most == 0)


def _body(blocks: Blocks, inside: range) -> Iterator[int]:
    """Its paragraphs, when they make an article."""
    paragraphs = [
        number
        for number in inside
        if len(blocks.text[number]) >= _PARAGRAPH_CHARACTERS
        and blocks.linked[number] < _LINK_SHARE * len(blocks.text[number])
        and is_body(blocks.text[number])
    ]
    if len(paragraphs) >= _LEAST_PARAGRAPHS:
        if sum(len(blocks.text[number]) for number in paragraphs) >= _LEAST_BODY_CHARACTERS:
            yield from paragraphs
