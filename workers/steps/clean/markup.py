"""Guards before the HTML parser, and a plain reading for what it must not see.

Parsers take time quadratic in nesting and in attributes of one tag (40,000 levels: 2 s; 200,000
attributes: over 30 s), and open a tag left open again in every paragraph after it. All scans here are
linear: no repetition can backtrack.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from typing import Final

from selectolax.lexbor import LexborDocumentOptions, LexborHTMLParser

from workers.steps.clean.sentences import is_body

_FEW_TAGS: Final = 5000          # nested in each other they cost .03 s: not worth a look
_MOST_DEPTH: Final = 1000        # of 400 real pages the deepest has 38
_MOST_ATTRIBUTES: Final = 500    # of one tag
_MOST_TAGS: Final = 30_000       # of 400 real pages the longest has 8,500
_MOST_COPIES: Final = 500_000    # .1 s and 50 MB
_ATTRIBUTES: Final = r"(?:[^>=]++|=\s*+(?:\"[^\"]*+\"?|'[^']*+'?)?+)*+"
_RAW: Final = re.compile(
    r"<!--(?:[^-]++|-(?!->))*+(?:-->)?|<(script|style|svg|noscript|template|textarea)\b[^>]*+>(?:[^<]++|<(?!/\1\b))*+",
    re.IGNORECASE,
)
_OPENED: Final = re.compile(rf"<[a-zA-Z]{_ATTRIBUTES}>?")
_TAG: Final = re.compile(rf"</?+[a-zA-Z]{_ATTRIBUTES}>?")
_NAME: Final = re.compile(r"</?([a-zA-Z][^\s/>]{0,20})")
_VALUE: Final = re.compile(r"=\s*+(?:\"[^\"]*+\"?|'[^']*+'?|[^\s>]*+)")
# Their end tags may be left out: an open one is not a level.
_UNNESTED: Final = frozenset(
    (
        "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track",
        "wbr", "p", "li", "dt", "dd", "option", "tr", "td", "th", "tbody", "thead", "tfoot", "colgroup",
        "optgroup", "html", "head", "body",
    )
)
# What is left open of these is opened again in each paragraph that follows.
_STYLES: Final = frozenset("b big code em font i nobr s small strike strong tt u".split())
_STYLE: Final = re.compile(rf"<(?:{'|'.join(sorted([*_STYLES, *map(str.upper, _STYLES)]))})[\s/>]")
_BLOCK: Final = re.compile(
    r"</?(?:p|div|br|h[1-6]|li|ul|ol|tr|td|th|table|section|article|header|footer|nav|aside|blockquote|"
    rf"figure|figcaption|main|title|head|body|form|pre|dd|dt|hr)\b{_ATTRIBUTES}>?",
    re.IGNORECASE,
)
_ANY_TAG: Final = re.compile(rf"<[/!?a-zA-Z]{_ATTRIBUTES}>?")
_TITLE: Final = re.compile(r"<title\b[^>]{0,500}>([^<]{1,1000})", re.IGNORECASE)
_PARAGRAPH_CHARACTERS: Final = 60


def parse(text: str) -> LexborHTMLParser:
    """As a browser that runs scripts does: what is in <noscript> is no element. Ask `excess_of` first."""
    return LexborHTMLParser(text, scripting=True, options=LexborDocumentOptions.WO_EVENTS)


def excess_of(text: str) -> str | None:
    """What is too much for a parser, in words; None when the page may be parsed."""
    markup = without_raw(text)
    if markup.count("<") > 2 * _MOST_TAGS:
        return f"more than {_MOST_TAGS} tags"
    opened: list[str] = _OPENED.findall(markup)
    if any(_attributes(tag) > _MOST_ATTRIBUTES for tag in opened if len(tag) > _MOST_ATTRIBUTES):
        return f"a tag with more than {_MOST_ATTRIBUTES} attributes"
    if len(opened) > _FEW_TAGS and _is_deeper(_TAG.findall(markup), _MOST_DEPTH):
        return f"tags nested deeper than {_MOST_DEPTH} levels"
    if len(opened) * len(_STYLE.findall(markup)) > _MOST_COPIES and _copies(_TAG.findall(markup)) > _MOST_COPIES:
        return f"more than {_MOST_COPIES} copies of tags left open"
    return None


def _attributes(tag: str) -> int:
    return len(_VALUE.sub(" ", tag).split())


def _name(tag: str) -> str:
    found = _NAME.match(tag)
    return found[1].lower() if found else ""


def _is_deeper(tags: Iterable[str], most: int) -> bool:
    depth = 0
    for tag in tags:
        if tag.endswith("/>") or _name(tag) in _UNNESTED:
            continue
        depth = max(0, depth - 1) if tag[1] == "/" else depth + 1
        if depth > most:
            return True
    return False


def _copies(tags: Iterable[str]) -> int:
    """How many elements the parser adds at most: it opens again in each new block every style left open."""
    open_styles = copies = 0
    for tag in tags:
        if _name(tag) in _STYLES:
            open_styles = max(0, open_styles - 1) if tag[1] == "/" else open_styles + 1
        else:
            copies += open_styles
    return copies


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
