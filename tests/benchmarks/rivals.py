"""Other extractors of main text, as their documentation says to call them. From the dependency group `bench`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import htmldate
import readability
import trafilatura
from resiliparse.extract.html2text import extract_plain_text
from resiliparse.parse.html import HTMLTree
from selectolax.lexbor import LexborHTMLParser


@dataclass(frozen=True)
class Answer:
    """None where the extractor has no such field."""

    text: str | None = ""
    title: str | None = ""
    authors: str | None = ""
    date: str | None = ""
    gives_dates: bool = True


def _trafilatura(**options: Any) -> Callable[[bytes, str | None], Answer]:
    def extract(body: bytes, url: str | None) -> Answer:
        found = trafilatura.bare_extraction(
            body, url=url, include_comments=False, include_tables=True, with_metadata=True, **options
        )
        if found is None:
            return Answer()
        return Answer(found.text or "", found.title or "", found.author or "", found.date)

    return extract


def _trafilatura_text(body: bytes, _: str | None) -> Answer:
    found = trafilatura.bare_extraction(body, include_comments=False, include_tables=True)
    return Answer(found.text or "" if found else "", None, None, None, gives_dates=False)


def _htmldate(body: bytes, url: str | None) -> Answer:
    return Answer(None, None, None, htmldate.find_date(body, original_date=True, url=url))


def _readability(body: bytes, _: str | None) -> Answer:
    found = readability.Document(body.decode("utf-8", "replace"))
    node = LexborHTMLParser(found.summary()).body
    return Answer(node.text(separator=" ") if node else "", found.short_title(), None, None, gives_dates=False)


def _resiliparse(body: bytes, _: str | None) -> Answer:
    tree = HTMLTree.parse_from_bytes(body)
    return Answer(extract_plain_text(tree, main_content=True), None, None, None, gives_dates=False)


RIVALS: Final[Mapping[str, Callable[[bytes, str | None], Answer]]] = {
    "trafilatura": _trafilatura(),
    "trafilatura precision": _trafilatura(favor_precision=True),
    "trafilatura recall": _trafilatura(favor_recall=True),
    "trafilatura fast": _trafilatura(fast=True),
    "trafilatura, text only": _trafilatura_text,
    "htmldate": _htmldate,
    "readability-lxml": _readability,
    "resiliparse": _resiliparse,
}
