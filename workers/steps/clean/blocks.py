"""One walk over the tree of a page: its blocks of text, and the elements around them with what they hold.

A block is the text between two borders of block elements (or two <br> in a row). Elements are kept as
columns, so that features.py can count with arrays instead of objects.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from selectolax.lexbor import LexborNode

from workers.steps.clean.sentences import STOPS

MOST_BLOCKS: Final = 4000      # of 676 real pages the longest has 2,900
MOST_NODES: Final = 60_000     # visited; of the same pages the largest has 21,000
SHORT_LINK: Final = 60         # a shorter block that is all link is no text: it counts for its elements only
_PARAGRAPH: Final = 80         # characters of a block that counts as running text
_LONGEST_NAMES: Final = 120
_LINK_SHARE: Final = 0.5
_ENDS: Final = frozenset(STOPS + "\"'”’»)」』")

# Never text of a story: code, controls, players, and (of labelled text .009 %) <nav> and <footer>.
_SKIPPED: Final = frozenset(
    "-comment -doctype script style noscript template svg math iframe object embed canvas audio video nav footer "
    "button select option optgroup datalist textarea input progress meter map head title meta link base "
    "dialog menu frameset noframes".split()
)
_SKIPPED_ROLES: Final = frozenset(
    "navigation search menu menubar toolbar dialog alertdialog tablist contentinfo banner alert button".split()
)
BLOCK_TAGS: Final = (
    "p div li h1 h2 h3 h4 h5 h6 td th blockquote pre figcaption figure dd dt article section main aside header "
    "ul ol dl table tbody thead tfoot tr center form fieldset details summary address body hr caption"
).split()
HEADINGS: Final = range(BLOCK_TAGS.index("h1"), BLOCK_TAGS.index("h6") + 1)
_BLOCK_CODES: Final = {tag: code for code, tag in enumerate(BLOCK_TAGS)}

# Bits that an element hands down to what is inside it.
ARTICLE, MAIN, ASIDE, LIST, TABLE, FIGURE, HIDDEN, HEADER, FORM, QUOTE = (1 << bit for bit in range(10))
_FLAGS: Final = {
    "article": ARTICLE, "main": MAIN, "aside": ASIDE, "ul": LIST, "ol": LIST, "dl": LIST, "table": TABLE,
    "figure": FIGURE, "header": HEADER, "form": FORM, "blockquote": QUOTE,
}
_ROLE_FLAGS: Final = {"main": MAIN, "article": ARTICLE, "complementary": ASIDE}


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

    def add(self, parent: int, tag: int, names: str, flags: int) -> int:
        number = len(self.parent)
        self.parent.append(parent)
        self.tag.append(tag)
        self.names.append(names)
        self.depth.append(self.depth[parent] + 1 if number else 0)
        self.flags.append(flags)
        return number

    def sum_up(self, blocks: Iterable[tuple[int, int, int, int]]) -> None:
        """Once all are there: what is inside an element counts for those around it.

        blocks: (element, characters, linked, running) of each block, short links too.
        """
        count = len(self.parent)
        self.characters, self.linked, self.running, self.blocks = ([0] * count for _ in range(4))
        for element, characters, linked, running in blocks:
            self.characters[element] += characters
            self.linked[element] += linked
            self.running[element] += running
            self.blocks[element] += 1
        for column in (self.characters, self.linked, self.running, self.blocks):
            for number in range(count - 1, 0, -1):
                if column[number]:
                    column[self.parent[number]] += column[number]


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


class _Walk:
    """The state between two borders."""

    def __init__(self) -> None:
        self.elements = Elements()
        self.blocks = Blocks(self.elements)
        self.element = self.elements.add(0, _BLOCK_CODES["body"], "", 0)
        self.opened: list[bool] = []  # for each node that was entered: is it a block element
        self.links = 0                # entered and not left
        self.parts: list[str] = []
        self.linked = 0
        self.total = 0
        self.sizes: list[tuple[int, int, int, int]] = []
        self.seen: set[str] = set()
        self.link: LexborNode | None = None  # the last one that was entered

    def enter_block(self, node: LexborNode, tag: str) -> LexborNode | None:
        """Its first child; None when there is none, or it is no part of the text."""
        attributes = node.attributes
        if attributes and attributes.get("role") in _SKIPPED_ROLES:
            return None
        if self.parts:
            self.close_block()
        child = node.child
        if child is not None:
            names, flags = _names_and_flags(attributes, tag, self.elements.flags[self.element])
            self.element = self.elements.add(self.element, _BLOCK_CODES[tag], names, flags)
            self.opened.append(True)
        return child

    def enter_inline(self, node: LexborNode, tag: str) -> LexborNode | None:
        child = node.child
        if child is not None:
            self.opened.append(False)
            if tag == "a":
                self.links += 1
                self.link = node
        return child

    def following(self, node: LexborNode) -> LexborNode | None:
        """The next node that is not inside this one, which was the last of its parent."""
        following = None
        while following is None and self.opened:
            parent = node.parent
            if parent is None:
                return None
            node = parent
            if self.opened.pop():
                if self.parts:
                    self.close_block()
                self.element = self.elements.parent[self.element]
            elif node.tag == "a":
                self.links -= 1
            following = node.next
        return following

    def close_block(self) -> None:
        """What was read since the last border becomes a block of the element."""
        text = " ".join("".join(self.parts).split())
        linked = min(self.linked, len(text))
        self.parts.clear()
        self.linked = 0
        if text:
            self._add(text, linked)

    def _add(self, text: str, linked: int) -> None:
        blocks, element, length = self.blocks, self.element, len(text)
        is_running = length >= _PARAGRAPH and linked < _LINK_SHARE * length and text[-1] in _ENDS
        self.sizes.append((element, length, linked, length if is_running else 0))
        self.total += length
        is_link = linked > 0 and linked >= length - 2
        is_head = is_link and self.elements.tag[element] in HEADINGS
        if (is_link and length < SHORT_LINK and not is_head) or text in self.seen:
            return
        if length >= _PARAGRAPH:
            self.seen.add(text)  # it may come again, for another width of window
        if is_head and self.link is not None:
            blocks.heads[len(blocks.text)] = self.link.attributes.get("href") or ""
        blocks.text.append(text)
        blocks.element.append(element)
        blocks.linked.append(linked)
        blocks.before.append(self.total - length)


def read_blocks(body: LexborNode) -> Blocks:
    """At most MOST_BLOCKS blocks from MOST_NODES nodes; `is_whole` says whether that was all."""
    walk = _Walk()
    parts = walk.parts
    node = body.child
    was_break = False
    for _ in range(MOST_NODES):
        if node is None:
            break
        tag = node.tag or ""
        child = None
        if tag == "-text":
            text = node.text_content or ""
            if not text.isspace():
                parts.append(text)
                walk.linked += len(text) if walk.links else 0
                was_break = False
            elif parts:
                parts.append(text)
        elif tag in _BLOCK_CODES:
            child = walk.enter_block(node, tag)
            was_break = False
        elif tag == "br":
            walk.close_block() if was_break else parts.append(" ")
            was_break = not was_break
        elif tag not in _SKIPPED:
            child = walk.enter_inline(node, tag)
        node = child or node.next or walk.following(node)
    walk.close_block()
    walk.elements.sum_up(walk.sizes)
    walk.blocks.is_whole = node is None and len(walk.blocks.text) <= MOST_BLOCKS
    walk.blocks.keep_first(MOST_BLOCKS)
    return walk.blocks


def _names_and_flags(attributes: dict[str, str | None], tag: str, flags: int) -> tuple[str, int]:
    if not attributes:
        return "", flags | _FLAGS.get(tag, 0)
    flags |= _FLAGS.get(tag, 0) | _ROLE_FLAGS.get(attributes.get("role") or "", 0)
    style = attributes.get("style")
    if "hidden" in attributes or attributes.get("aria-hidden") == "true" or (style and "none" in style):
        flags |= HIDDEN
    name, own = attributes.get("class"), attributes.get("id")
    return (f"{name or ''} {own}" if own else name or "")[:_LONGEST_NAMES], flags
