"""Guards before the HTML parser, which takes time quadratic in nesting and in attributes of one tag.

40,000 levels: 2 s; 200,000 attributes: over 30 s. And it opens a tag left open again in every paragraph after
it. All scans here are linear: no repetition can backtrack.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from workers.steps.clean.markup import ATTRIBUTES

_FEW_TAGS: Final = 5000          # nested in each other they cost .03 s: not worth a look
_MOST_DEPTH: Final = 1000        # of 400 real pages the deepest has 38
_MOST_ATTRIBUTES: Final = 500    # of one tag
_MOST_TAGS: Final = 30_000       # of 400 real pages the longest has 8,500
_TAG_CHARACTERS: Final = 3       # at least
_MOST_COPIES: Final = 500_000    # .1 s and 50 MB
_OPENED: Final = re.compile(rf"<[a-zA-Z]{ATTRIBUTES}>?")
_TAG: Final = re.compile(rf"</?+[a-zA-Z]{ATTRIBUTES}>?")
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


def excess_of(markup: str) -> str | None:
    """What is too much for a parser, in words; None when the page may be parsed."""
    if len(markup) > 2 * _MOST_TAGS * _TAG_CHARACTERS and markup.count("<") > 2 * _MOST_TAGS:
        return f"more than {_MOST_TAGS} tags"
    opened: list[str] = _OPENED.findall(markup)
    if any(_attributes(tag) > _MOST_ATTRIBUTES for tag in opened if len(tag) > _MOST_ATTRIBUTES):
        return f"a tag with more than {_MOST_ATTRIBUTES} attributes"
    if len(opened) > _FEW_TAGS and _is_deeper(_TAG.findall(markup), _MOST_DEPTH):
        return f"tags nested deeper than {_MOST_DEPTH} levels"
    if len(opened) ** 2 > _MOST_COPIES and _may_be_copied(opened) and _copies(_TAG.findall(markup)) > _MOST_COPIES:
        return f"more than {_MOST_COPIES} copies of tags left open"
    return None


def _may_be_copied(opened: Sequence[str]) -> bool:
    return len(opened) * len(_STYLE.findall("".join(opened))) > _MOST_COPIES


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
