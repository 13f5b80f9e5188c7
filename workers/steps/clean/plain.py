"""A page that the parser must not see: its tags cut out, what reads as a paragraph kept."""

from __future__ import annotations

import html
import re
from typing import Final

from workers.steps.clean.markup import ATTRIBUTES
from workers.steps.clean.sentences import is_body

_UNREAD: Final = re.compile(r"<(svg|template|textarea)\b[^>]*+>(?:[^<]++|<(?!/\1\b))*+", re.IGNORECASE)
_BLOCK: Final = re.compile(
    r"</?(?:p|div|br|h[1-6]|li|ul|ol|tr|td|th|table|section|article|header|footer|nav|aside|blockquote|"
    rf"figure|figcaption|main|title|head|body|form|pre|dd|dt|hr)\b{ATTRIBUTES}>?",
    re.IGNORECASE,
)
_ANY_TAG: Final = re.compile(rf"<[/!?a-zA-Z]{ATTRIBUTES}>?")
_TITLE: Final = re.compile(r"<title\b[^>]{0,500}>([^<]{1,1000})", re.IGNORECASE)
_PARAGRAPH_CHARACTERS: Final = 60


def read_plainly(markup: str) -> tuple[str | None, list[str]]:
    """(title, paragraphs) without a parser: tags cut out, long lines of sentences kept."""
    title = _TITLE.search(markup)
    bare = _ANY_TAG.sub(" ", _BLOCK.sub("\n", _UNREAD.sub(" ", markup)))
    lines = (" ".join(line.split()) for line in html.unescape(bare).split("\n"))
    paragraphs = [line for line in lines if len(line) >= _PARAGRAPH_CHARACTERS and is_body(line)]
    return (html.unescape(title[1]).strip() or None) if title else None, paragraphs
