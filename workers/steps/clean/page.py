"""An HTML page becomes its articles: guards, one parse, marks for metadata, one walk and a classifier for text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from workers.model import Quarantine, Reason, Role
from workers.steps.clean.blocks import Blocks
from workers.steps.clean.boilerplate import heading_key, in_all_languages
from workers.steps.clean.classifier import BlockClassifier
from workers.steps.clean.dates import Dates
from workers.steps.clean.features import title_place
from workers.steps.clean.guards import excess_of
from workers.steps.clean.marks import read_marks
from workers.steps.clean.markup import parse, read_markup
from workers.steps.clean.metadata import MetadataReader, told_by, web_address
from workers.steps.clean.page_dates import Evidence
from workers.steps.clean.piece import Piece
from workers.steps.clean.plain import read_plainly
from workers.steps.clean.sentences import is_stopped
from workers.steps.clean.stories import Story, StoryFinder
from workers.steps.clean.strip import drop_repeated_title
from workers.steps.clean.times import Times
from workers.steps.clean.walk import read_blocks

_TITLE_CHARACTERS: Final = 1000
_LEAST_CHARACTERS: Final = 40
_DATE_CHARACTERS: Final = 120
_AFTER: Final = 8    # blocks after the headline
_BEFORE: Final = 4


class PageReader:
    """tables: as Clean has them; html, sections, times and blocks are read."""

    def __init__(self, tables: Mapping[str, Any], times: Times) -> None:
        self._table = table = tables["html"]
        self._types = frozenset(table["article_types"])
        self._metadata = MetadataReader(table, times, Dates(tables["times"]))
        self._times = times
        related = frozenset(map(heading_key, in_all_languages(tables["sections"], "related")))
        self._find_stories = StoryFinder(related, lambda line: times.stamp(line) is not None)
        self._classifier = BlockClassifier(tables["blocks"])

    def __call__(self, text: str, url: str | None, received_at: datetime) -> list[Piece] | Quarantine:
        markup = read_markup(text)
        excess = excess_of(markup.text)
        if excess:
            return _plain_piece(markup.text, excess)
        tree = parse(markup.text)
        root = tree.body or tree.root
        if root is None:
            return Quarantine(Reason.NO_ARTICLE, "the parser finds no element")
        marks = read_marks(tree, text, markup.linked, self._types)
        told = told_by(marks, self._table)
        blocks = read_blocks(root)
        kept = self._classifier.story(blocks, told)
        piece = self._metadata.read(Evidence(marks, *_date_lines(blocks, told.title), _web(url), received_at))
        others = self._find_stories(blocks, kept, title_place(blocks, told.title))
        self._take_text(piece, blocks, kept, others)
        if not blocks.is_whole:
            piece.drop("(the page goes on)", "page_too_long")
        related = [self._related(blocks, story, url) for story in others if story.body]
        return [piece, *related]

    def _take_text(self, piece: Piece, blocks: Blocks, kept: Sequence[bool], others: Sequence[Story]) -> None:
        """What the classifier kept, less what belongs to other stories; teasers are reported."""
        teased = {number for story in others for number in story.blocks}
        for number, text in enumerate(blocks.text):
            if kept[number] and number not in teased and any(map(str.isalnum, text)):
                if self._find_stories.is_heading(text):
                    piece.drop(text, "related")
                else:
                    piece.paragraphs.append(text)
        for number in (number for story in others if not story.body for number in story.blocks):
            piece.drop(blocks.text[number], "teaser")
        drop_repeated_title(piece)
        _drop_fragment(piece)

    def _related(self, blocks: Blocks, story: Story, url: str | None) -> Piece:
        piece = Piece(Role.RELATED, title=blocks.text[story.head], url=web_address(blocks.heads[story.head], _web(url)))
        piece.paragraphs = [blocks.text[number] for number in story.body]
        taken = {story.head, *story.body}
        for number in story.blocks:
            if number not in taken:
                self._take_line(piece, blocks.text[number])
        return piece

    def _take_line(self, piece: Piece, line: str) -> None:
        """Of a related story: its publisher and time, or something to be dropped."""
        stamp = self._times.stamp(line)
        if stamp and piece.time_text is None:
            piece.time_text, piece.publisher = stamp.text, stamp.rest or None
        piece.drop(line, "timestamp" if stamp else "teaser")


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


def _plain_piece(markup: str, excess: str) -> list[Piece] | Quarantine:
    title, paragraphs = read_plainly(markup)
    if not paragraphs:
        return Quarantine(Reason.TOO_DEEP, excess)
    piece = Piece(title=title[:_TITLE_CHARACTERS] if title else None, paragraphs=paragraphs)
    piece.drop(f"({excess})", "read_plainly")
    return [piece]


def _web(url: str | None) -> str | None:
    return url if url and url.startswith(("http://", "https://")) else None
