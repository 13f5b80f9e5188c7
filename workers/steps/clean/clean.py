"""The second step: a document becomes its articles; what is not theirs is removed and reported."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workers.model import Article, ContentType, Document, Quarantine, Reason, Role
from workers.steps.clean.boilerplate import Boilerplate
from workers.steps.clean.build import ArticleBuilder
from workers.steps.clean.credits import Credits
from workers.steps.clean.dump import DumpSplitter
from workers.steps.clean.invisible import report_invisible, strip_invisible, without_invisible
from workers.steps.clean.lines import LineReader
from workers.steps.clean.page import PageReader
from workers.steps.clean.piece import Piece
from workers.steps.clean.publishers import Publishers
from workers.steps.clean.record import read_record
from workers.steps.clean.strip import Stripper
from workers.steps.clean.times import Times
from workers.steps.clean.writers import Writers


class Clean:
    """Splits and cleans one document.

    tables: the parsed files of config/clean, by stem: agencies, boilerplate, html, publishers, sections, times;
        blocks, the weights of the classifier for HTML: weights/blocks.json; given_names, in lower case.
    articles_a_page: a document with more is quarantined.
    Raises KeyError when a table or one of its parts is missing.
    """

    def __init__(self, tables: Mapping[str, Any], *, articles_a_page: int = 500) -> None:
        boilerplate = Boilerplate(tables["boilerplate"])
        times = Times(tables["times"])
        sources = Credits(tables["agencies"])
        self._split_dump = DumpSplitter(LineReader(tables["sections"], boilerplate, times, sources))
        self._read_page = PageReader(tables, times)
        self._stripper = Stripper(boilerplate, times, sources)
        publishers = Publishers(tables["publishers"]["publisher"])
        self._writers = Writers(tables["given_names"], tables["publishers"]["words"], publishers)
        self._build = ArticleBuilder(times, sources, publishers)
        self._times = times
        self._articles_a_page = articles_a_page

    def __call__(self, document: Document) -> tuple[Article, ...] | Quarantine:
        pieces = self._pieces(document)
        if isinstance(pieces, Quarantine):
            return pieces
        whole = [piece for piece in pieces if _has_text(piece)]
        if not whole:
            return Quarantine(Reason.NO_ARTICLE, _why_none(pieces))
        if len(whole) > self._articles_a_page:
            detail = f"{len(whole)} articles on one page, at most {self._articles_a_page} are taken"
            return Quarantine(Reason.TOO_MANY_ARTICLES, detail)
        return tuple(self._build(document, part, piece) for part, piece in enumerate(whole))

    def _pieces(self, document: Document) -> list[Piece] | Quarantine:
        if document.record is not None:
            piece = read_record(document.record, document.received_at)
            strip_invisible(piece)
            self._stripper.strip_rules(piece)
            return [piece]
        if document.content_type is ContentType.HTML:
            return self._page(document)
        text, taken = without_invisible(document.text)
        pieces = self._split_dump(text)
        for piece in pieces:
            self._stripper.strip_dump(piece)
            self._writers.take(piece)
        report_invisible(next(filter(_has_text, pieces), pieces[0]), taken)
        return pieces

    def _page(self, document: Document) -> list[Piece] | Quarantine:
        pieces = self._read_page(document.text, document.url, document.received_at)
        if isinstance(pieces, list):
            for piece in pieces:
                strip_invisible(piece)
                self._stripper.strip_rules(piece)
                if piece.role is Role.RELATED:
                    self._writers.take(piece)
        return pieces


def _has_text(piece: Piece) -> bool:
    return any(map(_has_words, piece.paragraphs))


def _has_words(paragraph: str) -> bool:
    return any(character.isalnum() for character in paragraph)


def _why_none(pieces: list[Piece]) -> str:
    removed = sum(len(piece.removed) for piece in pieces)
    heads = sum(piece.title is not None for piece in pieces)
    return f"no text left: {heads} headlines without a body, {removed} lines removed"
