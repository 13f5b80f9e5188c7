"""What one walk over the tree of a page finds: its blocks of text, and the elements around them with what they hold.

A block is the text between two borders of block elements (or two <br> in a row). Elements are kept as
columns, so that features.py can count with arrays instead of objects.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

BLOCK_TAGS: Final = (
    "p div li h1 h2 h3 h4 h5 h6 td th blockquote pre figcaption figure dd dt article section main aside header "
    "ul ol dl table tbody thead tfoot tr center form fieldset details summary address body hr caption"
).split()
HEADINGS: Final = range(BLOCK_TAGS.index("h1"), BLOCK_TAGS.index("h6") + 1)
# Bits that an element hands down to what is inside it.
ARTICLE, MAIN, ASIDE, LIST, TABLE, FIGURE, HIDDEN, HEADER, FORM, QUOTE = (1 << bit for bit in range(10))

Row = tuple[int, int, str, int, int]  # of an element: parent, tag, names, depth, flags
Size = tuple[int, int, int, int]      # of a block, short links too: element, characters, linked, running


@dataclass(slots=True)
class Elements:
    """Columns, one value an element; element 0 is the root. Sums hold all that is inside.

    parent is smaller than the element's own number, but for the root's, which is 0.
    """

    parent: list[int] = field(default_factory=list)
    tag: list[int] = field(default_factory=list)       # place in BLOCK_TAGS
    names: list[str] = field(default_factory=list)     # class and id, as written
    depth: list[int] = field(default_factory=list)
    flags: list[int] = field(default_factory=list)
    characters: list[int] = field(default_factory=list)
    linked: list[int] = field(default_factory=list)    # characters inside <a>
    running: list[int] = field(default_factory=list)   # characters of blocks that read as paragraphs
    blocks: list[int] = field(default_factory=list)

    @classmethod
    def of(cls, rows: Iterable[Row], sizes: Iterable[Size]) -> Elements:
        """Summed up: what is inside an element counts for those around it."""
        elements = cls(*map(list, zip(*rows, strict=True)))
        count = len(elements.parent)
        characters, linked, running, blocks = ([0] * count for _ in range(4))
        for element, length, links, runs in sizes:
            characters[element] += length
            linked[element] += links
            running[element] += runs
            blocks[element] += 1
        for number in range(count - 1, 0, -1):
            if blocks[number]:
                around = elements.parent[number]
                characters[around] += characters[number]
                linked[around] += linked[number]
                running[around] += running[number]
                blocks[around] += blocks[number]
        elements.characters, elements.linked, elements.running, elements.blocks = characters, linked, running, blocks
        return elements


@dataclass(slots=True)
class Blocks:
    """Columns, one value a block that may be text, in the order of the page."""

    elements: Elements
    text: list[str] = field(default_factory=list)
    element: list[int] = field(default_factory=list)
    linked: list[int] = field(default_factory=list)
    before: list[int] = field(default_factory=list)    # characters on the page before it, linked ones too
    heads: dict[int, str] = field(default_factory=dict)  # headings that are links: number of the block -> address
    is_whole: bool = True                              # False: the page has more than was read

    def keep_first(self, most: int) -> None:
        for column in (self.text, self.element, self.linked, self.before):
            del column[most:]
