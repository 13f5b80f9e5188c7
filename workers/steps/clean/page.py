"""An HTML page becomes its main article: metadata by marks, text by trafilatura, guards before both."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import lxml.html
import trafilatura
from lxml.etree import LxmlError

from workers.model import Quarantine, Reason
from workers.steps.clean.markup import measure, read_plainly, without_declaration, without_raw
from workers.steps.clean.metadata import MetadataReader
from workers.steps.clean.piece import Piece
from workers.steps.clean.sentences import is_stopped
from workers.steps.clean.strip import drop_repeated_title
from workers.steps.clean.times import Times

_TITLE_CHARACTERS: Final = 1000
_LEAST_CHARACTERS: Final = 40


class PageReader:
    def __init__(self, table: Mapping[str, Any], times: Times) -> None:
        self._metadata = MetadataReader(table, times)

    def __call__(self, text: str, url: str | None, received_at: datetime) -> list[Piece] | Quarantine:
        excess = measure(without_raw(text)).excess
        if excess:
            return _plain_piece(text, excess)
        tree = _parse(without_declaration(text))
        if tree is None:
            return Quarantine(Reason.NO_ARTICLE, "the parser finds no element")
        piece = self._metadata.read(tree, _web(url), received_at)
        piece.paragraphs = extract_text(tree)
        drop_repeated_title(piece)
        _drop_fragment(piece)
        return [piece]


def extract_text(tree: lxml.html.HtmlElement) -> list[str]:
    """Paragraphs of the main text; the tree is used up."""
    found = trafilatura.bare_extraction(tree, include_comments=False, include_tables=True, with_metadata=False)
    text = getattr(found, "text", None) or ""
    return [line for line in map(str.strip, text.split("\n")) if line]


def _drop_fragment(piece: Piece) -> None:
    """A page without a story: what is left is a link or a button."""
    if sum(map(len, piece.paragraphs)) < _LEAST_CHARACTERS and not any(map(is_stopped, piece.paragraphs)):
        for paragraph in piece.paragraphs:
            piece.drop(paragraph, "fragment")
        piece.paragraphs = []


def _parse(text: str) -> lxml.html.HtmlElement | None:
    parser = lxml.html.HTMLParser(
        huge_tree=False, no_network=True, remove_comments=True, remove_pis=True, recover=True
    )
    try:
        return lxml.html.document_fromstring(text, parser=parser)
    except (LxmlError, ValueError):
        return None  # "Document is empty": the caller says so


def _plain_piece(text: str, excess: str) -> list[Piece] | Quarantine:
    title, paragraphs = read_plainly(text)
    if not paragraphs:
        return Quarantine(Reason.TOO_DEEP, excess)
    return [Piece(title=title[:_TITLE_CHARACTERS] if title else None, paragraphs=paragraphs)]


def _web(url: str | None) -> str | None:
    return url if url and url.startswith(("http://", "https://")) else None
