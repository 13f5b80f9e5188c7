"""An HTML page becomes its articles: guards, one parse, marks for metadata, one walk and a classifier for text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from selectolax.lexbor import LexborHTMLParser

from workers.model import Quarantine, Reason
from workers.steps.clean.blocks import Blocks, read_blocks
from workers.steps.clean.classifier import BlockClassifier
from workers.steps.clean.dates import Dates
from workers.steps.clean.features import title_place
from workers.steps.clean.markup import excess_of, read_plainly
from workers.steps.clean.marks import read_marks
from workers.steps.clean.metadata import MetadataReader, told_by
from workers.steps.clean.piece import Piece
from workers.steps.clean.sentences import is_stopped
from workers.steps.clean.strip import drop_repeated_title
from workers.steps.clean.times import Times

_TITLE_CHARACTERS: Final = 1000
_LEAST_CHARACTERS: Final = 40
_DATE_CHARACTERS: Final = 120
_AFTER: Final = 8    # blocks after the headline
_BEFORE: Final = 4


class PageReader:
    """weights: of the block classifier."""

    def __init__(self, table: Mapping[str, Any], times: Times, dates: Dates, weights: Mapping[str, Any]) -> None:
        self._table = table
        self._types = frozenset(table["article_types"])
        self._metadata = MetadataReader(table, times, dates)
        self._classifier = BlockClassifier(weights)

    def __call__(self, text: str, url: str | None, received_at: datetime) -> list[Piece] | Quarantine:
        excess = excess_of(text)
        if excess:
            return _plain_piece(text, excess)
        tree = LexborHTMLParser(text)
        root = tree.body or tree.root
        if root is None:
            return Quarantine(Reason.NO_ARTICLE, "the parser finds no element")
        marks = read_marks(tree, text, self._types)
        told = told_by(marks, self._table)
        blocks = read_blocks(root)
        kept = self._classifier.story(blocks, told)
        piece = self._metadata.read(marks, *_date_lines(blocks, told.title), _web(url), received_at)
        piece.paragraphs = list(_paragraphs(blocks, kept))
        drop_repeated_title(piece)
        _drop_fragment(piece)
        return [piece]


def _paragraphs(blocks: Blocks, kept: Sequence[bool]) -> Iterator[str]:
    return (text for text, keep in zip(blocks.text, kept, strict=True) if keep)


def _date_lines(blocks: Blocks, title: str) -> tuple[list[str], list[str]]:
    """Short lines that may hold a date: those after the headline and before it; and the rest."""
    start = max(0, title_place(blocks, title))
    near = [*blocks.text[start : start + _AFTER], *blocks.text[max(0, start - _BEFORE) : start]]
    return list(filter(_may_hold_date, near)), list(filter(_may_hold_date, blocks.text[start + _AFTER :]))


def _may_hold_date(line: str) -> bool:
    return len(line) <= _DATE_CHARACTERS and any(map(str.isdecimal, line))


def _drop_fragment(piece: Piece) -> None:
    """A page without a story: what is left is a link or a button."""
    if sum(map(len, piece.paragraphs)) < _LEAST_CHARACTERS and not any(map(is_stopped, piece.paragraphs)):
        for paragraph in piece.paragraphs:
            piece.drop(paragraph, "fragment")
        piece.paragraphs = []


def _plain_piece(text: str, excess: str) -> list[Piece] | Quarantine:
    title, paragraphs = read_plainly(text)
    if not paragraphs:
        return Quarantine(Reason.TOO_DEEP, excess)
    return [Piece(title=title[:_TITLE_CHARACTERS] if title else None, paragraphs=paragraphs)]


def _web(url: str | None) -> str | None:
    return url if url and url.startswith(("http://", "https://")) else None
