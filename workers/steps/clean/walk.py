"""One walk over the tree of a page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from selectolax.lexbor import LexborNode

from workers.steps.clean.blocks import (
    ARTICLE,
    ASIDE,
    BLOCK_TAGS,
    FIGURE,
    FORM,
    HEADER,
    HEADINGS,
    HIDDEN,
    LIST,
    MAIN,
    QUOTE,
    TABLE,
    Blocks,
    Elements,
    Row,
    Size,
)
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
_TAGS: Final = {tag: code for code, tag in enumerate(BLOCK_TAGS)}
_FLAGS: Final = {
    "article": ARTICLE, "main": MAIN, "aside": ASIDE, "ul": LIST, "ol": LIST, "dl": LIST, "table": TABLE,
    "figure": FIGURE, "header": HEADER, "form": FORM, "blockquote": QUOTE,
}
_ROLE_FLAGS: Final = {"main": MAIN, "article": ARTICLE, "complementary": ASIDE}
# In the place of the element around it: an inline element that was entered, and a link.
_INLINE: Final = -1
_LINK: Final = -2


def read_blocks(body: LexborNode) -> Blocks:
    """At most MOST_BLOCKS blocks from MOST_NODES nodes; `is_whole` says whether that was all.

    One long loop: it turns 1,200 times on a page, and calls would take a fifth of its time.
    """
    page = _Page()
    rows, parts = page.rows, page.parts
    opened: list[tuple[LexborNode, int]] = []  # entered and not left, with the block element around it
    links = 0                                  # of these
    was_break = False
    node = body.child
    for _ in range(MOST_NODES):
        if node is None:
            break
        tag = node.tag or ""
        following = None
        if tag == "-text":
            text = node.text_content or ""
            if not text.isspace():
                parts.append(text)
                page.linked += len(text) if links else 0
                was_break = False
            elif parts:
                parts.append(text)
        elif tag in _TAGS:
            was_break = False
            attributes = node.attributes
            if not attributes or attributes.get("role") not in _SKIPPED_ROLES:
                if parts:
                    page.close_block()
                following = node.child
                if following is not None:
                    around = page.element
                    page.element = len(rows)
                    rows.append(_row(around, tag, attributes, rows[around]))
                    opened.append((node, around))
        elif tag == "br":
            page.close_block() if was_break else parts.append(" ")
            was_break = not was_break
        elif tag not in _SKIPPED:
            following = node.child
            if following is not None:
                opened.append((node, _LINK if tag == "a" else _INLINE))
                if tag == "a":
                    links += 1
                    page.link = node
        if following is None:
            following = node.next
            while following is None and opened:
                node, around = opened.pop()
                if around >= 0:
                    if parts:
                        page.close_block()
                    page.element = around
                elif around == _LINK:
                    links -= 1
                following = node.next
        node = following
    page.close_block()
    return page.blocks(is_whole=node is None)


class _Page:
    """What is read of it, and the text since the last border."""

    __slots__ = ("_blocks", "_seen", "_sizes", "_total", "element", "link", "linked", "parts", "rows")

    def __init__(self) -> None:
        self.rows: list[Row] = [(0, _TAGS["body"], "", 0, 0)]
        self.element = 0                     # the innermost block element
        self.parts: list[str] = []
        self.linked = 0                      # characters of these
        self.link: LexborNode | None = None  # the last one that was entered
        self._blocks = Blocks(Elements())
        self._sizes: list[Size] = []
        self._seen: set[str] = set()
        self._total = 0

    def close_block(self) -> None:
        """What was read since the last border becomes a block of the element."""
        text = " ".join("".join(self.parts).split())
        linked = min(self.linked, len(text))
        self.parts.clear()
        self.linked = 0
        if text:
            self._add(text, linked)

    def _add(self, text: str, linked: int) -> None:
        blocks, element, length = self._blocks, self.element, len(text)
        is_running = length >= _PARAGRAPH and linked < _LINK_SHARE * length and text[-1] in _ENDS
        self._sizes.append((element, length, linked, length if is_running else 0))
        before = self._total
        self._total += length
        is_link = linked > 0 and linked >= length - 2
        is_head = is_link and self.rows[element][1] in HEADINGS
        if is_link and length < SHORT_LINK and not is_head:
            return
        if length >= _PARAGRAPH:
            if text in self._seen:
                return
            self._seen.add(text)  # it may come again, for another width of window
        if is_head and self.link is not None:
            blocks.heads[len(blocks.text)] = self.link.attributes.get("href") or ""
        blocks.text.append(text)
        blocks.element.append(element)
        blocks.linked.append(linked)
        blocks.before.append(before)

    def blocks(self, *, is_whole: bool) -> Blocks:
        blocks = self._blocks
        blocks.elements = Elements.of(self.rows, self._sizes)
        blocks.is_whole = is_whole and len(blocks.text) <= MOST_BLOCKS
        blocks.keep_first(MOST_BLOCKS)
        return blocks


def _row(around: int, tag: str, attributes: Mapping[str, str | None], outer: Row) -> Row:
    """Of an element inside the one with the number `around` and the row `outer`."""
    flags = outer[4] | _FLAGS.get(tag, 0)
    if not attributes:
        return around, _TAGS[tag], "", outer[3] + 1, flags
    flags |= _ROLE_FLAGS.get(attributes.get("role") or "", 0)
    style = attributes.get("style")
    if "hidden" in attributes or attributes.get("aria-hidden") == "true" or (style and "none" in style):
        flags |= HIDDEN
    name, own = attributes.get("class"), attributes.get("id")
    names = (f"{name or ''} {own}" if own else name or "")[:_LONGEST_NAMES]
    return around, _TAGS[tag], names, outer[3] + 1, flags
