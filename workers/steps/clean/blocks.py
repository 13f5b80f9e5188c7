"""One walk over the tree of a page: its blocks of text, and the elements around them with what they hold.

A block is the text between two borders of block elements (or two <br> in a row). Elements are kept as
columns, so that features.py can count with arrays instead of objects.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from selectolax.lexbor import LexborNode

from workers.steps.clean.sentences import STOPS

MOST_BLOCKS: Final = 4000      # of 676 real pages the longest has 2,900
MOST_NODES: Final = 60_000     # visited; of the same pages the largest has 21,000
SHORT_LINK: Final = 60         # a shorter block that is all link is no text: it counts for its elements only
_PARAGRAPH: Final = 80         # characters of a block that counts as running text
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
        for column in (self.characters, self.linked, self.running, self.blocks):
            column.append(0)
        return number

    def sum_up(self) -> None:
        """What is inside an element counts for those around it."""
        for column in (self.characters, self.linked, self.running, self.blocks):
            for number in range(len(self.parent) - 1, 0, -1):
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
    is_whole: bool = True                              # False: the page has more than was read


class _Walk:
    """The state between two borders."""

    def __init__(self) -> None:
        self.elements = Elements()
        self.blocks = Blocks(self.elements)
        self.parts: list[str] = []
        self.linked = 0
        self.total = 0
        self.seen: set[str] = set()

    def close_block(self, element: int) -> None:
        """What was read since the last border becomes a block of the element."""
        if not self.parts:
            return
        text = " ".join("".join(self.parts).split())
        linked = min(self.linked, len(text))
        self.parts.clear()
        self.linked = 0
        if text:
            self._add(text, linked, element)

    def _add(self, text: str, linked: int, element: int) -> None:
        elements, length = self.elements, len(text)
        elements.characters[element] += length
        elements.linked[element] += linked
        elements.blocks[element] += 1
        if length >= _PARAGRAPH and linked < _LINK_SHARE * length and text[-1] in _ENDS:
            elements.running[element] += length
        self.total += length
        if linked >= length - 2 and length < SHORT_LINK:
            return
        if length >= _PARAGRAPH:
            if text in self.seen:  # the same story again, for another width of window
                return
            self.seen.add(text)
        blocks = self.blocks
        blocks.text.append(text)
        blocks.element.append(element)
        blocks.linked.append(linked)
        blocks.before.append(self.total - length)


def read_blocks(body: LexborNode) -> Blocks:
    """At most MOST_BLOCKS blocks from MOST_NODES nodes; `is_whole` says whether that was all."""
    walk = _Walk()
    element = walk.elements.add(0, _BLOCK_CODES["body"], "", 0)
    opened: list[bool] = []  # for each node that was entered: is it a block element
    links = 0
    node = body.child
    was_break = False
    for _ in range(MOST_NODES):
        if node is None:
            break
        tag = node.tag
        child = None
        if tag == "-text":
            text = node.text_content or ""
            if links and not text.isspace():
                walk.linked += len(text)
            walk.parts.append(text)
            was_break = was_break and text.isspace()
        elif tag in _BLOCK_CODES:
            attributes = node.attributes
            if attributes.get("role") not in _SKIPPED_ROLES:
                child = node.child
                walk.close_block(element)
                if child is not None:
                    names, flags = _names_and_flags(attributes, tag, walk.elements.flags[element])
                    element = walk.elements.add(element, _BLOCK_CODES[tag], names, flags)
                    opened.append(True)
            was_break = False
        elif tag == "br":
            if was_break:
                walk.close_block(element)
            else:
                walk.parts.append(" ")
            was_break = not was_break
        elif tag not in _SKIPPED:
            child = node.child
            if child is not None:
                opened.append(False)
                links += tag == "a"
        if child is not None:
            node = child
            continue
        following = node.next
        while following is None and opened:
            node = node.parent
            if opened.pop():
                walk.close_block(element)
                element = walk.elements.parent[element]
            elif node.tag == "a":
                links -= 1
            following = node.next
        node = following
        if len(walk.blocks.text) >= MOST_BLOCKS:
            break
    walk.blocks.is_whole = node is None
    walk.close_block(element)
    walk.elements.sum_up()
    return walk.blocks


def _names_and_flags(attributes: dict[str, str | None], tag: str, flags: int) -> tuple[str, int]:
    if not attributes:
        return "", flags | _FLAGS.get(tag, 0)
    flags |= _FLAGS.get(tag, 0) | _ROLE_FLAGS.get(attributes.get("role") or "", 0)
    style = attributes.get("style")
    if "hidden" in attributes or attributes.get("aria-hidden") == "true" or (style and "none" in style):
        flags |= HIDDEN
    return f"{attributes.get('class') or ''} {attributes.get('id') or ''}"[:300], flags
