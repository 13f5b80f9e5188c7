"""The marks by which an HTML page says what it is, gathered in one query over its tree."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any, Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from workers.steps.clean.linked_data import find_article

_QUERY: Final = (
    'meta, title, h1, time, link[rel="canonical"], '
    '[itemprop], [rel~="author"], [class*="author"], [class*="byline"], '
    '[class*="date"], [class*="publish"], [class*="posted"], [class*="time"]'
)
_NAMED_FOR_DATE: Final = re.compile("date|publish|posted|time")
_MOST_MARKS: Final = 5000
_MOST_OF_A_KIND: Final = 200
_LONGEST: Final = 1000


@dataclass(slots=True)
class Marks:
    """metas: by name, property or itemprop in lower case, the first one of each.

    items: elements by itemprop, in lower case. linked: the article in JSON-LD, empty when there is none.
    """

    metas: dict[str, str] = field(default_factory=dict)
    linked: Mapping[str, Any] = field(default_factory=dict)
    title: str | None = None
    canonical: str | None = None
    language: str | None = None
    headings: list[LexborNode] = field(default_factory=list)
    times: list[LexborNode] = field(default_factory=list)    # named for one too, by class; nearest the heading first
    items: dict[str, list[LexborNode]] = field(default_factory=dict)
    authors: list[LexborNode] = field(default_factory=list)  # named for one, by rel or class
    source: str = ""               # the page as received
    loose_date: str | None = None  # of another object in JSON-LD

    def meta(self, names: Iterable[str]) -> str | None:
        found = next((self.metas[name] for name in names if name in self.metas), None)
        return " ".join(found.split()) if found else None


def read_marks(tree: LexborHTMLParser, source: str, linked: Iterable[str], types: frozenset[str]) -> Marks:
    """linked: blocks of JSON-LD. types: of objects in it that are an article."""
    marks = Marks(source=source)
    early: list[LexborNode] = []  # times before the first heading
    for node in tree.css(_QUERY)[:_MOST_MARKS]:
        tag = node.tag
        if tag == "meta":
            _take_meta(node.attributes, marks.metas)
        elif tag == "title":
            marks.title = marks.title or content_of(node)
        elif tag == "link":
            marks.canonical = marks.canonical or node.attributes.get("href")
        else:
            _take_element(node, tag or "", marks, early)
    marks.linked, marks.loose_date = find_article(linked, types)
    marks.times = [node for pair in zip_longest(marks.times, early[::-1]) for node in pair if node]
    root = tree.root
    attributes = root.attributes if root else {}
    marks.language = attributes.get("lang") or attributes.get("xml:lang")
    return marks


def content_of(node: LexborNode | None) -> str | None:
    """Its text, blanks made one, at most 1000 characters; None when there is none."""
    if node is None:
        return None
    return " ".join(node.text(separator=" ")[: 4 * _LONGEST].split())[:_LONGEST] or None


def time_of(node: LexborNode) -> str | None:
    """Of an element that holds a time: as programs are told it, else as readers see it."""
    attributes = node.attributes
    return attributes.get("datetime") or attributes.get("content") or content_of(node)


def _take_meta(attributes: Mapping[str, str | None], metas: dict[str, str]) -> None:
    content = (attributes.get("content") or "")[:_LONGEST].strip()
    if not content:
        return
    for attribute in ("property", "name", "itemprop", "http-equiv"):
        name = attributes.get(attribute)
        if name:
            metas.setdefault(name.strip().lower(), content)


def _take_element(node: LexborNode, tag: str, marks: Marks, early: list[LexborNode]) -> None:
    attributes = node.attributes
    item = (attributes.get("itemprop") or "").lower()
    kinds = [marks.items.setdefault(name, []) for name in item.split()[:4]]
    name = f"{attributes.get('rel') or ''} {attributes.get('class') or ''}"[:_LONGEST]
    if tag == "h1":
        kinds.append(marks.headings)
    elif "author" in name or "byline" in name:
        kinds.append(marks.authors)
    if tag == "time" or _NAMED_FOR_DATE.search(name):
        kinds.append(marks.times if marks.headings else early)
    for kind in kinds:
        if len(kind) < _MOST_OF_A_KIND:
            kind.append(node)
