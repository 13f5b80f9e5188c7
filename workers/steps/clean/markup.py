"""The source of a page without its comments, scripts and styles; and the parser for what is left.

They are more than half of a page, the parser takes as long for them as for the rest, and nobody reads
them. All scans are linear: no repetition can backtrack.
"""

from __future__ import annotations

import html
import re
from typing import Final, NamedTuple

from selectolax.lexbor import LexborDocumentOptions, LexborHTMLParser

# What follows the name of a tag: attributes, whose values may hold ">".
ATTRIBUTES: Final = r"[^>=]*+(?:=(?:\s*+(?:\"[^\"]*+\"?|'[^']*+'?))?+[^>=]*+)*+"


def _element(name: str) -> str:
    """Up to its end tag. The value of an attribute may begin like one."""
    end = rf"</(?i:{name})\b"
    return (
        rf"(?P<{name}>(?i:{name})(?<![\"'=]<{name})(?=[\s/>]){ATTRIBUTES})>?"
        rf"(?P<in_{name}>(?:[^<]++|(?!{end})<)*+)(?:{end}[^>]*+>?)?"
    )


_COMMENT: Final = r"!--(?<![\"'=]<!--)(?:-?>|(?:[^-]++|-(?!-!?>))*+(?:--!?>)?)"
_CODE: Final = re.compile("<(?:" + "|".join([_COMMENT, *map(_element, ("script", "style", "noscript"))]) + ")")
_JSON_LD: Final = "application/ld+json"


class Markup(NamedTuple):
    """text: what is left of the source. linked: the blocks of JSON-LD that were in it."""

    text: str
    linked: list[str]


def read_markup(source: str) -> Markup:
    linked: list[str] = []

    def cut(found: re.Match[str]) -> str:
        tag, code = found["script"], found["in_script"]
        if tag is None:
            return ""
        if _JSON_LD in html.unescape(tag).lower():
            linked.append(code)
            return ""
        # One that holds this may end at another "</script" than the first: the parser knows.
        return found[0] if "<!--" in code else ""

    return Markup(_CODE.sub(cut, source), linked)


def parse(markup: str) -> LexborHTMLParser:
    """As a browser that runs scripts does. Ask `excess_of` first."""
    return LexborHTMLParser(markup, scripting=True, options=LexborDocumentOptions.WO_EVENTS)
