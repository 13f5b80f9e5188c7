"""Guards before the HTML parser, and a plain reading for what it must not see.

Parsers take time quadratic in nesting and in attributes of one tag (40,000 levels: 2 s; 200,000
attributes: over 30 s), or overflow the stack. All scans here are linear: no repetition can backtrack.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import Final

from workers.steps.clean.sentences import is_body

_MOST_DEPTH: Final = 250         # where lxml stops reading; of 400 real pages the deepest has 38
_MOST_ATTRIBUTES: Final = 1000   # of one tag
_MOST_TAGS: Final = 30_000       # of 400 real pages the longest has 8,500
_ATTRIBUTES: Final = r"(?:[^>=]++|=\s*+(?:\"[^\"]*+\"?|'[^']*+'?)?+)*+"
_RAW: Final = re.compile(
    r"<!--(?:[^-]++|-(?!->))*+(?:-->)?|<(script|style|svg|noscript|template|textarea)\b[^>]*+>(?:[^<]++|<(?!/\1\b))*+",
    re.IGNORECASE,
)
_TAG: Final = re.compile(rf"<(/?)([a-zA-Z][^\s/>]*+)({_ATTRIBUTES})>?", re.IGNORECASE)
_VALUE: Final = re.compile(r"=\s*+(?:\"[^\"]*+\"?|'[^']*+'?|[^\s>]*+)")
_XML_DECLARATION: Final = re.compile(r"\s*<\?xml\b[^>]{0,200}>", re.IGNORECASE)
# Their end tags may be left out: an open one is not a level.
_UNNESTED: Final = frozenset(
    (
        "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track",
        "wbr", "p", "li", "dt", "dd", "option", "tr", "td", "th", "tbody", "thead", "tfoot", "colgroup",
        "optgroup", "html", "head", "body",
    )
)
_BLOCK: Final = re.compile(
    r"</?(?:p|div|br|h[1-6]|li|ul|ol|tr|td|th|table|section|article|header|footer|nav|aside|blockquote|"
    rf"figure|figcaption|main|title|head|body|form|pre|dd|dt|hr)\b{_ATTRIBUTES}>?",
    re.IGNORECASE,
)
_ANY_TAG: Final = re.compile(rf"<[/!?a-zA-Z]{_ATTRIBUTES}>?")
_TITLE: Final = re.compile(r"<title\b[^>]{0,500}>([^<]{1,1000})", re.IGNORECASE)
_PARAGRAPH_CHARACTERS: Final = 60


@dataclass(frozen=True, slots=True)
class Shape:
    tags: int
    depth: int
    attributes: int  # most of one tag

    @property
    def excess(self) -> str | None:
        """What is too much for a parser, in words."""
        if self.depth > _MOST_DEPTH:
            return f"tags nested deeper than {_MOST_DEPTH} levels"
        if self.attributes > _MOST_ATTRIBUTES:
            return f"a tag with more than {_MOST_ATTRIBUTES} attributes"
        if self.tags > _MOST_TAGS:
            return f"more than {_MOST_TAGS} tags"
        return None


def measure(text: str) -> Shape:
    """Stops counting where a limit is passed."""
    depth = deepest = most = tags = 0
    for tag in _TAG.finditer(text):
        closing, name, attributes = tag.groups()
        tags += 1
        if len(attributes) > _MOST_ATTRIBUTES:
            most = max(most, len(_VALUE.sub(" ", attributes).split()))
        if name.lower() in _UNNESTED or attributes.endswith("/"):
            continue
        depth = max(0, depth - 1) if closing else depth + 1
        deepest = max(deepest, depth)
        if deepest > _MOST_DEPTH or most > _MOST_ATTRIBUTES or tags > _MOST_TAGS:
            break
    return Shape(tags, deepest, most)


def without_declaration(text: str) -> str:
    """lxml refuses a string that declares an encoding."""
    declaration = _XML_DECLARATION.match(text)
    return text[declaration.end() :] if declaration else text


def without_raw(text: str) -> str:
    """No comments and no elements whose content is not markup."""
    return _RAW.sub(" ", text)


def read_plainly(text: str) -> tuple[str | None, list[str]]:
    """(title, paragraphs) without a parser: tags cut out, long lines of sentences kept."""
    title = _TITLE.search(text)
    bare = _ANY_TAG.sub(" ", _BLOCK.sub("\n", without_raw(text)))
    lines = (" ".join(line.split()) for line in html.unescape(bare).split("\n"))
    paragraphs = [line for line in lines if len(line) >= _PARAGRAPH_CHARACTERS and is_body(line)]
    return (html.unescape(title[1]).strip() or None) if title else None, paragraphs
